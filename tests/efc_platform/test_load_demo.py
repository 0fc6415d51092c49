"""The demonstration is loaded once, whole, and only where a demonstration is meant to be."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person, User
from efc_platform.backstage.models import Job, JobState
from structures.models import Structure
from trajectories.models import Intervention, JournalEntry, NextStep, ProgressReport, Reading, Trajectory


def load() -> list[str]:
    said = StringIO()
    call_command("load_demo", stdout=said)
    return [line.strip() for line in said.getvalue().splitlines()]


def test_demonstration_is_refused_in_production(db, settings):
    settings.APP_MODE = "production"
    with pytest.raises(CommandError, match="La démonstration ne se charge qu’en mode démonstration"):
        load()
    assert User.objects.count() == 0


@pytest.mark.parametrize("mode", ["demo", "development", "test"])
def test_demonstration_needs_a_password(db, settings, mode):
    settings.APP_MODE, settings.IS_DEMO, settings.DEMO_PASSWORD = mode, mode == "demo", ""
    with pytest.raises(CommandError, match="DEMO_PASSWORD est vide"):
        load()
    assert User.objects.count() == 0


def test_demonstration_is_whole_readable_and_loaded_once(db, settings, signed_in):
    """One test for all it says: the demonstration takes the longest of all to build."""
    settings.DEMO_PASSWORD = "une phrase pour la démonstration"
    said = load()
    assert len(said) == Structure.objects.count() == Trajectory.objects.open().count() == 6
    assert Intervention.objects.count() == 60
    assert (Reading.objects.sealed().count(), Reading.objects.drafts().count()) == (24, 0)
    assert JournalEntry.objects.exists()
    assert NextStep.objects.open().exists()
    leader = User.objects.get(email="dirigeance@demo.example")
    assert leader.check_password("une phrase pour la démonstration")
    report = ProgressReport.objects.get()
    assert (report.job.state, report.requested_by) == (JobState.READY, leader)
    answer = signed_in(leader).get(f"{report.get_absolute_url()}document.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    before = [model.objects.count() for model in (Person, User, Structure, Reading, Intervention, Job)]
    assert load() == ["La démonstration est déjà là."]
    assert [model.objects.count() for model in (Person, User, Structure, Reading, Intervention, Job)] == before
