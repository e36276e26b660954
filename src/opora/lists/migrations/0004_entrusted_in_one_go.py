from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0003_twins"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrustment",
            name="batch",
            field=models.CharField(db_default="", default="", editable=False, max_length=26),
        ),
    ]
