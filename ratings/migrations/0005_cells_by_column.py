from django.db import migrations

import ratings.cells_field


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0004_snapshots_by_day"),
    ]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name="matrix",
            field=ratings.cells_field.CellsField(blank=True, verbose_name="head to head"),
        ),
    ]
