from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.utils import timezone


def dated(apps: Any, editor: Any) -> None:
    """What stands in approved lists has stood there since their approval."""
    entries = apps.get_model("lists", "ListEntry").objects.using(editor.connection.alias)
    for made in apps.get_model("lists", "SchoolList").objects.filter(approved_at__isnull=False):
        since = timezone.localdate(made.approved_at)
        entries.filter(list=made, since__isnull=True).update(since=since, since_document=made.document_text)


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0005_counts"),
        ("registry", "0003_words"),
    ]

    operations = [
        migrations.AddField("schoollist", "since", models.DateField(blank=True, null=True, verbose_name="действует с")),
        migrations.AddField("listentry", "since", models.DateField(blank=True, null=True, verbose_name="в списке с")),
        migrations.AddField(
            "listentry",
            "since_document",
            models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="по какому документу"),
        ),
        migrations.AddField("listentry", "until", models.DateField(blank=True, null=True, verbose_name="вышла")),
        migrations.AddField(
            "listentry",
            "until_document",
            models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="чем закрыто"),
        ),
        migrations.RunPython(dated, migrations.RunPython.noop),
        migrations.RemoveConstraint("listentry", "listentry_unique"),
        migrations.AddConstraint(
            "listentry",
            models.UniqueConstraint(
                condition=models.Q(until__isnull=True), fields=("list", "organisation"), name="listentry_standing"
            ),
        ),
        migrations.AddConstraint(
            "listentry",
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(since__isnull=False, until__gte=models.F("since")),
                name="listentry_dates",
            ),
        ),
    ]
