"""The admin's change log may only grow: nobody rewrites what staff did."""

from django.db import migrations

from kit.append_only import append_only_trigger


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('admin', '0003_logentry_add_action_flag_choices'),
    ]

    operations = [append_only_trigger("django_admin_log")]
