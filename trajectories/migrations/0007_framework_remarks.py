"""Readers leave remarks on the words of the référentiel; coordination answers them."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_purge_access_events'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('trajectories', '0006_framework_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrameworkRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('part', models.CharField(choices=[('mots', 'la présentation'), ('axe', 'un axe'), ('dimension', 'une dimension'), ('critere', 'un critère'), ('reperes', 'les repères d’une dimension')], max_length=10, verbose_name='porte sur')),
                ('key', models.CharField(max_length=60, verbose_name='clé')),
                ('dimension_key', models.CharField(max_length=60, verbose_name='clé de la dimension')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='repère')),
                ('text', models.TextField(verbose_name='remarque')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrite le')),
                ('answer', models.TextField(blank=True, verbose_name='réponse')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='répondu par')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='auteur')),
                ('framework_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='trajectories.frameworkversion', verbose_name='version lue')),
                ('taken_up_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='remarks_taken_up', to='trajectories.frameworkversion', verbose_name='reprise dans la version')),
            ],
            options={
                'verbose_name': 'remarque sur le référentiel',
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FrameworkRemarkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifiant public')),
                ('part', models.CharField(choices=[('mots', 'la présentation'), ('axe', 'un axe'), ('dimension', 'une dimension'), ('critere', 'un critère'), ('reperes', 'les repères d’une dimension')], max_length=10, verbose_name='porte sur')),
                ('key', models.CharField(max_length=60, verbose_name='clé')),
                ('dimension_key', models.CharField(max_length=60, verbose_name='clé de la dimension')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='repère')),
                ('text', models.TextField(verbose_name='remarque')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrite le')),
                ('answer', models.TextField(blank=True, verbose_name='réponse')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('answered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person', verbose_name='répondu par')),
                ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person', verbose_name='auteur')),
                ('framework_version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.frameworkversion', verbose_name='version lue')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trajectories.frameworkremark')),
                ('taken_up_in', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.frameworkversion', verbose_name='reprise dans la version')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='frameworkremark',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='framework_remark_says_something'),
        ),
        migrations.AddConstraint(
            model_name='frameworkremark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('part', 'critere'), ('rank__isnull', True)), models.Q(('part', 'reperes'), models.Q(('rank__isnull', True), ('rank__range', (1, 5)), _connector='OR')), _connector='OR'), name='framework_remark_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='frameworkremark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='framework_remark_answered_in_full'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkremark',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_frameworkremarkevent" ("answer", "answered_at", "answered_by_id", "author_id", "dimension_key", "framework_version_id", "id", "key", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "rank", "taken_up_in_id", "text", "written_at") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."author_id", NEW."dimension_key", NEW."framework_version_id", NEW."id", NEW."key", NEW."part", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."rank", NEW."taken_up_in_id", NEW."text", NEW."written_at"); RETURN NULL;', hash='ca300ca821ccfa19af80b485eef153dee3f8da18', operation='INSERT', pgid='pgtrigger_insert_insert_b43ae', table='trajectories_frameworkremark', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkremark',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trajectories_frameworkremarkevent" ("answer", "answered_at", "answered_by_id", "author_id", "dimension_key", "framework_version_id", "id", "key", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "rank", "taken_up_in_id", "text", "written_at") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."author_id", NEW."dimension_key", NEW."framework_version_id", NEW."id", NEW."key", NEW."part", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."rank", NEW."taken_up_in_id", NEW."text", NEW."written_at"); RETURN NULL;', hash='9e37a551176a30974645c2a7b4663677ebc23223', operation='UPDATE', pgid='pgtrigger_update_update_490d0', table='trajectories_frameworkremark', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkremark',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_frameworkremarkevent" ("answer", "answered_at", "answered_by_id", "author_id", "dimension_key", "framework_version_id", "id", "key", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "rank", "taken_up_in_id", "text", "written_at") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."author_id", OLD."dimension_key", OLD."framework_version_id", OLD."id", OLD."key", OLD."part", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."rank", OLD."taken_up_in_id", OLD."text", OLD."written_at"); RETURN NULL;', hash='3207295b46917b20f9c1f60cb1c2a9f3513488a4', operation='DELETE', pgid='pgtrigger_delete_delete_b580f', table='trajectories_frameworkremark', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkremarkevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4719bf1295ee4c08779659db290d81aae46b9f18', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_96aef', table='trajectories_frameworkremarkevent', when='BEFORE')),
        ),
    ]
