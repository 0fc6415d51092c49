"""Versions of the référentiel are prepared, published, retired; what is published never changes."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_purge_access_events'),
        ('trajectories', '0005_mass_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrameworkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('mots', 'la présentation'), ('axe', 'un axe'), ('dimension', 'une dimension'), ('critere', 'un critère'), ('reperes', 'les repères d’une dimension')], max_length=10, verbose_name='porte sur')),
                ('key', models.CharField(blank=True, max_length=60, verbose_name='clé')),
                ('kind', models.CharField(choices=[('reworded', 'reformulé'), ('added', 'ajouté'), ('removed', 'retiré'), ('moved', 'déplacé')], max_length=10, verbose_name='changement')),
                ('label', models.CharField(max_length=200, verbose_name='ce qui change')),
                ('before', models.TextField(blank=True, verbose_name='avant')),
                ('after', models.TextField(blank=True, verbose_name='après')),
                ('why', models.TextField(verbose_name='pourquoi')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
            ],
            options={
                'verbose_name': 'changement du référentiel',
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='frameworkversion',
            options={'verbose_name': 'version du référentiel'},
        ),
        migrations.AddField(
            model_name='axis',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='criterion',
            name='key',
            field=models.CharField(default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='criterion',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='dimension',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='based_on',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='trajectories.frameworkversion', verbose_name='à partir de'),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='préparée par'),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='introduction',
            field=models.TextField(blank=True, verbose_name='introduction'),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='publiée par'),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='retired_on',
            field=models.DateField(blank=True, null=True, verbose_name='retirée le'),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='state',
            field=models.CharField(choices=[('draft', 'en préparation'), ('published', 'publiée'), ('retired', 'retirée')], default='published', max_length=10, verbose_name='état'),
        ),
        # Those that are there are read from already.
        migrations.AlterField(
            model_name='frameworkversion',
            name='state',
            field=models.CharField(choices=[('draft', 'en préparation'), ('published', 'publiée'), ('retired', 'retirée')], default='draft', max_length=10, verbose_name='état'),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='frameworkversion',
            name='why',
            field=models.TextField(blank=True, verbose_name='ce qui change, et pourquoi'),
        ),
        migrations.AddField(
            model_name='marker',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='frameworkversion',
            name='name',
            field=models.CharField(max_length=120, verbose_name='nom'),
        ),
        migrations.AlterField(
            model_name='frameworkversion',
            name='number',
            field=models.PositiveIntegerField(unique=True, verbose_name='numéro'),
        ),
        migrations.AlterField(
            model_name='frameworkversion',
            name='published_on',
            field=models.DateField(blank=True, null=True, verbose_name='publiée le'),
        ),
        # Until now a code was all that named a criterion.
        migrations.RunSQL('UPDATE trajectories_criterion SET key = code', migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='axis',
            trigger=pgtrigger.compiler.Trigger(name='axis_of_published_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_state text;', func="\n    IF TG_OP <> 'INSERT' THEN \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = OLD.framework_version_id FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = NEW.framework_version_id FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n\n    RETURN NEW;\n", hash='2ef4d4de18711ff16b61229f213f97be90458ef7', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_axis_of_published_stays_57fbf', table='trajectories_axis', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='criterion_of_published_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_state text;', func="\n    IF TG_OP <> 'INSERT' THEN \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = (SELECT framework_version_id FROM trajectories_dimension WHERE id = OLD.dimension_id) FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = (SELECT framework_version_id FROM trajectories_dimension WHERE id = NEW.dimension_id) FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n\n    RETURN NEW;\n", hash='03e6db9fc6df997c83b79ac95cde2b18c1f92a0b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_criterion_of_published_stays_e4f82', table='trajectories_criterion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dimension',
            trigger=pgtrigger.compiler.Trigger(name='dimension_of_published_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_state text;', func="\n    IF TG_OP <> 'INSERT' THEN \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = OLD.framework_version_id FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = NEW.framework_version_id FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n\n    RETURN NEW;\n", hash='591086741513878df537455aa56b37cc091500e9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_dimension_of_published_stays_7b85e', table='trajectories_dimension', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkversion',
            trigger=pgtrigger.compiler.Trigger(name='published_framework_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF OLD.state = 'draft' AND TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    IF OLD.state = 'draft' THEN RETURN NEW; END IF;\n    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired'\n        AND (OLD.name, OLD.introduction, OLD.number, OLD.based_on_id, OLD.published_on, OLD.published_by_id, OLD.why)\n            IS NOT DISTINCT FROM\n            (NEW.name, NEW.introduction, NEW.number, NEW.based_on_id, NEW.published_on, NEW.published_by_id, NEW.why)\n    THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'a published version of the framework never changes';\n", hash='2f7fb9729c40a2f0d49616e495fabf1ce33a71a4', operation='UPDATE OR DELETE', pgid='pgtrigger_published_framework_stays_5ffd9', table='trajectories_frameworkversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='level',
            trigger=pgtrigger.compiler.Trigger(name='level_of_published_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_state text;', func="\n    IF TG_OP <> 'INSERT' THEN \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = OLD.framework_version_id FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = NEW.framework_version_id FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n\n    RETURN NEW;\n", hash='44a6e7cbd34d888567527944553176ed1bbb6ba5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_level_of_published_stays_8fbf1', table='trajectories_level', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='marker',
            trigger=pgtrigger.compiler.Trigger(name='marker_of_published_stays', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_state text;', func="\n    IF TG_OP <> 'INSERT' THEN \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = (SELECT framework_version_id FROM trajectories_dimension WHERE id = OLD.dimension_id) FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    \n    SELECT state INTO its_state FROM trajectories_frameworkversion\n        WHERE id = (SELECT framework_version_id FROM trajectories_dimension WHERE id = NEW.dimension_id) FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n\n    RETURN NEW;\n", hash='cc8fd55f0ed6ce256e897d20e2c44397af62ce59', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_marker_of_published_stays_c8230', table='trajectories_marker', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('dimension', 'key'), name='criterion_key_unique'),
        ),
        migrations.AddConstraint(
            model_name='dimension',
            constraint=models.UniqueConstraint(fields=('framework_version', 'key'), name='dimension_key_unique'),
        ),
        migrations.AddConstraint(
            model_name='frameworkversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='one_framework_draft_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='frameworkversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_on__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('published_on__isnull', False)), _connector='OR'), name='framework_published_on_its_day'),
        ),
        migrations.AddConstraint(
            model_name='frameworkversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('retired_on__isnull', False), ('state', 'retired')), models.Q(models.Q(('state', 'retired'), _negated=True), ('retired_on__isnull', True)), _connector='OR'), name='framework_retired_on_its_day'),
        ),
        migrations.AddField(
            model_name='frameworkchange',
            name='framework_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='trajectories.frameworkversion', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='frameworkchange',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='par'),
        ),
        migrations.AddConstraint(
            model_name='frameworkchange',
            constraint=models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='framework_change_has_its_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkchange',
            trigger=pgtrigger.compiler.Trigger(name='framework_change_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='206f92463e7223d443b5889b9bb4c8e881e1ac45', operation='UPDATE', pgid='pgtrigger_framework_change_stays_4ee89', table='trajectories_frameworkchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='frameworkchange',
            trigger=pgtrigger.compiler.Trigger(name='framework_change_in_a_draft', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_version bigint; its_state text;', func="\n    IF TG_OP = 'DELETE' THEN its_version := OLD.framework_version_id;\n    ELSE its_version := NEW.framework_version_id; END IF;\n    SELECT state INTO its_state FROM trajectories_frameworkversion WHERE id = its_version FOR SHARE;\n    IF its_state <> 'draft' THEN\n        RAISE EXCEPTION 'a published version of the framework never changes';\n    END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='2b453059e188e3354c62fd5cce5e4011ec68a47a', operation='INSERT OR DELETE', pgid='pgtrigger_framework_change_in_a_draft_728ab', table='trajectories_frameworkchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trajectory',
            trigger=pgtrigger.compiler.Trigger(name='starts_on_published_framework', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE its_state text;', func="\n    IF TG_OP = 'UPDATE' AND NEW.framework_version_id = OLD.framework_version_id THEN RETURN NEW; END IF;\n    SELECT state INTO its_state FROM trajectories_frameworkversion WHERE id = NEW.framework_version_id FOR SHARE;\n    IF its_state = 'draft' OR (TG_OP = 'INSERT' AND its_state <> 'published') THEN\n        RAISE EXCEPTION 'a trajectory starts on a published version of the framework';\n    END IF;\n    RETURN NEW;\n", hash='cd919c95c0411490202a539a3eee790e8608d0e6', operation='INSERT OR UPDATE OF "framework_version_id"', pgid='pgtrigger_starts_on_published_framework_a1963', table='trajectories_trajectory', when='BEFORE')),
        ),
    ]
