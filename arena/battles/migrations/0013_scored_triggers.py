"""What constraints cannot say of scored conversations: when there may be scores, that they are whole, and that they stay.

The functions that the tables of pairs have got are replaced by ones that know these tables too.
"""

from django.db import migrations

CREATE = """
DROP TRIGGER battle_state_is_allowed ON battles_battle;
CREATE TRIGGER battle_state_is_allowed BEFORE UPDATE ON battles_battle
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION battles_state_is_allowed('open>voted', 'open>scored', 'open>skipped', 'open>ended');

DROP TRIGGER voted_battle_is_final ON battles_battle;
CREATE TRIGGER voted_battle_is_final BEFORE UPDATE ON battles_battle
    FOR EACH ROW WHEN (OLD.status IN ('voted', 'scored') AND
        (OLD.kind, OLD.study_id, OLD.protocol_id, OLD.rater_id, OLD.prompt_revision_id, OLD.snapshot_a_id,
         OLD.snapshot_b_id, OLD.snapshot_c_id, OLD.snapshot_d_id, OLD.chosen_side, OLD.conversation_type)
        IS DISTINCT FROM
        (NEW.kind, NEW.study_id, NEW.protocol_id, NEW.rater_id, NEW.prompt_revision_id, NEW.snapshot_a_id,
         NEW.snapshot_b_id, NEW.snapshot_c_id, NEW.snapshot_d_id, NEW.chosen_side, NEW.conversation_type))
    EXECUTE FUNCTION battles_voted_battle_is_final();

CREATE OR REPLACE FUNCTION battles_turn_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.attempt < OLD.attempt THEN
        RAISE EXCEPTION 'an attempt never comes back' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM battles_vote WHERE battle_id = OLD.battle_id)
        OR EXISTS (SELECT FROM battles_scoredturn WHERE turn_id = OLD.id) THEN
        RAISE EXCEPTION 'a turn that was judged never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION battles_judgement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was given never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER scored_turn_is_final BEFORE UPDATE ON battles_scoredturn
    FOR EACH ROW EXECUTE FUNCTION battles_judgement_is_final();
CREATE TRIGGER score_is_final BEFORE UPDATE ON battles_score
    FOR EACH ROW EXECUTE FUNCTION battles_judgement_is_final();
CREATE TRIGGER attribute_rating_is_final BEFORE UPDATE ON battles_attributerating
    FOR EACH ROW EXECUTE FUNCTION battles_judgement_is_final();
CREATE TRIGGER assessment_is_final BEFORE UPDATE ON battles_assessment
    FOR EACH ROW EXECUTE FUNCTION battles_judgement_is_final();

CREATE FUNCTION battles_scored_turn_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scored battles_turn%ROWTYPE;
    asked battles_battle%ROWTYPE;
BEGIN
    SELECT * INTO scored FROM battles_turn WHERE id = NEW.turn_id;
    SELECT * INTO asked FROM battles_battle WHERE id = scored.battle_id;
    IF asked.status <> 'open' OR asked.conversation_type = '' OR scored.status <> 'complete' THEN
        RAISE EXCEPTION 'scores need a complete turn of a scored conversation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER scored_turn_is_due BEFORE INSERT ON battles_scoredturn
    FOR EACH ROW EXECUTE FUNCTION battles_scored_turn_is_due();

CREATE FUNCTION battles_scored_turn_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answers integer;
    scores integer;
    others integer;
BEGIN
    IF NOT EXISTS (SELECT FROM battles_scoredturn WHERE id = NEW.id) THEN
        RETURN NULL;  -- erased in the transaction that stored it
    END IF;
    SELECT count(*), count(score.id) INTO answers, scores
        FROM battles_turn turn
        JOIN battles_completion answer
            ON answer.turn_id = turn.id AND answer.attempt = turn.attempt AND answer.status = 'done'
        LEFT JOIN battles_score score ON score.completion_id = answer.id AND score.scored_turn_id = NEW.id
        WHERE turn.id = NEW.turn_id;
    SELECT count(*) INTO others FROM battles_score WHERE scored_turn_id = NEW.id;
    IF answers < 2 OR scores <> answers OR others <> scores THEN
        RAISE EXCEPTION 'every answer of a scored turn has a score' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM battles_score WHERE scored_turn_id = NEW.id AND completion_id = NEW.chosen_id
        AND value = (SELECT max(value) FROM battles_score WHERE scored_turn_id = NEW.id)) THEN
        RAISE EXCEPTION 'the answer with the highest score is chosen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

-- When the transaction ends: the scores name the scored turn, so they come after it.
CREATE CONSTRAINT TRIGGER scored_turn_is_whole AFTER INSERT ON battles_scoredturn
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION battles_scored_turn_is_whole();

CREATE FUNCTION battles_assessment_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    assessed battles_battle%ROWTYPE;
    rater_kind text;
    turns integer;
    scored integer;
BEGIN
    SELECT * INTO assessed FROM battles_battle WHERE id = NEW.battle_id;
    SELECT kind INTO rater_kind FROM raters_rater WHERE id = NEW.rater_id;
    IF assessed.status <> 'scored' OR assessed.rater_id <> NEW.rater_id OR assessed.kind <> NEW.kind
        OR rater_kind <> NEW.kind THEN
        RAISE EXCEPTION 'an assessment belongs to its battle, rater and kind'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT count(*), count(scores.id) INTO turns, scored FROM battles_turn turn
        LEFT JOIN battles_scoredturn scores ON scores.turn_id = turn.id WHERE turn.battle_id = NEW.battle_id;
    IF turns < 2 OR scored <> turns THEN
        RAISE EXCEPTION 'a conversation ends with at least two turns, all of them scored'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_is_due BEFORE INSERT ON battles_assessment
    FOR EACH ROW EXECUTE FUNCTION battles_assessment_is_due();
"""

