from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0004_refresh_and_checklist'),
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(error_messages={'unique': 'This day has an entry already. Change that one instead.'}, unique=True)),
                ('name', models.CharField(help_text='What it is, for colleagues: «Company holiday».', max_length=80)),
                ('is_working_day', models.BooleanField(choices=[(False, 'Day off'), (True, 'Working day')], default=False, help_text='A day off does not count as a business day. A working day counts, though it is a holiday or a weekend.', verbose_name='kind')),
            ],
            options={
                'ordering': ['-date'],
            },
        ),
    ]
