"""What can be asked beside a choice. Words that were asked never change, below all Python."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE FUNCTION studies_wording_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'words that were asked never change' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER attribute_wording_stays BEFORE UPDATE OR DELETE ON studies_attributerevision
    FOR EACH ROW EXECUTE FUNCTION studies_wording_stays();
CREATE TRIGGER reason_wording_stays BEFORE UPDATE OR DELETE ON studies_reasonrevision
    FOR EACH ROW EXECUTE FUNCTION studies_wording_stays();
"""

DROP = """
DROP TRIGGER reason_wording_stays ON studies_reasonrevision;
DROP TRIGGER attribute_wording_stays ON studies_attributerevision;
DROP FUNCTION studies_wording_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("studies", "0005_requires_profile"),
    ]

    operations = [
        migrations.AddField(
            model_name="protocol",
            name="asks_justification",
            field=models.BooleanField(default=False, verbose_name="asks for a justification in words"),
        ),
        migrations.AddField(
            model_name="protocol",
            name="asks_strength",
            field=models.BooleanField(default=False, verbose_name="asks how clear the choice is"),
        ),
        migrations.AddField(
            model_name="protocol",
            name="attributes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=list,
                size=None,
                verbose_name="attributes",
            ),
        ),
        migrations.AddField(
            model_name="protocol",
            name="reasons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name="reasons"
            ),
        ),
        migrations.CreateModel(
            name="Attribute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="Answers are counted by it. It stays the same as long as the meaning does.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*\\Z", "Small letters, digits and underscores, beginning with a letter."
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="One that is not asked any more keeps its answers.",
                        verbose_name="asked",
                    ),
                ),
                (
                    "scale",
                    models.CharField(
                        choices=[
                            ("quality", "how well: more is better"),
                            ("amount", "how much: neither end is better"),
                        ],
                        default="quality",
                        max_length=7,
                        verbose_name="scale",
                    ),
                ),
            ],
            options={
                "verbose_name": "attribute",
                "verbose_name_plural": "attributes",
                "ordering": ("position", "key"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scale__in", ["quality", "amount"])), name="attribute_scale_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="Answers are counted by it. It stays the same as long as the meaning does.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*\\Z", "Small letters, digits and underscores, beginning with a letter."
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="One that is not asked any more keeps its answers.",
                        verbose_name="asked",
                    ),
                ),
                (
                    "sign",
                    models.CharField(
                        choices=[("good", "speaks for an answer"), ("bad", "speaks against an answer")],
                        max_length=4,
                        verbose_name="sign",
                    ),
                ),
            ],
            options={
                "verbose_name": "reason",
                "verbose_name_plural": "reasons",
                "ordering": ("-sign", "position", "key"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("sign__in", ["good", "bad"])), name="reason_sign_known")
                ],
            },
        ),
        migrations.CreateModel(
            name="AttributeRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="number")),
                (
                    "translations",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="By language, with the same fields as the English words. They never change either.",
                        verbose_name="translations",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                ("label", models.CharField(max_length=40, verbose_name="name")),
                (
                    "performance",
                    models.CharField(
                        help_text="A sentence about an answer, to be rated from “very poorly” to “very well”.",
                        max_length=160,
                        verbose_name="how well did it do",
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        help_text="What mattered, to be rated from “not important” to “very important”.",
                        max_length=160,
                        verbose_name="how important was it for choosing",
                    ),
                ),
                (
                    "attribute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="studies.attribute",
                        verbose_name="attribute",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording of an attribute",
                "verbose_name_plural": "wordings of attributes",
                "ordering": ("attribute", "-number"),
                "constraints": [
                    models.UniqueConstraint(fields=("attribute", "number"), name="attribute_revision_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReasonRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="number")),
                (
                    "translations",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="By language, with the same fields as the English words. They never change either.",
                        verbose_name="translations",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                ("text", models.CharField(max_length=60, verbose_name="text")),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="studies.reason",
                        verbose_name="reason",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording of a reason",
                "verbose_name_plural": "wordings of reasons",
                "ordering": ("reason", "-number"),
                "constraints": [
                    models.UniqueConstraint(fields=("reason", "number"), name="reason_revision_number_once")
                ],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
