from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0006_as_of"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrustment",
            name="meeting",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=26, verbose_name="для заседания"
            ),
        ),
        migrations.RemoveConstraint(model_name="entrustment", name="entrustment_once"),
        migrations.AddConstraint(
            model_name="entrustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("curator", "school", "meeting"),
                name="entrustment_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="entrustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("meeting", ""), ("until__isnull", False), _connector="OR"),
                name="entrustment_meeting_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="entrustment",
            index=models.Index(fields=["meeting"], condition=~models.Q(("meeting", "")), name="entrustment_meeting"),
        ),
    ]
