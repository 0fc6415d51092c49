"""The trainings, their sessions, and who came."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('trainings', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_foundations'),
        ('efc_platform', '0002_french_search'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('structures', '0001_foundations'),
        ('trajectories', '0001_foundations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('modality', models.CharField(choices=[('leader_training', 'Formation / déformation des dirigeants'), ('work_organisation', 'Organisation du travail et de l’activité'), ('peer_space', 'Espace d’échange et de professionnalisation'), ('partner_meeting', 'Rencontre de partenaires'), ('other', 'Autre')], max_length=20, verbose_name='modalité')),
                ('regime', models.CharField(choices=[('training', 'formation'), ('accompaniment', 'accompagnement'), ('exchange', 'rencontre ou espace d’échange')], max_length=15, verbose_name='régime')),
                ('summary', models.CharField(max_length=300, verbose_name='en une phrase')),
                ('objectives', models.TextField(verbose_name='ce que l’on vise')),
                ('audience', models.CharField(max_length=300, verbose_name='pour qui')),
                ('prerequisites', models.CharField(blank=True, max_length=300, verbose_name='avant de venir')),
                ('content', models.TextField(verbose_name='ce que l’on y fait')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', config='french_unaccent', weight='A'), '||', django.contrib.postgres.search.SearchVector('summary', 'objectives', 'audience', 'content', config='french_unaccent', weight='B'), django.contrib.postgres.search.SearchConfig('french_unaccent')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('dimensions', models.ManyToManyField(blank=True, related_name='+', to='trajectories.dimension')),
            ],
            options={
                'ordering': ['title', 'pk'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search'], name='training_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('modality', 'partner_meeting'), _negated=True), ('regime', 'exchange'), _connector='OR'), name='partners_meet_without_papers'), models.CheckConstraint(condition=models.Q(('modality', 'peer_space'), ('regime', 'training'), _negated=True), name='speaking_of_work_certifies_nobody')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_trainingevent" ("audience", "content", "created_by_id", "id", "modality", "objectives", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prerequisites", "public_id", "regime", "summary", "title", "version") VALUES (NEW."audience", NEW."content", NEW."created_by_id", NEW."id", NEW."modality", NEW."objectives", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prerequisites", NEW."public_id", NEW."regime", NEW."summary", NEW."title", NEW."version"); RETURN NULL;', hash='9756c82a07842f9f7b6e332f3911729bfa48f63e', operation='INSERT', pgid='pgtrigger_insert_insert_da329', table='trainings_training', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."content" IS DISTINCT FROM (NEW."content") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."modality" IS DISTINCT FROM (NEW."modality") OR OLD."objectives" IS DISTINCT FROM (NEW."objectives") OR OLD."prerequisites" IS DISTINCT FROM (NEW."prerequisites") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."regime" IS DISTINCT FROM (NEW."regime") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "trainings_trainingevent" ("audience", "content", "created_by_id", "id", "modality", "objectives", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prerequisites", "public_id", "regime", "summary", "title", "version") VALUES (NEW."audience", NEW."content", NEW."created_by_id", NEW."id", NEW."modality", NEW."objectives", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prerequisites", NEW."public_id", NEW."regime", NEW."summary", NEW."title", NEW."version"); RETURN NULL;', hash='ba0dfcc104b6086af645103eb5411e6f710b9c67', operation='UPDATE', pgid='pgtrigger_update_update_4f782', table='trainings_training', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_trainingevent" ("audience", "content", "created_by_id", "id", "modality", "objectives", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prerequisites", "public_id", "regime", "summary", "title", "version") VALUES (OLD."audience", OLD."content", OLD."created_by_id", OLD."id", OLD."modality", OLD."objectives", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prerequisites", OLD."public_id", OLD."regime", OLD."summary", OLD."title", OLD."version"); RETURN NULL;', hash='c1104ca2bcbe367960e0380c3f2534baaffe16c0', operation='DELETE', pgid='pgtrigger_delete_delete_3eeb1', table='trainings_training', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('training', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='trainings.training')),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='structures.cohort')),
                ('is_public', models.BooleanField(default=False, verbose_name='annoncée sur la page publique')),
                ('place', models.CharField(max_length=160, verbose_name='lieu')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('information', models.TextField(blank=True, verbose_name='à savoir avant de venir')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='places')),
                ('begins_at', models.DateTimeField(db_index=True, verbose_name='début')),
                ('ends_at', models.DateTimeField(db_index=True, verbose_name='fin')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_because', models.CharField(blank=True, max_length=300, verbose_name='raison')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('trainers', models.ManyToManyField(related_name='sessions_led', to='accounts.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('capacity__range', (1, 200))), name='session_has_places'), models.CheckConstraint(condition=models.Q(('is_public', False), ('cohort__isnull', True), _connector='OR'), name='cohort_session_is_not_announced'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='session_ends_after_it_begins')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_sessionevent" ("address", "begins_at", "cancelled_at", "cancelled_because", "capacity", "cohort_id", "ends_at", "id", "information", "is_public", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "training_id", "version") VALUES (NEW."address", NEW."begins_at", NEW."cancelled_at", NEW."cancelled_because", NEW."capacity", NEW."cohort_id", NEW."ends_at", NEW."id", NEW."information", NEW."is_public", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."public_id", NEW."training_id", NEW."version"); RETURN NULL;', hash='4796cf6d474718d76d640ac4ff72e0ff36474231', operation='INSERT', pgid='pgtrigger_insert_insert_1959c', table='trainings_session', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trainings_sessionevent" ("address", "begins_at", "cancelled_at", "cancelled_because", "capacity", "cohort_id", "ends_at", "id", "information", "is_public", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "training_id", "version") VALUES (NEW."address", NEW."begins_at", NEW."cancelled_at", NEW."cancelled_because", NEW."capacity", NEW."cohort_id", NEW."ends_at", NEW."id", NEW."information", NEW."is_public", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."public_id", NEW."training_id", NEW."version"); RETURN NULL;', hash='30ca9a510bbde6b5d6753f3cdc62e4bc3b7181b0', operation='UPDATE', pgid='pgtrigger_update_update_c98e4', table='trainings_session', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_sessionevent" ("address", "begins_at", "cancelled_at", "cancelled_because", "capacity", "cohort_id", "ends_at", "id", "information", "is_public", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "training_id", "version") VALUES (OLD."address", OLD."begins_at", OLD."cancelled_at", OLD."cancelled_because", OLD."capacity", OLD."cohort_id", OLD."ends_at", OLD."id", OLD."information", OLD."is_public", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."public_id", OLD."training_id", OLD."version"); RETURN NULL;', hash='ddb8c70fcd18859c3d02cf87b403d9ccb90596a0', operation='DELETE', pgid='pgtrigger_delete_delete_e4072', table='trainings_session', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='trainings.session')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='accounts.person')),
                ('structure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='structures.structure')),
                ('state', models.CharField(choices=[('confirmed', 'place confirmée'), ('waiting', 'liste d’attente'), ('cancelled', 'annulée')], max_length=10)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('enrolled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['asked_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('session', 'person'), name='person_enrolled_once'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at__isnull', True)), _connector='OR'), name='cancelled_enrolment_says_when')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_enrolmentevent" ("asked_at", "cancelled_at", "enrolled_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "state", "structure_id") VALUES (NEW."asked_at", NEW."cancelled_at", NEW."enrolled_by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."session_id", NEW."state", NEW."structure_id"); RETURN NULL;', hash='22305c106781be6e23dc4f3d77d06bdbd706769c', operation='INSERT', pgid='pgtrigger_insert_insert_162db', table='trainings_enrolment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trainings_enrolmentevent" ("asked_at", "cancelled_at", "enrolled_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "state", "structure_id") VALUES (NEW."asked_at", NEW."cancelled_at", NEW."enrolled_by_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."session_id", NEW."state", NEW."structure_id"); RETURN NULL;', hash='73fb38e183c756c6b89491d429afe9fbc492e8dc', operation='UPDATE', pgid='pgtrigger_update_update_8500f', table='trainings_enrolment', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_enrolmentevent" ("asked_at", "cancelled_at", "enrolled_by_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "state", "structure_id") VALUES (OLD."asked_at", OLD."cancelled_at", OLD."enrolled_by_id", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."public_id", OLD."session_id", OLD."state", OLD."structure_id"); RETURN NULL;', hash='69e0dc185d45c292c924e2e7783117c5ae243133', operation='DELETE', pgid='pgtrigger_delete_delete_88fd8', table='trainings_enrolment', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='EnrolmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trainings.enrolment')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifiant public')),
                ('session', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trainings.session')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person')),
                ('structure', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.structure')),
                ('state', models.CharField(choices=[('confirmed', 'place confirmée'), ('waiting', 'liste d’attente'), ('cancelled', 'annulée')], max_length=10)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('enrolled_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8685ad4c88e0e7b3ff5e6d3f069ad87721661729', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_621d9', table='trainings_enrolmentevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='HalfDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='half_days', to='trainings.session')),
                ('starts_at', models.DateTimeField(verbose_name='début')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='durée')),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'ordering': ['starts_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('session', 'starts_at'), name='half_day_begins_once'), models.CheckConstraint(condition=models.Q(('minutes__range', (30, 300))), name='half_day_is_half_a_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_halfdayevent" ("id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "starts_at", "taken_at", "taken_by_id", "version") VALUES (NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."session_id", NEW."starts_at", NEW."taken_at", NEW."taken_by_id", NEW."version"); RETURN NULL;', hash='7684f750d9b6f0b2764de3d809c946e6ab4f56d0', operation='INSERT', pgid='pgtrigger_insert_insert_4ff94', table='trainings_halfday', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trainings_halfdayevent" ("id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "starts_at", "taken_at", "taken_by_id", "version") VALUES (NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."session_id", NEW."starts_at", NEW."taken_at", NEW."taken_by_id", NEW."version"); RETURN NULL;', hash='c9b4e301a086166bf741ad2365a52b5026a11dad', operation='UPDATE', pgid='pgtrigger_update_update_284ae', table='trainings_halfday', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_halfdayevent" ("id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "starts_at", "taken_at", "taken_by_id", "version") VALUES (OLD."id", OLD."minutes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."session_id", OLD."starts_at", OLD."taken_at", OLD."taken_by_id", OLD."version"); RETURN NULL;', hash='fea49318cd6dcefef78628dd7537c614b4e5ffe4', operation='DELETE', pgid='pgtrigger_delete_delete_5bd5c', table='trainings_halfday', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('half_day', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='trainings.halfday')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='trainings.enrolment')),
                ('is_present', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('half_day', 'enrolment'), name='attendance_taken_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_attendanceevent" ("enrolment_id", "half_day_id", "id", "is_present", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."enrolment_id", NEW."half_day_id", NEW."id", NEW."is_present", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='6b3908040f354f478b6957cfb62cc3e5ed10d68d', operation='INSERT', pgid='pgtrigger_insert_insert_54fd8', table='trainings_attendance', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "trainings_attendanceevent" ("enrolment_id", "half_day_id", "id", "is_present", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."enrolment_id", NEW."half_day_id", NEW."id", NEW."is_present", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='c67d31c6a8d6df3b575fb61842eedfbff63e3435', operation='UPDATE', pgid='pgtrigger_update_update_51899', table='trainings_attendance', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "trainings_attendanceevent" ("enrolment_id", "half_day_id", "id", "is_present", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."enrolment_id", OLD."half_day_id", OLD."id", OLD."is_present", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='f55b2decee4651e605a837e87aa69e79f4f45ccf', operation='DELETE', pgid='pgtrigger_delete_delete_ee006', table='trainings_attendance', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AttendanceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trainings.attendance')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('half_day', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trainings.halfday')),
                ('enrolment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trainings.enrolment')),
                ('is_present', models.BooleanField()),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bfa7470deb0c18cd734ad524f33b93779a9ccf18', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4f025', table='trainings_attendanceevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='HalfDayEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trainings.halfday')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('session', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trainings.session')),
                ('starts_at', models.DateTimeField(verbose_name='début')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='durée')),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('taken_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='64de461105446e0e0c07e664fab9a0f9b001704d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_90b58', table='trainings_halfdayevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SessionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trainings.session')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifiant public')),
                ('training', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='trainings.training')),
                ('cohort', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='structures.cohort')),
                ('is_public', models.BooleanField(default=False, verbose_name='annoncée sur la page publique')),
                ('place', models.CharField(max_length=160, verbose_name='lieu')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                ('information', models.TextField(blank=True, verbose_name='à savoir avant de venir')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='places')),
                ('begins_at', models.DateTimeField(verbose_name='début')),
                ('ends_at', models.DateTimeField(verbose_name='fin')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_because', models.CharField(blank=True, max_length=300, verbose_name='raison')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2a3a91cfdc48c1d80e4af45c721128f4cb0467ba', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c7aa6', table='trainings_sessionevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='TrainingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='trainings.training')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='identifiant public')),
                ('title', models.CharField(max_length=160, verbose_name='titre')),
                ('modality', models.CharField(choices=[('leader_training', 'Formation / déformation des dirigeants'), ('work_organisation', 'Organisation du travail et de l’activité'), ('peer_space', 'Espace d’échange et de professionnalisation'), ('partner_meeting', 'Rencontre de partenaires'), ('other', 'Autre')], max_length=20, verbose_name='modalité')),
                ('regime', models.CharField(choices=[('training', 'formation'), ('accompaniment', 'accompagnement'), ('exchange', 'rencontre ou espace d’échange')], max_length=15, verbose_name='régime')),
                ('summary', models.CharField(max_length=300, verbose_name='en une phrase')),
                ('objectives', models.TextField(verbose_name='ce que l’on vise')),
                ('audience', models.CharField(max_length=300, verbose_name='pour qui')),
                ('prerequisites', models.CharField(blank=True, max_length=300, verbose_name='avant de venir')),
                ('content', models.TextField(verbose_name='ce que l’on y fait')),
                ('created_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.person')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a2a36b2058aed226fa7a8da21a16fe93805205d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_787e4', table='trainings_trainingevent', when='BEFORE'))],
            },
        ),
    ]
