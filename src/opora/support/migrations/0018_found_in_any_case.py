"""Mentors, candidates and meetings are found and sorted as all else is: in any case, ё as е."""

from django.db import migrations

import opora.core.models
from opora.core.text import sort_key

KEYS = {"Mentor": ("name", "sort_name"), "Candidate": ("name", "sort_name"), "Meeting": ("title", "sort_title")}


def keyed(apps, schema_editor):
    for name, (source, key) in KEYS.items():
        model = apps.get_model("support", name)
        rows = list(model.objects.only("pk", source))
        for row in rows:
            setattr(row, key, sort_key(getattr(row, source), model._meta.get_field(key).max_length))
        model.objects.bulk_update(rows, [key], batch_size=500)


def sort_name():
    return opora.core.models.SortKeyField(blank=True, db_default="", editable=False, max_length=200, source="name")


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0017_agreed_stands"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="candidate",
            options={
                "ordering": ["sort_name", "pk"],
                "verbose_name": "кандидат резерва",
                "verbose_name_plural": "кандидаты резерва",
            },
        ),
        migrations.AlterModelOptions(
            name="mentor",
            options={
                "ordering": ["organisation__sort_name", "sort_name"],
                "verbose_name": "наставник",
                "verbose_name_plural": "наставники",
            },
        ),
        migrations.AddField(model_name="candidate", name="sort_name", field=sort_name()),
        migrations.AddField(model_name="mentor", name="sort_name", field=sort_name()),
        migrations.AddField(
            model_name="meeting",
            name="sort_title",
            field=opora.core.models.SortKeyField(
                blank=True, db_default="", editable=False, max_length=300, source="title"
            ),
        ),
        migrations.RunPython(keyed, migrations.RunPython.noop),
    ]
