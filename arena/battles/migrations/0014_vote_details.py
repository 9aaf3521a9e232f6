"""What a rater adds to a vote. It is as final as the vote, below all Python."""

import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE FUNCTION battles_vote_detail_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a vote never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER vote_reason_is_final BEFORE UPDATE ON battles_votereason
    FOR EACH ROW EXECUTE FUNCTION battles_vote_detail_is_final();
CREATE TRIGGER vote_attribute_is_final BEFORE UPDATE ON battles_voteattribute
    FOR EACH ROW EXECUTE FUNCTION battles_vote_detail_is_final();
"""

DROP = """
DROP TRIGGER vote_attribute_is_final ON battles_voteattribute;
DROP TRIGGER vote_reason_is_final ON battles_votereason;
DROP FUNCTION battles_vote_detail_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("battles", "0013_scored_triggers"),
        ("studies", "0006_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="vote",
            name="justification",
            field=models.TextField(blank=True, default="", verbose_name="justification"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="vote",
            name="strength",
            field=models.PositiveSmallIntegerField(
                blank=True, choices=[(1, "better"), (2, "much better")], null=True, verbose_name="how clear"
            ),
        ),
        migrations.CreateModel(
            name="VoteAttribute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")], max_length=1, verbose_name="side"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studies.attributerevision",
                        verbose_name="attribute",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributes",
                        to="battles.vote",
                        verbose_name="vote",
                    ),
                ),
            ],
            options={
                "verbose_name": "attribute of a vote",
                "verbose_name_plural": "attributes of votes",
                "ordering": ("vote", "side", "pk"),
            },
        ),
        migrations.CreateModel(
            name="VoteReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")], max_length=1, verbose_name="side"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studies.reasonrevision",
                        verbose_name="reason",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reasons",
                        to="battles.vote",
                        verbose_name="vote",
                    ),
                ),
            ],
            options={
                "verbose_name": "reason of a vote",
                "verbose_name_plural": "reasons of votes",
                "ordering": ("vote", "side", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("strength__isnull", True),
                    models.Q(("strength__in", (1, 2)), ("winner__in", ("model_a", "model_b"))),
                    _connector="OR",
                ),
                name="vote_strength_of_a_choice",
            ),
        ),
        migrations.AddConstraint(
            model_name="voteattribute",
            constraint=models.UniqueConstraint(fields=("vote", "side", "revision"), name="vote_attribute_once"),
        ),
        migrations.AddConstraint(
            model_name="voteattribute",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ("a", "b"))), name="vote_attribute_of_a_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="voteattribute",
            constraint=models.CheckConstraint(condition=models.Q(("level__lt", 5)), name="vote_attribute_level_range"),
        ),
        migrations.AddConstraint(
            model_name="votereason",
            constraint=models.UniqueConstraint(fields=("vote", "side", "revision"), name="vote_reason_once"),
        ),
        migrations.AddConstraint(
            model_name="votereason",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ("a", "b"))), name="vote_reason_of_a_side"
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
