"""What keeps pages as fast with a million interventions as with a thousand.

Nothing waits while it lasts: rows receive their day by batches, the column is checked before it refuses an absence,
and indexes are built beside the table that goes on being written.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

BATCH = 10_000


def fill_days(apps, schema_editor):
    """The trigger reads the day: any update of the row is enough. Told again, it changes nothing."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM trajectories_interventionshare")
        (last,) = cursor.fetchone()
        for first in range(0, last + 1, BATCH):
            cursor.execute(
                "UPDATE trajectories_interventionshare SET occurred_on = NULL"
                " WHERE id >= %s AND id < %s AND occurred_on IS NULL",
                [first, first + BATCH],
            )


def _sql(words: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"ALTER TABLE trajectories_interventionshare {words}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("trajectories", "0004_day_of_share")]

    operations = [
        migrations.RunPython(fill_days, migrations.RunPython.noop),
        _sql("ADD CONSTRAINT share_day_is_known CHECK (occurred_on IS NOT NULL) NOT VALID"),
        _sql("VALIDATE CONSTRAINT share_day_is_known"),
        migrations.AlterField(
            model_name="interventionshare",
            name="occurred_on",
            field=models.DateField(editable=False, verbose_name="date"),
        ),
        _sql("DROP CONSTRAINT share_day_is_known"),
        AddIndexConcurrently("intervention", models.Index(fields=["occurred_on"], include=["minutes"], name="intervention_by_day")),
        AddIndexConcurrently(
            "intervention", models.Index(fields=["created_by", "-id"], name="intervention_by_author")
        ),
        AddIndexConcurrently(
            "interventionshare", models.Index(fields=["trajectory", "-occurred_on", "-id"], name="share_by_day")
        ),
        AddIndexConcurrently(
            "interventionshare", models.Index(fields=["occurred_on", "trajectory"], name="share_of_these_days")
        ),
        AddIndexConcurrently(
            "appointment", models.Index(fields=["trajectory", "starts_at"], name="appointment_of_trajectory")
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY intervention_led_by ON trajectories_intervention_practitioners"
            " (person_id, intervention_id)",
            "DROP INDEX CONCURRENTLY intervention_led_by",
        ),
        AddIndexConcurrently(
            "journalentry", models.Index(fields=["author", "-written_on", "-id"], name="journal_by_day")
        ),
    ]
