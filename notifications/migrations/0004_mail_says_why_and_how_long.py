from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Greatest


def bounces_are_about_recipients(apps, schema_editor):
    """What came back and was not told yet came back because of its recipient, as before there was a column for it."""
    apps.get_model('notifications', 'MailFate').objects.filter(fate='bounced', told_at=None).update(about_recipient=True)


def when_mail_was_given_up(apps, schema_editor):
    """When earlier mail failed or was withheld was not written down; the last time it was to be sent is near."""
    mails = apps.get_model('notifications', 'OutgoingEmail').objects.filter(status__in=['failed', 'withheld'])
    mails.update(given_up_at=Greatest(F('next_attempt_at'), F('requeued_at')))


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_what_became_of_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailfate',
            name='about_recipient',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='superseded',
            field=models.BooleanField(default=False, help_text='What it says is no longer true, so it is not sent.'),
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='useless_after',
            field=models.DateTimeField(blank=True, help_text='From when on it is of no use, such as a code that has expired.', null=True),
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='given_up_at',
            field=models.DateTimeField(blank=True, help_text='When it failed or was withheld.', null=True),
        ),
        migrations.RunPython(bounces_are_about_recipients, migrations.RunPython.noop),
        migrations.RunPython(when_mail_was_given_up, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('given_up_at__isnull', False), ('purged_at', None)), fields=['given_up_at'], name='email_unpurged_unsent'),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('status', 'queued'), ('useless_after__isnull', False)), fields=['useless_after'], name='email_useless'),
        ),
        migrations.AddConstraint(
            model_name='outgoingemail',
            constraint=models.CheckConstraint(condition=models.Q(('superseded', False), models.Q(('status', 'queued'), _negated=True), _connector='OR'), name='email_superseded_never_queued', violation_error_message='What a mail says must still be true while it waits to be sent.'),
        ),
    ]
