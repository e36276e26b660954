import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0013_observation_sheets"),
    ]

    operations = [
        migrations.AlterField(
            model_name="visit",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="support.observationsheet",
                verbose_name="лист наблюдения",
            ),
        ),
    ]
