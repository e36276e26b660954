"""Who does a line of a joint plan, who entered it and who changed it last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0018_found_in_any_case"),
    ]

    operations = [
        migrations.AddField(
            model_name="planline",
            name="changed_by",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="кто исправил"),
        ),
        migrations.AddField(
            model_name="planline",
            name="doer",
            field=models.CharField(
                choices=[("both", "обе стороны"), ("school", "школа"), ("mentor", "наставник")],
                db_default="both",
                default="both",
                max_length=10,
                verbose_name="кто делает",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="written_by",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="кто внёс"),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("doer__in", ["both", "mentor", "school"])), name="planline_doer"
            ),
        ),
    ]
