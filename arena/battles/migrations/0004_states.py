"""Which state may follow which, below all Python; the table is that of `arena.battles.states`.

Besides: an attempt's number never falls, and nothing of a battle moves any more once it has a vote.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION battles_state_is_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status || '>' || NEW.status = ANY (TG_ARGV)) THEN
        RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER battle_state_is_allowed BEFORE UPDATE ON battles_battle
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION battles_state_is_allowed('open>voted', 'open>skipped', 'open>ended');

CREATE TRIGGER turn_state_is_allowed BEFORE UPDATE ON battles_turn
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION battles_state_is_allowed(
        'running>complete', 'running>stopped', 'running>failed', 'complete>stopped', 'stopped>running', 'failed>running'
    );

CREATE TRIGGER completion_state_is_allowed BEFORE UPDATE ON battles_completion
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION battles_state_is_allowed(
        'queued>running', 'queued>stopped', 'queued>failed', 'running>done', 'running>stopped', 'running>failed'
    );

CREATE FUNCTION battles_turn_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.attempt < OLD.attempt THEN
        RAISE EXCEPTION 'an attempt never comes back' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM battles_vote WHERE battle_id = OLD.battle_id) THEN
        RAISE EXCEPTION 'a turn that was judged never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER turn_goes_on BEFORE UPDATE ON battles_turn
    FOR EACH ROW WHEN (OLD.attempt <> NEW.attempt OR OLD.status <> NEW.status)
    EXECUTE FUNCTION battles_turn_goes_on();
"""

DROP = """
DROP TRIGGER turn_goes_on ON battles_turn;
DROP FUNCTION battles_turn_goes_on();
DROP TRIGGER completion_state_is_allowed ON battles_completion;
DROP TRIGGER turn_state_is_allowed ON battles_turn;
DROP TRIGGER battle_state_is_allowed ON battles_battle;
DROP FUNCTION battles_state_is_allowed();
"""


class Migration(migrations.Migration):
    dependencies = [("battles", "0003_tries_and_health")]
    operations = [migrations.RunSQL(CREATE, DROP)]
