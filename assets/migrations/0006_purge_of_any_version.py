from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('imagehub', '0005_publication'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='purge',
            name='version',
        ),
    ]
