"""How answers are written, as counts beside them.

A finished answer still never changes; only measuring it, for the first time or by a newer version, may set its style.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

CREATE = """
CREATE OR REPLACE FUNCTION battles_completion_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rest battles_completion%ROWTYPE := NEW;
BEGIN
    IF OLD.style_version < NEW.style_version THEN
        rest.style := OLD.style;
        rest.style_version := OLD.style_version;
        IF rest IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a finished answer never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

DROP = """
CREATE OR REPLACE FUNCTION battles_completion_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a finished answer never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("battles", "0008_voted_battles_stay"),
        ("models_registry", "0003_contestant_life"),
    ]

    operations = [
        migrations.AddField(
            model_name="completion",
            name="style",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(null=True),
                blank=True,
                null=True,
                size=None,
                verbose_name="style",
            ),
        ),
        migrations.AddField(
            model_name="completion",
            name="style_version",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="version of the style"),
        ),
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(
                condition=models.Q(("status", "done"), ("style_version__lt", 1)),
                fields=["id"],
                name="completion_not_measured",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("style__isnull", True), ("style_version", 0)),
                    models.Q(("style__isnull", False), ("style_version__gt", 0)),
                    _connector="OR",
                ),
                name="completion_style_has_version",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
