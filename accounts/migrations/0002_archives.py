"""The archives that people ask of what is known about them."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0003_personal_data')]

    dependencies = [
        ('accounts', '0001_foundations'),
        ('backstage', '0001_foundations'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='data_archive', to=settings.AUTH_USER_MODEL)),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='demandée le')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='backstage.job')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='backstage.storedfile')),
            ],
            options={
                'verbose_name': 'archive personnelle',
            },
        ),
    ]
