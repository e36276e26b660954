from django.db import migrations

from opora.core.tables import MakeBeside
from opora.journal.triggers import install, remove


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_search"),
    ]

    operations = [
        MakeBeside(
            lambda apps, schema_editor: install(schema_editor.connection),
            lambda apps, schema_editor: remove(schema_editor.connection),
        ),
    ]
