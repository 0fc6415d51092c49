"""The day of an intervention, copied on what each trajectory keeps of it: the database keeps it, so that the code of
before goes on writing without knowing of it. Rows that are already there receive it in the next migration."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_purge_access_events"),
        ("structures", "0001_foundations"),
        ("trajectories", "0003_intervention_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="interventionshare",
            name="occurred_on",
            field=models.DateField(editable=False, null=True, verbose_name="date"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='intervention',
            trigger=pgtrigger.compiler.Trigger(name='shares_follow_its_day', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."occurred_on" IS DISTINCT FROM (NEW."occurred_on"))', func='\nUPDATE trajectories_interventionshare SET occurred_on = NEW.occurred_on WHERE intervention_id = NEW.id;\nRETURN NULL;\n', hash='f6414d811da7cef98e90373e19b86673ebfe5f08', operation='UPDATE OF "occurred_on"', pgid='pgtrigger_shares_follow_its_day_31e34', table='trajectories_intervention', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interventionshare',
            trigger=pgtrigger.compiler.Trigger(name='share_has_the_day', sql=pgtrigger.compiler.UpsertTriggerSql(func='\nSELECT occurred_on INTO STRICT NEW.occurred_on FROM trajectories_intervention WHERE id = NEW.intervention_id;\nRETURN NEW;\n', hash='ee20a8012547c222c93504b8fe23efe4e83e97c9', operation='INSERT OR UPDATE', pgid='pgtrigger_share_has_the_day_bb88c', table='trajectories_interventionshare', when='BEFORE')),
        ),
    ]
