"""What the forms of a trajectory accept, keep and refuse."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Person
from tests.factories.trajectories import InterventionFactory, TrajectoryFactory
from trajectories.forms import (
    AppointmentForm,
    InterventionEditForm,
    InterventionForm,
    JournalForm,
    OpenTrajectoryForm,
    PositioningForm,
    ReadingForm,
    ReportForm,
    TrialChangeForm,
    TrialForm,
    WordsForm,
)
from trajectories.framework import Framework
from trajectories.models import Modality, Place, PositioningState, Trajectory, TrialState, Viewpoint

pytestmark = pytest.mark.usefixtures("frozen_day")
NOBODY = Person.objects.none()


@pytest.fixture
def frozen_day():
    with time_machine.travel("2024-11-20T23:30:00+01:00", tick=False):
        yield


@pytest.fixture
def framework(cast) -> Framework:
    return Framework.of(cast.trajectory_a.framework_version)


@pytest.fixture
def log(cast, framework):
    """The logging form as it was sent."""
    told = {
        "trajectory": str(cast.trajectory_a.public_id),
        "occurred_on": "2024-11-20",
        "minutes": "3 h",
        "modality": "other",
        "account": "Un texte.",
        "circle": "structure",
        "client_key": str(uuid.uuid4()),
    }

    def sent(**typed) -> InterventionForm:
        mine = Trajectory.objects.filter(pk=cast.trajectory_a.pk)
        return InterventionForm(told | typed, trajectories=mine, framework=framework, colleagues=NOBODY)

    return sent


def test_date_duration_modality_and_a_few_lines_are_enough(cast, log):
    form = log()
    assert form.is_valid(), form.errors
    kept = {name: form.cleaned_data[name] for name in ("trajectory", "minutes", "modality", "place", "with_whom")}
    assert kept == {
        "trajectory": cast.trajectory_a,
        "minutes": 180,
        "modality": Modality.OTHER,
        "place": Place.ON_SITE,
        "with_whom": "",
    }
    assert (form.cleaned_data["preparation_minutes"], form.cleaned_data["travel_minutes"]) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"occurred_on": ""}, "occurred_on"),
        ({"occurred_on": "2024-11-21"}, "occurred_on"),
        ({"minutes": ""}, "minutes"),
        ({"minutes": "4 min"}, "minutes"),
        ({"minutes": "25 h"}, "minutes"),
        ({"modality": "coaching"}, "modality"),
        ({"account": "  "}, "account"),
        ({"account": "x" * 20_001}, "account"),
        ({"circle": "public"}, "circle"),
        ({"trajectory": ""}, "trajectory"),
        ({"trajectory": str(uuid.uuid4())}, "trajectory"),
        ({"trajectory": "x"}, "trajectory"),
        ({"dimensions": ["999999"]}, "dimensions"),
        ({"due_on": "2024-12-01"}, "next_step"),
        ({"title": "x" * 161}, "title"),
        ({"travel_minutes": "loin"}, "travel_minutes"),
    ],
)
def test_refusal_is_beside_the_field_at_fault(log, typed, field):
    assert list(log(**typed).errors) == [field]


def test_trajectory_of_another_is_no_choice(cast, log):
    assert list(log(trajectory=str(cast.trajectory_b.public_id)).errors) == ["trajectory"]


def test_dimensions_are_those_of_the_framework_by_their_short_names(log, framework):
    one, two = framework.dimensions[:2]
    form = log(dimensions=[str(two.pk), str(one.pk)])
    assert form.is_valid()
    assert list(form.cleaned_data["dimensions"]) == [one, two]
    labels = [label for _value, label in form.fields["dimensions"].choices]
    assert labels == [dimension.short_name for dimension in framework.dimensions]


def test_form_opens_on_today_with_a_key_of_its_own(cast, framework):
    def opened(**initial) -> InterventionForm:
        mine = Trajectory.objects.filter(pk=cast.trajectory_a.pk)
        return InterventionForm(trajectories=mine, framework=framework, colleagues=NOBODY, initial=initial)

    first, second = opened(modality="peer_space"), opened()
    assert first["occurred_on"].value() == timezone.localdate()
    assert first["modality"].value() == "peer_space"
    assert first["client_key"].value() != second["client_key"].value()
    assert [label for _value, label in first.fields["trajectory"].choices] == ["choisir une structure", "Alpha"]


def test_form_before_any_framework_offers_no_dimension(db):
    form = InterventionForm(trajectories=Trajectory.objects.all(), framework=None, colleagues=NOBODY)
    assert list(form.fields["dimensions"].choices) == []


def test_correction_carries_the_version_it_was_opened_on(cast, framework):
    share = InterventionFactory(share={"trajectory": cast.trajectory_a}).shares.get()
    options = {"framework": framework, "share": share, "colleagues": NOBODY, "is_shared_out": False}
    told = {
        "occurred_on": "2024-11-20",
        "minutes": "3 h",
        "modality": "other",
        "account": "Un texte.",
        "circle": "team",
    }
    assert InterventionEditForm(told | {"version": "3"}, **options).is_valid()
    assert list(InterventionEditForm(told, **options).errors) == ["version"]


@pytest.mark.parametrize("part", ["facts", "feelings", "interpretations"])
def test_one_line_in_any_part_is_enough_for_the_journal(part):
    assert JournalForm({"written_on": "2024-11-20", part: "Une ligne."}).is_valid()


def test_empty_page_of_the_journal_is_refused():
    form = JournalForm({"written_on": "2024-11-20", "facts": "  "})
    assert form.errors == {"__all__": ["Écrivez au moins une ligne, dans la partie que vous voulez."]}


def test_reading_opens_today_from_the_first_place_that_is_ones_own():
    form = ReadingForm(viewpoints=[Viewpoint.TEAM, Viewpoint.PARTNER])
    assert (form["viewpoint"].value(), form["read_on"].value()) == (Viewpoint.TEAM, timezone.localdate())
    assert form.fields["viewpoint"].choices == [("team", "Équipe"), ("partner", "Partenaire")]


def test_reading_from_anothers_place_is_no_choice():
    typed = {"viewpoint": "direction", "read_on": "2024-11-20", "client_key": str(uuid.uuid4())}
    assert list(ReadingForm(typed, viewpoints=[Viewpoint.TEAM]).errors) == ["viewpoint"]
    assert list(ReadingForm(typed, viewpoints=[]).errors) == ["viewpoint"]


@pytest.mark.parametrize(
    ("answer", "state", "level"),
    [
        ("1", PositioningState.LEVEL, 1),
        ("5", PositioningState.LEVEL, 5),
        ("not_applicable", PositioningState.NOT_APPLICABLE, None),
        ("not_enough_evidence", PositioningState.NOT_ENOUGH_EVIDENCE, None),
    ],
)
def test_answer_is_a_level_or_why_there_is_none(answer, state, level):
    form = PositioningForm({"answer": answer, "observed_fact": "Un fait.", "version": 0})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["state"], form.cleaned_data["level"]) == (state, level)


def test_dimension_left_aside_is_no_answer():
    form = PositioningForm({"answer": "", "version": 0})
    assert form.is_valid()
    assert (form.cleaned_data["state"], form.cleaned_data["level"]) == (None, None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"answer": "3"}, "observed_fact"),
        ({"answer": "3", "observed_fact": "  "}, "observed_fact"),
        ({"answer": "", "observed_fact": "Un fait."}, "answer"),
        ({"answer": "", "next_question": "Et demain ?"}, "answer"),
        ({"answer": "0", "observed_fact": "Un fait."}, "answer"),
        ({"answer": "6", "observed_fact": "Un fait."}, "answer"),
        ({"answer": "level", "observed_fact": "Un fait."}, "answer"),
    ],
)
def test_answer_and_fact_go_together(typed, field):
    assert list(PositioningForm(typed | {"version": 0}).errors) == [field]


def test_trial_begins_running_or_planned_and_no_other_way(cast):
    form = TrialForm({"title": "Tri en duo", "state": "running"}, trajectory=cast.trajectory_a)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["state"], form.cleaned_data["dimension"]) == (TrialState.RUNNING, None)
    assert list(TrialForm({"title": "x", "state": "kept"}, trajectory=cast.trajectory_a).errors) == ["state"]
    assert list(TrialForm({"state": "planned"}, trajectory=cast.trajectory_a).errors) == ["title"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "typed", "fields"),
    [
        (TrialChangeForm, {"state": "kept"}, ["version"]),
        (TrialChangeForm, {"state": "x", "version": "1"}, ["state"]),
        (AppointmentForm, {"starts_at": "2024-12-01", "minutes": "1 h"}, ["subject"]),
        (AppointmentForm, {"starts_at": "bientôt", "minutes": "1 h", "subject": "Bilan"}, ["starts_at"]),
        (WordsForm, {"aim": "Durer."}, ["version"]),
        (WordsForm, {"aim": "x" * 2_001, "version": "1"}, ["aim"]),
        (OpenTrajectoryForm, {"started_on": ""}, ["started_on"]),
        (OpenTrajectoryForm, {"started_on": "2026-01-01"}, ["started_on"]),
    ],
)
def test_short_forms_refuse_beside_the_field_at_fault(form, typed, fields):
    assert list(form(typed).errors) == fields


def test_trajectory_opens_today_or_within_a_year():
    assert OpenTrajectoryForm()["started_on"].value() == timezone.localdate()
    latest = timezone.localdate() + timedelta(days=366)
    assert OpenTrajectoryForm({"started_on": latest.isoformat()}).is_valid()


@pytest.mark.django_db
def test_hour_of_a_meeting_is_that_of_paris():
    form = AppointmentForm({"starts_at": "2024-12-04T14:00", "minutes": "1 h 30", "subject": "Bilan"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_at"].isoformat() == "2024-12-04T14:00:00+01:00"
    assert (form.cleaned_data["minutes"], form.cleaned_data["place"]) == (90, "")


def test_report_tells_of_the_whole_trajectory_unless_one_says_otherwise():
    trajectory = TrajectoryFactory.build(framework_version=None)
    form = ReportForm(trajectory=trajectory)
    assert (form["period_start"].value(), form["period_end"].value()) == (
        trajectory.started_on,
        timezone.localdate(),
    )
