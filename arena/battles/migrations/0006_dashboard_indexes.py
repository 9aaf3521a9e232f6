from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("battles", "0005_answer_findings"),
        ("models_registry", "0002_remote_endpoints"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(
                condition=models.Q(("status", "failed")), fields=["finished_at"], name="completion_failed"
            ),
        ),
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(
                condition=models.Q(("status", "done")), fields=["finished_at", "id"], name="completion_done"
            ),
        ),
        migrations.AddIndex(
            model_name="skip",
            index=models.Index(fields=["created_at"], name="skip_created"),
        ),
    ]
