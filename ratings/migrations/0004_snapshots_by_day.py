from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0003_analyses"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["leaderboard", "created_at"], name="snapshot_of_a_day"),
        ),
    ]
