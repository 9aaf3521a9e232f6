"""The texts that were published before there were purposes cover research, and one of them is in force.

They said that conversations may become part of data sets, and every export held them. Of several in one language the
newest is in force.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def say_what_was_covered(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    del schema_editor
    revisions = apps.get_model("studies", "ConsentRevision").objects
    revisions.filter(published_at__isnull=False).update(covers_research=True)
    in_force = set()
    for row in revisions.filter(published_at__isnull=False).order_by("-number"):
        if (row.study_id, row.language) in in_force:
            revisions.filter(pk=row.pk).update(retired_at=timezone.now())
        in_force.add((row.study_id, row.language))


class Migration(migrations.Migration):
    dependencies = [("studies", "0002_consents")]
    operations = [migrations.RunPython(say_what_was_covered, migrations.RunPython.noop, elidable=True)]
