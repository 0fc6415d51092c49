from django.db import migrations

# Whoever planned a meeting before one could invite to it was to come.
PLANNERS_COME = """
INSERT INTO trajectories_appointmentguest (appointment_id, person_id, answer, answered_at)
SELECT id, created_by_id, 'yes', now() FROM trajectories_appointment
"""


class Migration(migrations.Migration):
    dependencies = [("trajectories", "0014_appointments_whole")]
    operations = [migrations.RunSQL(PLANNERS_COME, migrations.RunSQL.noop)]
