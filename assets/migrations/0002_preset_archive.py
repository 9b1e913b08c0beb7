import assets.fields
import django.core.validators
from django.db import migrations, models


def compare_keys_as_bytes(apps, schema_editor):
    """Give the column of a table that an earlier release made the collation that `KeyField` now asks for."""
    if schema_editor.connection.vendor != 'mysql':
        return
    model = apps.get_model('imagehub', 'Asset')
    new = model._meta.get_field('key')
    old = models.CharField(max_length=512, unique=True)
    old.set_attributes_from_name('key')
    old.model = model
    schema_editor.alter_field(model, old, new)


class Migration(migrations.Migration):

    dependencies = [
        ('imagehub', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(compare_keys_as_bytes, migrations.RunPython.noop, atomic=False),
        migrations.CreateModel(
            name='PresetUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', assets.fields.ExactCharField(max_length=50, unique=True)),
                ('used_on', models.DateField(help_text='The last day, in UTC, on which a page asked for the preset.', null=True)),
                ('slug', models.CharField(blank=True, help_text='The recipe that the preset had when it was deleted.', max_length=120)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.AddField(
            model_name='preset',
            name='archived',
            field=models.BooleanField(default=False, editable=False, help_text='Hidden from editors and not warmed. Templates that name it go on working.'),
        ),
        migrations.AlterField(
            model_name='manifeststate',
            name='fallback_key',
            field=assets.fields.ExactCharField(blank=True, default='', max_length=512),
        ),
        migrations.AlterField(
            model_name='preset',
            name='name',
            field=assets.fields.ExactCharField(help_text='The name that templates use: a-z, 0-9 and hyphens. It cannot be changed later.', max_length=50, unique=True, validators=[django.core.validators.RegexValidator('^(?:[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?)\\Z', 'Use a-z, 0-9 and hyphens, as in square-card.')]),
        ),
        migrations.AlterField(
            model_name='purge',
            name='subject',
            field=assets.fields.ExactCharField(editable=False, help_text="The image's key or the preset's name.", max_length=512),
        ),
    ]
