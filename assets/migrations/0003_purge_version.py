from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0002_fallback'),
    ]

    operations = [
        migrations.AddField(
            model_name='purge',
            name='version',
            field=models.CharField(blank=True, default='', editable=False, help_text='Which original a deletion takes away; empty: any.', max_length=8),
            preserve_default=False,
        ),
    ]
