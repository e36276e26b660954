from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="entrusted_until",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
    ]
