import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0005_cells_by_column"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_at", models.DateTimeField(verbose_name="computed")),
                ("cutoff", models.DateTimeField(blank=True, null=True, verbose_name="newest vote")),
                ("minimum", models.PositiveSmallIntegerField(verbose_name="people that a figure needs")),
                ("fields", models.JSONField(blank=True, verbose_name="fields")),
                ("settings", models.JSONField(verbose_name="settings")),
                ("versions", models.JSONField(verbose_name="versions")),
                ("input_sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the input")),
                ("shown", models.BinaryField(verbose_name="what is remembered")),
                (
                    "leaderboard",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_step",
                        to="ratings.leaderboard",
                        verbose_name="leaderboard",
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of groups",
                "verbose_name_plural": "figures of groups",
                "ordering": ("leaderboard",),
            },
        ),
        migrations.CreateModel(
            name="GroupFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=101, verbose_name="field")),
                ("content", models.JSONField(verbose_name="content")),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="ratings.groupstep",
                        verbose_name="figures of groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of a field",
                "verbose_name_plural": "figures of fields",
                "ordering": ("step", "field"),
                "constraints": [
                    models.UniqueConstraint(fields=("step", "field"), name="group_figures_once_for_each_field")
                ],
            },
        ),
    ]
