"""A published snapshot is evidence: the database itself refuses to change one."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION ratings_refuse_snapshot_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A snapshot never changes; publish another one.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ratings_snapshot_never_changes BEFORE UPDATE ON ratings_snapshot
FOR EACH ROW EXECUTE FUNCTION ratings_refuse_snapshot_update();
"""
ALLOW = """
DROP TRIGGER ratings_snapshot_never_changes ON ratings_snapshot;
DROP FUNCTION ratings_refuse_snapshot_update();
"""


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
