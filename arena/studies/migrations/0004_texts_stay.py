"""One text in force for each purpose and language, and none that was published changes, below all Python."""

from django.db import migrations, models

CREATE = """
CREATE FUNCTION studies_text_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.retired_at IS NULL THEN
        OLD.retired_at := NEW.retired_at;
        IF OLD = NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published text never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER consent_revision_stays BEFORE UPDATE OR DELETE ON studies_consentrevision
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION studies_text_stays();

CREATE FUNCTION studies_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.superseded_at := NEW.superseded_at;
    IF OLD = NEW THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a decision never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER consent_decision_stays BEFORE UPDATE ON studies_consentdecision
    FOR EACH ROW EXECUTE FUNCTION studies_decision_stays();
"""

DROP = """
DROP TRIGGER consent_decision_stays ON studies_consentdecision;
DROP FUNCTION studies_decision_stays();
DROP TRIGGER consent_revision_stays ON studies_consentrevision;
DROP FUNCTION studies_text_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("studies", "0003_what_was_covered")]
    operations = [
        migrations.AddConstraint(
            model_name="consentrevision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", False), ("retired_at__isnull", True)),
                fields=("study", "purpose", "language"),
                name="consent_revision_one_in_force",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
