from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='publication',
            name='fallback',
            field=models.CharField(blank=True, default='', max_length=512),
        ),
    ]
