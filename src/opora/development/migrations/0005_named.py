"""From when a head knows a result by name; of what was agreed to so far, from then."""

from django.db import migrations, models
from django.db.models import F


def known(apps, schema_editor):
    rows = apps.get_model("development", "Sitting").objects.filter(consent_at__isnull=False)
    rows.update(named_at=F("consent_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("development", "0004_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitting",
            name="named_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="открыт руководителю"),
        ),
        migrations.RunPython(known, migrations.RunPython.noop),
    ]
