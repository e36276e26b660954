from django.db import migrations, models

from opora.core.text import fold


def fill(apps, schema_editor):
    """The folded text of entries written before there was a column for it."""
    entries = apps.get_model("journal", "Entry").objects.using(schema_editor.connection.alias)
    for entry in entries.order_by("number").iterator(chunk_size=500):
        entries.filter(pk=entry.pk).update(search=fold(f"{entry.actor} {entry.text}"))


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="search",
            field=models.TextField(default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
