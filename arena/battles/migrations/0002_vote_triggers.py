"""What constraints cannot say: a vote never changes, and there is none without a complete answer on both sides."""

from django.db import migrations

CREATE = """
CREATE FUNCTION battles_vote_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a vote never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER vote_is_final BEFORE UPDATE ON battles_vote
    FOR EACH ROW EXECUTE FUNCTION battles_vote_is_final();

CREATE FUNCTION battles_vote_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    judged battles_battle%ROWTYPE;
    newest battles_turn%ROWTYPE;
    answers integer;
    rater_kind text;
BEGIN
    SELECT * INTO judged FROM battles_battle WHERE id = NEW.battle_id;
    SELECT kind INTO rater_kind FROM raters_rater WHERE id = NEW.rater_id;
    IF judged.status <> 'voted' OR judged.rater_id <> NEW.rater_id OR judged.kind <> NEW.kind
        OR rater_kind <> NEW.kind THEN
        RAISE EXCEPTION 'a vote belongs to its battle, rater and kind' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind = 'simulated' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO newest FROM battles_turn WHERE battle_id = NEW.battle_id ORDER BY index DESC LIMIT 1;
    SELECT count(*) INTO answers FROM battles_completion
        WHERE turn_id = newest.id AND attempt = newest.attempt AND status = 'done';
    IF newest.status IS DISTINCT FROM 'complete' OR answers <> 2 THEN
        RAISE EXCEPTION 'a vote needs two complete answers' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER vote_is_due BEFORE INSERT ON battles_vote
    FOR EACH ROW EXECUTE FUNCTION battles_vote_is_due();

CREATE FUNCTION battles_completion_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a finished answer never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER completion_is_final BEFORE UPDATE ON battles_completion
    FOR EACH ROW WHEN (OLD.status = 'done') EXECUTE FUNCTION battles_completion_is_final();
"""

DROP = """
DROP TRIGGER completion_is_final ON battles_completion;
DROP FUNCTION battles_completion_is_final();
DROP TRIGGER vote_is_due ON battles_vote;
DROP FUNCTION battles_vote_is_due();
DROP TRIGGER vote_is_final ON battles_vote;
DROP FUNCTION battles_vote_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("battles", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
