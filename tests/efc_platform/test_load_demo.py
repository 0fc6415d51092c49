"""The demonstration is loaded once, whole, and only where a demonstration is meant to be."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import Circle, Notice, Person, User
from community.models import (
    Calibration,
    CalibrationLine,
    Contribution,
    ContributionKind,
    ExperienceReport,
    SharedResource,
    StepTable,
)
from devtools.demo import ACCOUNTS
from efc_platform.backstage.models import Job, JobState
from structures.models import AccompanimentRequest, Cohort, CohortPlace, Structure
from tests.database import rows_of_the_database
from tests.efc_platform.demo_rows import STRUCTURES
from trainings.models import Attendance, Enrolment, HalfDay, Session, Training
from trajectories.models import (
    Confidence,
    Direction,
    Intervention,
    InterventionShare,
    JournalEntry,
    NextStep,
    ProgressReport,
    Reading,
    Resource,
    ResourceNote,
    Round,
    Settlement,
    Trajectory,
    UsefulEffect,
)

EVERYTHING = (
    *(Person, User, Structure, Cohort, CohortPlace, Trajectory, Reading, Intervention, JournalEntry, NextStep),
    *(Training, Session, HalfDay, Enrolment, Attendance, ExperienceReport, Contribution, SharedResource),
    *(AccompanimentRequest, ProgressReport, Job, UsefulEffect, ResourceNote, Round, Settlement),
)


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
    assert len(said[:-4]) == Trajectory.objects.open().count() == 12
    # One of them was entered twice, and another was, before its two sheets were made one; one is archived, of one
    # nothing was heard for months.
    assert (Structure.objects.count(), Structure.with_merged.count()) == (15, 16)
    assert [one.name for one in Structure.objects.filter(archived_at__isnull=False)] == ["Le Grenier des Possibles"]
    assert said[-4:] == [
        "8 formations, 28 sessions",
        "15 retours d’expérience, 81 contributions, 12 fiches",
        "4 demandes d’accompagnement",
        "6 profils, 3 conversations",
    ]
    assert Intervention.objects.count() == 151
    assert (Reading.objects.shared().count(), Reading.objects.drafts().count()) == (74, 1)
    assert JournalEntry.objects.exists()
    assert NextStep.objects.open().exists()
    _journals_are_in_no_row()
    _what_was_said_between_those_present_stays_there()
    _trainings_were_attended()
    _community_debated()
    _requests_were_answered()
    _effects_and_resources_are_noted()
    _rounds_are_met_and_waited_for()
    _same_stories_were_read()
    _one_step_is_told()
    _accounts_open("une phrase pour la démonstration")
    _report_is_ready(signed_in)
    _notices_wait_and_others_were_read()
    before = [model.objects.count() for model in EVERYTHING]
    assert load() == ["La démonstration est déjà là."]
    assert [model.objects.count() for model in EVERYTHING] == before


def _trainings_were_attended():
    assert [cohort.places.count() for cohort in Cohort.objects.all()] == [4, 4]
    past, waiting = HalfDay.objects.filter(session__in=Session.objects.past()), Enrolment.objects.waiting()
    assert past.filter(taken_at=None).values("session").distinct().count() == 1
    assert not HalfDay.objects.filter(session__in=Session.objects.upcoming(), taken_at__isnull=False).exists()
    assert Attendance.objects.filter(is_present=False).exists()
    assert [one.person.first_name for one in waiting] == ["Grégory", "Rozenn"]
    assert not Enrolment.objects.filter(asked_at__gte=F("session__begins_at")).exists()


def _community_debated():
    assert (ExperienceReport.objects.shared().count(), ExperienceReport.objects.drafts().count()) == (15, 1)
    assert Contribution.objects.exclude(kind=ContributionKind.ANSWER).count() == 51
    assert Contribution.objects.filter(edited_at__gt=F("created_at")).count() == 2
    assert not Contribution.objects.filter(created_at__lt=F("report__shared_at")).exists()
    assert not ExperienceReport.objects.filter(structure__isnull=False).exists()


def _requests_were_answered():
    states = AccompanimentRequest.objects.order_by("received_at").values_list("state", flat=True)
    assert list(states) == ["answered", "answered", "received", "received"]


def _effects_and_resources_are_noted():
    """Of three structures; each of the four resources, each direction and each confidence is met."""
    assert (UsefulEffect.objects.count(), ResourceNote.objects.count()) == (6, 11)
    assert len(set(UsefulEffect.objects.values_list("trajectory", flat=True))) == 3
    assert {row.confidence for row in UsefulEffect.objects.all()} == set(Confidence)
    notes = ResourceNote.objects.all()
    assert ({row.resource for row in notes}, {row.direction for row in notes}) == (set(Resource), set(Direction))


def _rounds_are_met_and_waited_for():
    """One was opened, without the view that never came; in the other, one view is sealed and read by nobody else."""
    assert [one.is_open for one in Round.objects.order_by("opens_on")] == [True, False]
    assert [one.get_outcome_display() for one in Settlement.objects.order_by("pk")] == [
        "nous gardons le désaccord",
        "on s’accorde",
    ]
    hidden = Reading.objects.get(sealed_at__isnull=False, shared_at__isnull=True)
    assert (hidden.viewpoint, hidden.round.is_open) == ("accompaniment", False)


def _same_stories_were_read():
    """What the closed exercise says was worked out from the readings; the practitioner has read two stories of the
    open one, and has not finished. Each gave words of the story."""
    told, opened, drafted = Calibration.objects.order_by("pk")
    assert (told.finished, told.is_told, opened.is_open, drafted.is_draft) == (8, True, True, True)
    assert {one.code: one.agreement for one in told.parts.all()} == {"D1": "same", "D4": "close", "D7": "different"}
    assert [one.remark.author.first_name for one in told.parts.exclude(remark=None)] == ["Claire"]
    mine = opened.readings.get(reader__user__email="accompagnement@demo.example")
    assert (mine.is_finished, mine.vignettes.count(), opened.vignettes.count()) == (False, 2, 3)
    lines = CalibrationLine.objects.select_related("tally__vignette")
    assert lines.exists()
    assert [one.text for one in lines if one.text not in one.tally.vignette.text] == []


def _one_step_is_told():
    """From the second level to the third of the first dimension; of all the others, nothing may be."""
    table = StepTable.objects.get(is_told=True)
    assert (table.dimension.code, table.lower, table.is_forward) == ("D1", 2, True)
    assert {one.at_least for one in table.floors.all()} == {5}
    assert StepTable.objects.filter(is_told=False).count() > 8


def _accounts_open(password):
    users = User.objects.filter(email__in=ACCOUNTS)
    assert [user.email for user in users if user.check_password(password)] == [user.email for user in users]
    assert users.count() == len(ACCOUNTS) == 6


def _report_is_ready(signed_in):
    """Beside its mail, and those of who asks to come in, only what happens today is told: a text opened, a place asked
    for, a factor lost. Nobody is told of what is long past."""
    leader, report = User.objects.get(email="dirigeance@demo.example"), ProgressReport.objects.get()
    assert (report.job.state, report.requested_by) == (JobState.READY, leader)
    answer = signed_in(leader).get(f"{report.get_absolute_url()}document.pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    mails = Job.objects.filter(kind="mail").values_list("key", "payload__to")
    assert [to for key, to in mails if "report-ready" in key] == [leader.email]
    assert {key.split(":")[1] for key, _to in mails} == {
        "appointment-invited",
        "appointment-cancelled",
        "report-ready",
        "join-asked",
        "lost_factor",
        "support-asked",
        "text-opened",
    }
    assert [to for key, to in mails if "join-asked" in key] == ["accompagnement@demo.example"], "at once, by choice"


def _notices_wait_and_others_were_read():
    """Of what is recent: the first years of a trajectory are no news."""
    for name in ("accompagnement", "dirigeance", "equipe"):
        told = Notice.objects.visible_to(User.objects.get(email=f"{name}@demo.example"))
        assert 0 < told.unread().count() < told.count() < 20, name
    assert Notice.objects.count() < 400


def _journals_are_in_no_row():
    """Not one sentence of them in clear, in any table, event or session of the loaded demonstration."""
    written = [entry["journal"] for one in STRUCTURES.values() for entry in one["interventions"] if "journal" in entry]
    parts = [page.get(name, "") for page in written for name in ("facts", "feelings", "interpretations")]
    said = [sentence.strip() for part in parts for sentence in part.split(".") if len(sentence) > 30]
    assert len(said) > 30
    dump = "\n".join(rows_of_the_database())
    assert [sentence for sentence in said if sentence in dump] == []


def _what_was_said_between_those_present_stays_there():
    """The team member of the demonstration took part; whoever directs them did not."""
    within = InterventionShare.objects.filter(circle=Circle.PARTICIPANTS)
    assert within.count() == 3
    reads = {
        name: InterventionShare.objects.readable_by(User.objects.get(email=f"{name}@demo.example")) & within
        for name in ("dirigeance", "equipe", "accompagnement", "coordination")
    }
    assert {name: found.count() for name, found in reads.items()} == {
        "dirigeance": 0,
        "equipe": 1,
        "accompagnement": 1,
        "coordination": 0,
    }
