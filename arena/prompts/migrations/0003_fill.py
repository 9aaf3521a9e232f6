"""Give what was there before the numbers by which near-duplicates are found, and a reason to what was retired."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from arena.prompts.similarity import bands_of, signatures_of

ROWS_AT_ONCE = 1_000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    del schema_editor
    apps.get_model("prompts", "Prompt").objects.filter(status="retired", reason="").update(
        reason="Retired before reasons were kept."
    )
    revisions = apps.get_model("prompts", "PromptRevision").objects
    rows = list(revisions.filter(bands=[]).only("pk", "text"))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[first : first + ROWS_AT_ONCE]
        for row, bands in zip(some, bands_of(signatures_of([row.text for row in some])).tolist(), strict=True):
            row.bands = bands
        revisions.bulk_update(some, ["bands"])


class Migration(migrations.Migration):
    dependencies = [("prompts", "0002_review_and_imports")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
