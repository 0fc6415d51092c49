
import django.db.models.deletion
import django.db.models.functions.math
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0001_foundations'),
        ('trajectories', '0012_crosswalk'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeedFloor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deed', models.CharField(choices=[('leader_training', 'une formation ou déformation des dirigeants'), ('work_organisation', 'un travail sur l’organisation et l’activité'), ('peer_space', 'un espace d’échange et de professionnalisation'), ('partner_meeting', 'une rencontre de partenaires'), ('other', 'une autre intervention'), ('session', 'une session de formation où quelqu’un est venu'), ('trial', 'un essai commencé'), ('workshop', 'une lecture en atelier d’équipe'), ('meeting', 'une rencontre entre points de vue, après un tour de lectures')], max_length=20, verbose_name='ce qui a été fait')),
                ('at_least', models.PositiveSmallIntegerField(verbose_name='au moins')),
            ],
            options={
                'verbose_name': 'plancher',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='QuarterlyLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cut_on', models.DateField(unique=True, verbose_name='premier jour du trimestre')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='fait le')),
            ],
            options={
                'verbose_name': 'relevé trimestriel',
                'ordering': ['cut_on'],
            },
        ),
        migrations.CreateModel(
            name='StepTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lower', models.PositiveSmallIntegerField(verbose_name='rang du plus petit des deux repères')),
                ('is_forward', models.BooleanField(verbose_name='en avançant')),
                ('is_told', models.BooleanField(verbose_name='quelque chose s’en dit')),
            ],
            options={
                'verbose_name': 'ce qui a précédé un pas',
                'ordering': ['look__cut_on', 'lower', '-is_forward', 'pk'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarterlylook',
            trigger=pgtrigger.compiler.Trigger(name='quarterly_look_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='82ed796c9ab45cf4c902529d5b1f585e630db378', operation='UPDATE OR DELETE', pgid='pgtrigger_quarterly_look_stays_ec871', table='community_quarterlylook', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='steptable',
            name='criterion',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trajectories.criterion', verbose_name='critère'),
        ),
        migrations.AddField(
            model_name='steptable',
            name='dimension',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trajectories.dimension', verbose_name='dimension'),
        ),
        migrations.AddField(
            model_name='steptable',
            name='look',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tables', to='community.quarterlylook', verbose_name='relevé'),
        ),
        migrations.AddField(
            model_name='deedfloor',
            name='table',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='floors', to='community.steptable', verbose_name='pas'),
        ),
        migrations.AddConstraint(
            model_name='steptable',
            constraint=models.UniqueConstraint(fields=('look', 'dimension', 'criterion', 'lower', 'is_forward'), name='step_told_once_a_look', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='steptable',
            constraint=models.CheckConstraint(condition=models.Q(('lower__range', (1, 4))), name='step_is_between_two_levels'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='steptable',
            trigger=pgtrigger.compiler.Trigger(name='step_table_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='58f29290202c9a6582bbfa686d414ddaa6c54462', operation='UPDATE OR DELETE', pgid='pgtrigger_step_table_stays_b14a6', table='community_steptable', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='deedfloor',
            constraint=models.UniqueConstraint(fields=('table', 'deed'), name='deed_told_once_a_table'),
        ),
        migrations.AddConstraint(
            model_name='deedfloor',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.math.Mod(models.F('at_least'), 5), 0), ('at_least__gte', 5)), name='deed_told_by_floors'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deedfloor',
            trigger=pgtrigger.compiler.Trigger(name='deed_floor_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ee1996506cadb5cbacc4483be6fc9549e45fed56', operation='UPDATE OR DELETE', pgid='pgtrigger_deed_floor_stays_1cf21', table='community_deedfloor', when='BEFORE')),
        ),
    ]
