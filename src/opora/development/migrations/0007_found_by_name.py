"""Those who come to an event are found and sorted by name as all people are: in any case, ё as е."""

from django.db import migrations

import opora.core.models
from opora.core.text import sort_key


def keyed(apps, schema_editor):
    model = apps.get_model("development", "Registration")
    rows = list(model.objects.only("pk", "name"))
    for row in rows:
        row.sort_name = sort_key(row.name)
    model.objects.bulk_update(rows, ["sort_name"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("development", "0006_study_participants"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="sort_name",
            field=opora.core.models.SortKeyField(
                blank=True, db_default="", editable=False, max_length=200, source="name"
            ),
        ),
        migrations.RunPython(keyed, migrations.RunPython.noop),
    ]
