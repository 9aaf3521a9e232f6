import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studies", "0006_asked"),
    ]

    operations = [
        migrations.AddField(
            model_name="study",
            name="minimum_cell",
            field=models.PositiveSmallIntegerField(
                default=20,
                help_text=(
                    "Nothing is shown about groups of fewer people, nor anything from which it could be worked out."
                ),
                validators=[django.core.validators.MinValueValidator(20)],
                verbose_name="people that a figure about a group needs",
            ),
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_cell__gte", 20)), name="study_minimum_cell_is_large_enough"
            ),
        ),
    ]
