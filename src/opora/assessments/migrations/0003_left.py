from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def closed(apps: Any, editor: Any) -> None:
    """Who left before places in lists were kept stands in them again, as one that left."""
    entries = apps.get_model("lists", "ListEntry").objects
    for left in (
        apps.get_model("assessments", "Leaving").objects.filter(entry__isnull=True).select_related("school_list")
    ):
        made = left.school_list
        approved = timezone.localdate(made.approved_at) if made.approved_at else left.left_on
        left.entry = entries.create(
            list=made,
            organisation_id=left.school_id,
            since=min(approved, left.left_on),
            since_document=made.document_text,
            until=left.left_on,
            until_document=(left.document_text or left.criteria)[:500],
        )
        left.save(update_fields=["entry"])


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0002_deciding"),
        ("lists", "0006_as_of"),
    ]

    operations = [
        migrations.RemoveConstraint("leaving", "leaving_once"),
        migrations.AddField(
            "leaving",
            "entry",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leaving",
                to="lists.listentry",
                verbose_name="место в списке",
            ),
        ),
        migrations.RunPython(closed, migrations.RunPython.noop),
    ]
