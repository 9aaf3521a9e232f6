"""What a vote is counted by never changes once it is cast, so that boards may keep it from one refresh to the next."""

from django.db import migrations

CREATE = """
CREATE FUNCTION battles_voted_battle_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a battle that was voted on keeps who judged what' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER voted_battle_is_final BEFORE UPDATE ON battles_battle
    FOR EACH ROW WHEN (OLD.status = 'voted' AND
        (OLD.kind, OLD.study_id, OLD.protocol_id, OLD.rater_id, OLD.prompt_revision_id, OLD.snapshot_a_id,
         OLD.snapshot_b_id)
        IS DISTINCT FROM
        (NEW.kind, NEW.study_id, NEW.protocol_id, NEW.rater_id, NEW.prompt_revision_id, NEW.snapshot_a_id,
         NEW.snapshot_b_id))
    EXECUTE FUNCTION battles_voted_battle_is_final();
"""

DROP = """
DROP TRIGGER voted_battle_is_final ON battles_battle;
DROP FUNCTION battles_voted_battle_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("battles", "0007_exposure")]
    operations = [migrations.RunSQL(CREATE, DROP)]
