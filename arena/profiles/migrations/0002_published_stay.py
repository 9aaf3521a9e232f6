"""No survey that was published changes, in none of its parts, and no answer does, below all Python."""

from django.db import migrations

CREATE = """
CREATE FUNCTION profiles_survey_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.retired_at IS NULL THEN
        OLD.retired_at := NEW.retired_at;
        IF OLD = NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published survey never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER survey_stays BEFORE UPDATE OR DELETE ON profiles_survey
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION profiles_survey_stays();

-- Of every part: it names its survey, its question or its option.
CREATE FUNCTION profiles_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    question bigint;
BEGIN
    FOREACH part IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        question := COALESCE(
            (part->>'question_id')::bigint,
            (SELECT question_id FROM profiles_option WHERE id = (part->>'option_id')::bigint)
        );
        PERFORM FROM profiles_survey WHERE published_at IS NOT NULL AND id = COALESCE(
            (part->>'survey_id')::bigint, (SELECT survey_id FROM profiles_question WHERE id = question)
        );
        IF FOUND THEN
            RAISE EXCEPTION 'a published survey never changes' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION profiles_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER answer_stays BEFORE UPDATE ON profiles_answer
    FOR EACH ROW EXECUTE FUNCTION profiles_answer_stays();
"""

DROP = """
DROP TRIGGER answer_stays ON profiles_answer;
DROP FUNCTION profiles_answer_stays();
DROP TRIGGER survey_stays ON profiles_survey;
DROP FUNCTION profiles_survey_stays();
"""

PARTS = ("question", "question_shown_if", "option", "questiontranslation", "optiontranslation")


def _part(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER part_stays BEFORE INSERT OR UPDATE OR DELETE ON profiles_{name}"
        " FOR EACH ROW EXECUTE FUNCTION profiles_part_stays()",
        f"DROP TRIGGER part_stays ON profiles_{name}",
    )


class Migration(migrations.Migration):
    dependencies = [("profiles", "0001_initial")]
    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, "DROP FUNCTION profiles_part_stays()"),
        migrations.RunSQL(CREATE, DROP),
        *(_part(name) for name in PARTS),
    ]
