from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collection", "0006_form_clause")]

    operations = [
        migrations.RemoveConstraint(model_name="remark", name="remark_once"),
        migrations.AddField(
            model_name="remark",
            name="row",
            field=models.CharField(blank=True, db_default="", default="", max_length=32, verbose_name="строка таблицы"),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.UniqueConstraint(fields=("submission", "key", "row"), name="remark_once"),
        ),
    ]
