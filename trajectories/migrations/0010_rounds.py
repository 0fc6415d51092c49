"""Rounds of readings: blind, then open together.

Every reading that is sealed already is shared already: it receives the day in one statement, while its table is locked
to receive its columns. Readings are counted in tens of thousands where interventions are counted by millions: that is
well under a second. The code of before goes on sealing: the database shares what it seals outside a round.
"""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


# No event is written for it: nothing happened to these readings, and their history tells their seal already.
SHARE_THE_SEALED = "UPDATE trajectories_reading SET shared_at = sealed_at WHERE sealed_at IS NOT NULL"
# On a table that Django makes by itself, where no model may declare a trigger.
AUTHORS_STAY = """
    CREATE FUNCTION authors_of_sealed_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM trajectories_reading
            WHERE sealed_at IS NOT NULL
            AND (id = CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.reading_id END
                 OR id = CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.reading_id END)
        ) THEN
            RAISE EXCEPTION 'a sealed reading never changes';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER authors_of_sealed_stay BEFORE INSERT OR UPDATE OR DELETE ON trajectories_reading_authors
    FOR EACH ROW EXECUTE FUNCTION authors_of_sealed_stay();
"""
AUTHORS_MAY_GO = """
    DROP TRIGGER authors_of_sealed_stay ON trajectories_reading_authors;
    DROP FUNCTION authors_of_sealed_stay();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_purge_access_events'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('trajectories', '0009_effects'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                ('why', models.TextField(verbose_name='pourquoi')),
            ],
            options={
                'verbose_name': 'demande de reprise',
                'verbose_name_plural': 'demandes de reprise',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReopeningConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('viewpoint', models.CharField(choices=[('direction', 'Direction'), ('team', 'Équipe'), ('accompaniment', 'Accompagnement'), ('partner', 'Partenaire')], max_length=15, verbose_name='point de vue')),
                ('agreed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='accord du')),
            ],
            options={
                'verbose_name': 'accord à une reprise',
                'verbose_name_plural': 'accords à une reprise',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReopeningEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifiant public')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                ('why', models.TextField(verbose_name='pourquoi')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('milestone', models.CharField(choices=[('start', 'départ'), ('midway', 'mi-parcours'), ('review', 'bilan'), ('after_6', 'six mois après la fin'), ('after_12', 'un an après la fin'), ('after_24', 'deux ans après la fin'), ('other', 'autre moment')], max_length=10, verbose_name='jalon')),
                ('opens_on', models.DateField(verbose_name='jour d’ouverture')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='ouvert le')),
                ('reminders_paused', models.BooleanField(default=False, verbose_name='rappels suspendus')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'tour de lecture',
                'verbose_name_plural': 'tours de lecture',
                'ordering': ['-opens_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifiant public')),
                ('milestone', models.CharField(choices=[('start', 'départ'), ('midway', 'mi-parcours'), ('review', 'bilan'), ('after_6', 'six mois après la fin'), ('after_12', 'un an après la fin'), ('after_24', 'deux ans après la fin'), ('other', 'autre moment')], max_length=10, verbose_name='jalon')),
                ('opens_on', models.DateField(verbose_name='jour d’ouverture')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='ouvert le')),
                ('reminders_paused', models.BooleanField(default=False, verbose_name='rappels suspendus')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoundView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('viewpoint', models.CharField(choices=[('direction', 'Direction'), ('team', 'Équipe'), ('accompaniment', 'Accompagnement'), ('partner', 'Partenaire')], max_length=15, verbose_name='point de vue')),
                ('left_out_at', models.DateTimeField(blank=True, null=True, verbose_name='laissé de côté le')),
                ('left_out_why', models.TextField(blank=True, verbose_name='pourquoi')),
            ],
            options={
                'verbose_name': 'regard attendu',
                'verbose_name_plural': 'regards attendus',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundViewEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('viewpoint', models.CharField(choices=[('direction', 'Direction'), ('team', 'Équipe'), ('accompaniment', 'Accompagnement'), ('partner', 'Partenaire')], max_length=15, verbose_name='point de vue')),
                ('left_out_at', models.DateTimeField(blank=True, null=True, verbose_name='laissé de côté le')),
                ('left_out_why', models.TextField(blank=True, verbose_name='pourquoi')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('number', models.PositiveSmallIntegerField(verbose_name='rang')),
                ('outcome', models.CharField(choices=[('agreed', 'on s’accorde'), ('moved', 'un regard se déplace'), ('kept', 'nous gardons le désaccord')], max_length=10, verbose_name='issue')),
                ('words', models.TextField(blank=True, verbose_name='avec nos mots')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='repère')),
                ('viewpoint', models.CharField(blank=True, choices=[('direction', 'Direction'), ('team', 'Équipe'), ('accompaniment', 'Accompagnement'), ('partner', 'Partenaire')], max_length=15, verbose_name='regard qui se déplace')),
                ('settled_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='noté le')),
            ],
            options={
                'verbose_name': 'issue d’une rencontre',
                'verbose_name_plural': 'issues d’une rencontre',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SettlementVoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('viewpoint', models.CharField(choices=[('direction', 'Direction'), ('team', 'Équipe'), ('accompaniment', 'Accompagnement'), ('partner', 'Partenaire')], max_length=15, verbose_name='point de vue')),
                ('words', models.TextField(verbose_name='ce que ce regard maintient')),
            ],
            options={
                'verbose_name': 'voix d’un désaccord',
                'verbose_name_plural': 'voix d’un désaccord',
                'ordering': ['pk'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reading',
            name='sealed_reading_stays',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reading',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reading',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reading',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='reading',
            name='reopens',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_up_by', to='trajectories.reading', verbose_name='reprend'),
        ),
        migrations.AddField(
            model_name='reading',
            name='shared_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='partagée le'),
        ),
        migrations.AddField(
            model_name='readingevent',
            name='reopens',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.reading', verbose_name='reprend'),
        ),
        migrations.AddField(
            model_name='readingevent',
            name='shared_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='partagée le'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='demandé par'),
        ),
        migrations.AddField(
            model_name='reopening',
            name='reading',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reopening', to='trajectories.reading', verbose_name='lecture scellée'),
        ),
        migrations.AddField(
            model_name='reopeningconsent',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='par qui'),
        ),
        migrations.AddField(
            model_name='reopeningconsent',
            name='reopening',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='trajectories.reopening', verbose_name='reprise'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='asked_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person', verbose_name='demandé par'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trajectories.reopening'),
        ),
        migrations.AddField(
            model_name='reopeningevent',
            name='reading',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.reading', verbose_name='lecture scellée'),
        ),
        migrations.AddField(
            model_name='round',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='préparé par'),
        ),
        migrations.AddField(
            model_name='round',
            name='framework_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trajectories.frameworkversion', verbose_name='version du référentiel'),
        ),
        migrations.AddField(
            model_name='round',
            name='trajectory',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='trajectories.trajectory', verbose_name='trajectoire'),
        ),
        migrations.AddField(
            model_name='reading',
            name='round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='trajectories.round', verbose_name='tour'),
        ),
        migrations.AddField(
            model_name='readingevent',
            name='round',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.round', verbose_name='tour'),
        ),
        migrations.RunSQL(SHARE_THE_SEALED, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='sealed_alone_is_shared', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."round_id" IS NULL AND NEW."sealed_at" IS NOT NULL AND NEW."shared_at" IS NULL)', func='NEW.shared_at := NEW.sealed_at; RETURN NEW;', hash='ced6659b26905efedef13f147a3ace095f7d86bd', operation='INSERT OR UPDATE', pgid='pgtrigger_sealed_alone_is_shared_6ca1a', table='trajectories_reading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='sealed_reading_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sealed_at" IS NOT NULL)', func="\n            IF TG_OP = 'UPDATE' AND OLD.shared_at IS NULL AND NEW.shared_at IS NOT NULL\n            AND to_jsonb(NEW) - 'shared_at' = to_jsonb(OLD) - 'shared_at' THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'a sealed reading never changes';\n        ", hash='270bd0d652cb49cd262934dafcd38b51a97540e2', operation='UPDATE OR DELETE', pgid='pgtrigger_sealed_reading_stays_b6c50', table='trajectories_reading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_readingevent" ("client_key", "created_by_id", "framework_version_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "read_on", "reopens_id", "round_id", "sealed_at", "shared_at", "trajectory_id", "version", "viewpoint") VALUES (NEW."client_key", NEW."created_by_id", NEW."framework_version_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."read_on", NEW."reopens_id", NEW."round_id", NEW."sealed_at", NEW."shared_at", NEW."trajectory_id", NEW."version", NEW."viewpoint"); RETURN NULL;', hash='8d5208ec9618d20fd5bd0b5d08222bb790fa2983', operation='INSERT', pgid='pgtrigger_insert_insert_7016b', table='trajectories_reading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trajectories_readingevent" ("client_key", "created_by_id", "framework_version_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "read_on", "reopens_id", "round_id", "sealed_at", "shared_at", "trajectory_id", "version", "viewpoint") VALUES (NEW."client_key", NEW."created_by_id", NEW."framework_version_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."read_on", NEW."reopens_id", NEW."round_id", NEW."sealed_at", NEW."shared_at", NEW."trajectory_id", NEW."version", NEW."viewpoint"); RETURN NULL;', hash='b70aa5e48a4311f3278f1b41532ec42bbe824966', operation='UPDATE', pgid='pgtrigger_update_update_0b675', table='trajectories_reading', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reading',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_readingevent" ("client_key", "created_by_id", "framework_version_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "read_on", "reopens_id", "round_id", "sealed_at", "shared_at", "trajectory_id", "version", "viewpoint") VALUES (OLD."client_key", OLD."created_by_id", OLD."framework_version_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."read_on", OLD."reopens_id", OLD."round_id", OLD."sealed_at", OLD."shared_at", OLD."trajectory_id", OLD."version", OLD."viewpoint"); RETURN NULL;', hash='393674ae5562fb3139c552166b951569675e6571', operation='DELETE', pgid='pgtrigger_delete_delete_5bafe', table='trajectories_reading', when='AFTER')),
        ),
        migrations.RunSQL(AUTHORS_STAY, AUTHORS_MAY_GO),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(('shared_at__isnull', True), ('sealed_at__isnull', False), _connector='OR'), name='reading_shared_once_sealed'),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='created_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person', verbose_name='préparé par'),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='framework_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.frameworkversion', verbose_name='version du référentiel'),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trajectories.round'),
        ),
        migrations.AddField(
            model_name='roundevent',
            name='trajectory',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.trajectory', verbose_name='trajectoire'),
        ),
        migrations.AddField(
            model_name='roundview',
            name='left_out_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='par qui'),
        ),
        migrations.AddField(
            model_name='roundview',
            name='reading',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='round_view', to='trajectories.reading', verbose_name='lecture'),
        ),
        migrations.AddField(
            model_name='roundview',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to='trajectories.round', verbose_name='tour'),
        ),
        migrations.AddField(
            model_name='roundviewevent',
            name='left_out_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person', verbose_name='par qui'),
        ),
        migrations.AddField(
            model_name='roundviewevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='roundviewevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trajectories.roundview'),
        ),
        migrations.AddField(
            model_name='roundviewevent',
            name='reading',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.reading', verbose_name='lecture'),
        ),
        migrations.AddField(
            model_name='roundviewevent',
            name='round',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trajectories.round', verbose_name='tour'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='dimension',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trajectories.dimension', verbose_name='dimension'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='trajectories.round', verbose_name='tour'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='settled_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person', verbose_name='noté par'),
        ),
        migrations.AddField(
            model_name='settlementvoice',
            name='settlement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='trajectories.settlement', verbose_name='issue'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='reopening_says_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_reopeningevent" ("asked_at", "asked_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reading_id", "why") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reading_id", NEW."why"); RETURN NULL;', hash='0479b4f3eef6e895298cbaf7b4534bfebc168358', operation='INSERT', pgid='pgtrigger_insert_insert_8ce6f', table='trajectories_reopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trajectories_reopeningevent" ("asked_at", "asked_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reading_id", "why") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reading_id", NEW."why"); RETURN NULL;', hash='fe60d5c14ec863cb5b7b256f91d1a50b388d5756', operation='UPDATE', pgid='pgtrigger_update_update_c4a9d', table='trajectories_reopening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopening',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_reopeningevent" ("asked_at", "asked_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reading_id", "why") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."reading_id", OLD."why"); RETURN NULL;', hash='9c4b45adee445702cc010054b4ca37d70b2c3a4a', operation='DELETE', pgid='pgtrigger_delete_delete_cc54d', table='trajectories_reopening', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='reopeningconsent',
            constraint=models.UniqueConstraint(fields=('reopening', 'viewpoint'), name='view_agrees_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopeningconsent',
            trigger=pgtrigger.compiler.Trigger(name='consent_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4f24841b179380e059a833eb3c3deca70961bad5', operation='UPDATE OR DELETE', pgid='pgtrigger_consent_stays_ff789', table='trajectories_reopeningconsent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reopeningevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9f8a00d228d8eab6bd9008f4dea0ea8e0efddded', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_94e02', table='trajectories_reopeningevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(condition=models.Q(('opened_at__isnull', True)), fields=('trajectory',), name='one_blind_round_a_trajectory'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_roundevent" ("created_by_id", "framework_version_id", "id", "milestone", "opened_at", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reminders_paused", "trajectory_id", "version") VALUES (NEW."created_by_id", NEW."framework_version_id", NEW."id", NEW."milestone", NEW."opened_at", NEW."opens_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reminders_paused", NEW."trajectory_id", NEW."version"); RETURN NULL;', hash='ff43e3988093e75a9f50243dca6f651dec629aec', operation='INSERT', pgid='pgtrigger_insert_insert_6900b', table='trajectories_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trajectories_roundevent" ("created_by_id", "framework_version_id", "id", "milestone", "opened_at", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reminders_paused", "trajectory_id", "version") VALUES (NEW."created_by_id", NEW."framework_version_id", NEW."id", NEW."milestone", NEW."opened_at", NEW."opens_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."reminders_paused", NEW."trajectory_id", NEW."version"); RETURN NULL;', hash='c24beab5e617f26dbe069d67eddb89482502dae3', operation='UPDATE', pgid='pgtrigger_update_update_2b929', table='trajectories_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='round',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_roundevent" ("created_by_id", "framework_version_id", "id", "milestone", "opened_at", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reminders_paused", "trajectory_id", "version") VALUES (OLD."created_by_id", OLD."framework_version_id", OLD."id", OLD."milestone", OLD."opened_at", OLD."opens_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."reminders_paused", OLD."trajectory_id", OLD."version"); RETURN NULL;', hash='297b6c1365e6ab5c1bdbc91e27739abe23fb9325', operation='DELETE', pgid='pgtrigger_delete_delete_0fe15', table='trajectories_round', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='497245831d19611c168ea1e3c109f9befc7a3eeb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e0a9e', table='trajectories_roundevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='roundview',
            constraint=models.UniqueConstraint(fields=('round', 'viewpoint'), name='view_expected_once'),
        ),
        migrations.AddConstraint(
            model_name='roundview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left_out_at__isnull', True), ('left_out_by__isnull', True), ('left_out_why', '')), models.Q(('left_out_at__isnull', False), ('left_out_by__isnull', False), ('reading__isnull', True), models.Q(('left_out_why', ''), _negated=True)), _connector='OR'), name='view_left_out_for_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundview',
            trigger=pgtrigger.compiler.Trigger(name='left_out_view_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."left_out_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='263aa48f97cc26eaaa36a7618f8011a235657123', operation='UPDATE OR DELETE', pgid='pgtrigger_left_out_view_stays_ba475', table='trajectories_roundview', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundview',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_roundviewevent" ("id", "left_out_at", "left_out_by_id", "left_out_why", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "round_id", "viewpoint") VALUES (NEW."id", NEW."left_out_at", NEW."left_out_by_id", NEW."left_out_why", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reading_id", NEW."round_id", NEW."viewpoint"); RETURN NULL;', hash='9ca32d21261d14a7ba9be39d946c0c46a4d63455', operation='INSERT', pgid='pgtrigger_insert_insert_623f8', table='trajectories_roundview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundview',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trajectories_roundviewevent" ("id", "left_out_at", "left_out_by_id", "left_out_why", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "round_id", "viewpoint") VALUES (NEW."id", NEW."left_out_at", NEW."left_out_by_id", NEW."left_out_why", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reading_id", NEW."round_id", NEW."viewpoint"); RETURN NULL;', hash='358e589a49340fb12c750ab1c9684395b8721ac9', operation='UPDATE', pgid='pgtrigger_update_update_285ab', table='trajectories_roundview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundview',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trajectories_roundviewevent" ("id", "left_out_at", "left_out_by_id", "left_out_why", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reading_id", "round_id", "viewpoint") VALUES (OLD."id", OLD."left_out_at", OLD."left_out_by_id", OLD."left_out_why", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reading_id", OLD."round_id", OLD."viewpoint"); RETURN NULL;', hash='8ed656155cf22e7c65c463354708cc263b37cc23', operation='DELETE', pgid='pgtrigger_delete_delete_eba88', table='trajectories_roundview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roundviewevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='449f637e2976b6a6e1b840fc52700847e79dac7d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cfdbc', table='trajectories_roundviewevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('round', 'dimension', 'number'), name='settlement_follows_the_last'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('level__isnull', True), models.Q(('level__isnull', False), ('level__range', (1, 5))), _connector='OR'), name='settlement_level_in_range'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level__isnull', False), ('outcome', 'moved'), models.Q(('viewpoint', ''), _negated=True), models.Q(('words', ''), _negated=True)), models.Q(('outcome', 'agreed'), ('viewpoint', ''), models.Q(('words', ''), _negated=True)), models.Q(('level__isnull', True), ('outcome', 'kept'), ('viewpoint', '')), _connector='OR'), name='settlement_says_its_outcome'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='settlement',
            trigger=pgtrigger.compiler.Trigger(name='settlement_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8772789841026c2cb8994a26e3cbdb3bdbee82b2', operation='UPDATE OR DELETE', pgid='pgtrigger_settlement_stays_2478e', table='trajectories_settlement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='settlementvoice',
            constraint=models.UniqueConstraint(fields=('settlement', 'viewpoint'), name='one_voice_a_view'),
        ),
        migrations.AddConstraint(
            model_name='settlementvoice',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='voice_has_words'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='settlementvoice',
            trigger=pgtrigger.compiler.Trigger(name='voice_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='68a54e1f2910bdb9d5e39fe290ef5f0bd0d96c70', operation='UPDATE OR DELETE', pgid='pgtrigger_voice_stays_0e7b5', table='trajectories_settlementvoice', when='BEFORE')),
        ),
    ]
