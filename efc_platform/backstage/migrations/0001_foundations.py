"""What makes work durable: jobs, files, mails, drafts, and the organisation’s own words."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('backstage', '0001_initial'), ('backstage', '0002_job_progress'), ('backstage', '0003_organisation'), ('backstage', '0004_drafts')]

    initial = True

    dependencies = [
        ('accounts', '0001_foundations'),
        ('efc_platform', '0001_extensions'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('name', models.CharField(max_length=200, verbose_name='nom proposé au téléchargement')),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField(verbose_name='taille en octets')),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='nom')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='adresse')),
                ('siret', models.CharField(blank=True, max_length=14, verbose_name='SIRET')),
                ('training_number', models.CharField(blank=True, max_length=11, verbose_name='numéro de déclaration d’activité')),
                ('contact', models.CharField(blank=True, max_length=300, verbose_name='comment nous joindre')),
                ('disability_contact', models.CharField(blank=True, max_length=300, verbose_name='à qui parler d’une situation de handicap')),
                ('sender_name', models.CharField(blank=True, max_length=80, verbose_name='nom de l’expéditeur des courriels')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='adresse où l’on répond')),
                ('front_heading', models.CharField(blank=True, max_length=160, verbose_name='titre de la page d’accueil')),
                ('front_lede', models.TextField(blank=True, verbose_name='premières lignes de la page d’accueil')),
                ('front_about', models.TextField(blank=True, verbose_name='qui nous sommes')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='backstage.storedfile', verbose_name='logo')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'organisation',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_organisation_runs_this_instance')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "backstage_organisationevent" ("address", "contact", "disability_contact", "front_about", "front_heading", "front_lede", "id", "logo_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reply_to", "sender_name", "siret", "training_number", "version") VALUES (NEW."address", NEW."contact", NEW."disability_contact", NEW."front_about", NEW."front_heading", NEW."front_lede", NEW."id", NEW."logo_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reply_to", NEW."sender_name", NEW."siret", NEW."training_number", NEW."version"); RETURN NULL;', hash='e40fe20d7a24557fce24b3a5677c0d8eab6f3d89', operation='INSERT', pgid='pgtrigger_insert_insert_08bd2', table='backstage_organisation', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "backstage_organisationevent" ("address", "contact", "disability_contact", "front_about", "front_heading", "front_lede", "id", "logo_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reply_to", "sender_name", "siret", "training_number", "version") VALUES (NEW."address", NEW."contact", NEW."disability_contact", NEW."front_about", NEW."front_heading", NEW."front_lede", NEW."id", NEW."logo_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reply_to", NEW."sender_name", NEW."siret", NEW."training_number", NEW."version"); RETURN NULL;', hash='e14833b2042ce1603768e02e7bfe825164ef4b30', operation='UPDATE', pgid='pgtrigger_update_update_41779', table='backstage_organisation', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "backstage_organisationevent" ("address", "contact", "disability_contact", "front_about", "front_heading", "front_lede", "id", "logo_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reply_to", "sender_name", "siret", "training_number", "version") VALUES (OLD."address", OLD."contact", OLD."disability_contact", OLD."front_about", OLD."front_heading", OLD."front_lede", OLD."id", OLD."logo_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reply_to", OLD."sender_name", OLD."siret", OLD."training_number", OLD."version"); RETURN NULL;', hash='1894d3c89c74c62050800fc42aa5cee93ac2b647', operation='DELETE', pgid='pgtrigger_delete_delete_be9a0', table='backstage_organisation', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='OrganisationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='backstage.organisation')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='nom')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='adresse')),
                ('siret', models.CharField(blank=True, max_length=14, verbose_name='SIRET')),
                ('training_number', models.CharField(blank=True, max_length=11, verbose_name='numéro de déclaration d’activité')),
                ('contact', models.CharField(blank=True, max_length=300, verbose_name='comment nous joindre')),
                ('disability_contact', models.CharField(blank=True, max_length=300, verbose_name='à qui parler d’une situation de handicap')),
                ('sender_name', models.CharField(blank=True, max_length=80, verbose_name='nom de l’expéditeur des courriels')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='adresse où l’on répond')),
                ('front_heading', models.CharField(blank=True, max_length=160, verbose_name='titre de la page d’accueil')),
                ('front_lede', models.TextField(blank=True, verbose_name='premières lignes de la page d’accueil')),
                ('front_about', models.TextField(blank=True, verbose_name='qui nous sommes')),
                ('logo', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='backstage.storedfile', verbose_name='logo')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2bfe8b3d3509da343b6d884902087852bea6514a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3499a', table='backstage_organisationevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(help_text='Ce que ce travail produit : deux demandes du même n’en font qu’un.', max_length=120, unique=True)),
                ('payload', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'en attente'), ('running', 'en préparation'), ('ready', 'prêt'), ('failed', 'interrompu')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='avancement, en pour cent')),
                ('error', models.TextField(blank=True)),
                ('not_before', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('queued_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['state', 'lease_until'], name='job_unfinished')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='running_job_has_a_lease')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('key', models.UUIDField()),
                ('digest', models.CharField(max_length=64, verbose_name='SHA-256 de ce qui a été envoyé')),
                ('url', models.CharField(blank=True, max_length=300)),
                ('sent_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('author', 'key'), name='form_written_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person', verbose_name='auteur')),
                ('address', models.CharField(max_length=300, verbose_name='page')),
                ('page', models.UUIDField(help_text='Deux onglets n’écrivent pas l’un sur l’autre.', verbose_name='affichage du formulaire qui écrit')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='enregistrements')),
                ('key_id', models.CharField(max_length=30, verbose_name='clé')),
                ('sealed_text', models.BinaryField(verbose_name='texte chiffré')),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='commencé le')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='enregistré le')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='envoyé le')),
            ],
            options={
                'verbose_name': 'brouillon',
                'ordering': ['-saved_at', '-pk'],
                'indexes': [models.Index(fields=['author', 'address', '-saved_at'], name='draft_of_page')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('sealed_text', b''), _connector='OR'), name='sent_draft_keeps_no_text')],
            },
        ),
    ]
