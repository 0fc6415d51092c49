"""The trials that stand already: the day each began and the day it was concluded, by nobody that is known any more."""

from django.db import migrations


def note_moves(apps, schema_editor):
    trial_model = apps.get_model("trajectories", "Trial")
    move = apps.get_model("trajectories", "TrialMove")
    moves = []
    for trial in trial_model.objects.order_by("pk").values("pk", "state", "started_on", "ended_on"):
        if trial["started_on"] and trial["state"] != "planned":
            moves.append(move(trial_id=trial["pk"], state="running", moved_on=trial["started_on"]))
        if trial["ended_on"] and trial["state"] in {"kept", "dropped"}:
            moves.append(move(trial_id=trial["pk"], state=trial["state"], moved_on=trial["ended_on"]))
    move.objects.bulk_create(moves, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("trajectories", "0012_trials_and_story")]

    operations = [migrations.RunPython(note_moves, migrations.RunPython.noop)]
