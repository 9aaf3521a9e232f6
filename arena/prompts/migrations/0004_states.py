"""Which state of a prompt may follow which, below all Python; the table is that of `arena.prompts.states`.

Besides: whoever retires a prompt says why, and neither texts nor history are changed once they are written.
"""

from django.db import migrations, models

CREATE = """
CREATE FUNCTION prompts_state_is_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status || '>' || NEW.status = ANY (TG_ARGV)) THEN
        RAISE EXCEPTION 'a prompt cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER prompt_state_is_allowed BEFORE UPDATE ON prompts_prompt
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION prompts_state_is_allowed(
        'draft>in_review', 'draft>retired', 'in_review>approved', 'in_review>draft', 'in_review>retired',
        'approved>in_review', 'approved>retired', 'retired>in_review'
    );

CREATE FUNCTION prompts_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER revision_is_written BEFORE UPDATE ON prompts_promptrevision
    FOR EACH ROW WHEN (OLD.text <> NEW.text OR OLD.number <> NEW.number OR OLD.prompt_id <> NEW.prompt_id)
    EXECUTE FUNCTION prompts_is_written();

CREATE TRIGGER event_is_written BEFORE UPDATE ON prompts_promptevent
    FOR EACH ROW WHEN (
        OLD.action <> NEW.action OR OLD.reason <> NEW.reason OR OLD.actor_name <> NEW.actor_name
        OR OLD.prompt_id <> NEW.prompt_id
    )
    EXECUTE FUNCTION prompts_is_written();
"""

DROP = """
DROP TRIGGER event_is_written ON prompts_promptevent;
DROP TRIGGER revision_is_written ON prompts_promptrevision;
DROP FUNCTION prompts_is_written();
DROP TRIGGER prompt_state_is_allowed ON prompts_prompt;
DROP FUNCTION prompts_state_is_allowed();
"""


class Migration(migrations.Migration):
    dependencies = [("prompts", "0003_fill")]
    operations = [
        migrations.AddConstraint(
            model_name="prompt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "retired"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="prompt_retired_has_reason",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