DROP = """
DROP TRIGGER assessment_is_due ON battles_assessment;
DROP FUNCTION battles_assessment_is_due();
DROP TRIGGER scored_turn_is_whole ON battles_scoredturn;
DROP FUNCTION battles_scored_turn_is_whole();
DROP TRIGGER scored_turn_is_due ON battles_scoredturn;
DROP FUNCTION battles_scored_turn_is_due();
DROP TRIGGER assessment_is_final ON battles_assessment;
DROP TRIGGER attribute_rating_is_final ON battles_attributerating;
DROP TRIGGER score_is_final ON battles_score;
DROP TRIGGER scored_turn_is_final ON battles_scoredturn;
DROP FUNCTION battles_judgement_is_final();

CREATE OR REPLACE FUNCTION battles_turn_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.attempt < OLD.attempt THEN
        RAISE EXCEPTION 'an attempt never comes back' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM battles_vote WHERE battle_id = OLD.battle_id) THEN
        RAISE EXCEPTION 'a turn that was judged never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER voted_battle_is_final ON battles_battle;
CREATE TRIGGER voted_battle_is_final BEFORE UPDATE ON battles_battle
    FOR EACH ROW WHEN (OLD.status = 'voted' AND
        (OLD.kind, OLD.study_id, OLD.protocol_id, OLD.rater_id, OLD.prompt_revision_id, OLD.snapshot_a_id,
         OLD.snapshot_b_id)
        IS DISTINCT FROM
        (NEW.kind, NEW.study_id, NEW.protocol_id, NEW.rater_id, NEW.prompt_revision_id, NEW.snapshot_a_id,
         NEW.snapshot_b_id))
    EXECUTE FUNCTION battles_voted_battle_is_final();

DROP TRIGGER battle_state_is_allowed ON battles_battle;
CREATE TRIGGER battle_state_is_allowed BEFORE UPDATE ON battles_battle
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION battles_state_is_allowed('open>voted', 'open>skipped', 'open>ended');
"""


class Migration(migrations.Migration):
    dependencies = [("battles", "0012_scored_protocol")]
    operations = [migrations.RunSQL(CREATE, DROP)]
