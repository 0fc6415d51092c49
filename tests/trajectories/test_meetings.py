"""Meetings: the widest gaps first, and what was come to, noted one after the other and never rewritten."""

from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.rounds import open_round, prepare, seal
from trajectories.framework import Framework
from trajectories.gathering import progress_report_content
from trajectories.meeting import meeting_of
from trajectories.models import Outcome, Positioning, ProgressReport, Round, Settlement, Viewpoint
from trajectories.operations import leave_out_view, settle_dimension
from trajectories.queries import outcome_in_words
from trajectories.story import story_of

BOTH = {"direction": "On ne voit pas le tri.", "accompaniment": "Une heure est protégée."}


@pytest.fixture
def met(cast) -> Round:
    return open_round(
        cast,
        {"D1": 2, "D2": 3, "D3": 3, "D4": "not_applicable", "D5": 1},
        {"D1": 4, "D2": 4, "D3": 3, "D4": 2, "D6": "not_enough_evidence"},
    )


@pytest.fixture
def settle(cast, met, dimensions):
    def note(by=None, code="D1", outcome=Outcome.AGREED, seen=0, **told) -> Settlement:
        told = {"words": "Ensemble."} | told
        return settle_dimension(
            by=by or cast.leader,
            tour=met,
            dimension=dimensions[code],
            outcome=outcome,
            expected_number=seen,
            **told,
        )

    return note


def test_widest_gaps_come_first_then_a_level_beside_none_then_the_rest(met):
    held = meeting_of(met)
    assert [(one.dimension.code, one.gap) for one in held.apart] == [
        ("D1", "2 repères d’écart"),
        ("D2", "1 repère d’écart"),
        ("D4", "l’un lit, l’autre non"),
    ]
    assert [(one.dimension.code, one.gap) for one in held.alike] == [
        ("D3", "même lecture"),
        ("D5", "un seul regard"),
        ("D6", "un seul regard"),
        *((code, "pas lue") for code in ("D7", "D8", "D9")),
    ]
    first = held.apart[0]
    assert first.strip.title == "Travail vivant\u00a0: Direction 2, Accompagnement 4"
    assert [one.words for one in held.apart[2].said] == ["sans objet", "Mise en question"]


def test_agreement_keeps_its_words_and_a_common_marker_and_changes_no_reading(met, settle):
    before = list(Positioning.objects.order_by("pk").values())
    made = settle(level=3, words=" Le tri se voit, le quai non. ")
    framework = Framework.of(met.framework_version)
    assert (made.number, made.words, outcome_in_words(made, framework)) == (
        1,
        "Le tri se voit, le quai non.",
        "On s’accorde, sur «\u00a0Expérimentation\u00a0»",
    )
    assert list(Positioning.objects.order_by("pk").values()) == before


def test_second_outcome_follows_the_first_and_both_stay(met, settle):
    settle()
    again = settle(seen=1, outcome=Outcome.MOVED, viewpoint="direction", level=3, words="Une heure est protégée.")
    kept = meeting_of(met).apart[0].settlements
    assert [one.number for one in kept] == [1, 2]
    framework = Framework.of(met.framework_version)
    assert outcome_in_words(again, framework) == "Un regard se déplace (direction), vers «\u00a0Expérimentation\u00a0»"


def test_outcome_noted_meanwhile_is_shown_first(settle):
    settle()
    with pytest.raises(StaleEdit, match="la vôtre la suivra"):
        settle(words="Au même moment.")
    assert Settlement.objects.count() == 1


def test_disagreement_keeps_both_texts(settle):
    made = settle(outcome=Outcome.KEPT, voices=BOTH | {"team": "Venue d’ailleurs."}, level=3, viewpoint="team")
    assert {one.viewpoint: one.words for one in made.voices.all()} == BOTH
    assert (made.level, made.viewpoint) == (None, "")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"words": " "}, "words"),
        ({"outcome": Outcome.MOVED, "level": 3}, "viewpoint"),
        ({"outcome": Outcome.MOVED, "level": 3, "viewpoint": "team"}, "viewpoint"),
        ({"outcome": Outcome.MOVED, "viewpoint": "direction"}, "level"),
        ({"outcome": Outcome.MOVED, "viewpoint": "direction", "level": 3, "words": ""}, "words"),
        ({"outcome": Outcome.KEPT}, "voice-direction"),
        ({"outcome": Outcome.KEPT, "voices": {"direction": "Seule."}}, "voice-accompaniment"),
    ],
)
def test_outcome_without_what_it_rests_on_is_refused(settle, told, field):
    with pytest.raises(OperationRefused) as refusal:
        settle(**told)
    assert (refusal.value.field, Settlement.objects.count()) == (field, 0)


@pytest.mark.parametrize("name", ["practitioner", "leader"])
def test_meeting_is_noted_by_who_steers(cast, settle, name):
    assert settle(by=cast.users[name]).settled_by == cast.users[name].person


def test_meeting_is_noted_by_who_wrote_one_of_its_views(cast, dimensions):
    tour = prepare(cast, Viewpoint.TEAM, Viewpoint.DIRECTION)
    seal(cast, tour, Viewpoint.TEAM, {"D1": 2})
    seal(cast, tour, Viewpoint.DIRECTION, {"D1": 3})
    told = {
        "tour": tour,
        "dimension": dimensions["D1"],
        "outcome": Outcome.AGREED,
        "expected_number": 0,
        "words": "Oui.",
    }
    assert settle_dimension(by=cast.staff, **told).settled_by == cast.staff.person
    for name in ("volunteer", "board", "coordinator", "other_practitioner", "nobody"):
        with pytest.raises(OperationRefused, match="notent cette rencontre"):
            settle_dimension(by=cast.users[name], **told)


def test_meeting_waits_for_the_round_and_for_two_views(cast, dimensions):
    tour = prepare(cast)
    seal(cast, tour, Viewpoint.DIRECTION, {"D1": 2})
    told = {"dimension": dimensions["D1"], "outcome": Outcome.AGREED, "expected_number": 0, "words": "Oui."}
    with pytest.raises(OperationRefused, match="une fois le tour ouvert"):
        settle_dimension(by=cast.leader, tour=tour, **told)
    view = tour.views.get(viewpoint=Viewpoint.ACCOMPANIMENT)
    leave_out_view(by=cast.leader, view=view, expected_version=tour.version, why="Jamais venu.")
    with pytest.raises(OperationRefused, match="Un seul regard est venu"):
        settle_dimension(by=cast.leader, tour=tour, **told)


@pytest.mark.parametrize("model", ["settlement", "voice"])
def test_outcome_is_never_rewritten(settle, model):
    made = settle(outcome=Outcome.KEPT, voices=BOTH)
    rows = Settlement.objects.all() if model == "settlement" else made.voices.all()
    for write in (lambda: rows.update(words="Autre."), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(Error, match="Cannot update or delete rows"), transaction.atomic():
            write()


def test_outcomes_are_told_in_the_story_to_those_who_read_texts(cast, settle):
    settle(outcome=Outcome.KEPT, voices=BOTH, words="On en reparle.")

    def told(user) -> list[tuple[str, str, str]]:
        return [(m.title, m.detail, m.summary) for m in story_of(cast.trajectory_a, user) if m.kind == "meeting"]

    assert told(cast.staff) == [("Rencontre\u00a0: Travail vivant", "nous gardons le désaccord", "On en reparle.")]
    assert told(cast.coordinator) == []


def test_report_prints_the_outcomes_of_its_period_with_both_texts(cast, settle):
    settle(outcome=Outcome.KEPT, voices=BOTH, words="On en reparle.")
    today = timezone.localdate()

    def printed(start: date, end: date):
        report = ProgressReport(
            trajectory=cast.trajectory_a, period_start=start, period_end=end, requested_by=cast.leader
        )
        return progress_report_content(report).settlements

    (one,) = printed(today, today)
    assert (one.outcome, one.words) == ("Nous gardons le désaccord", "On en reparle.")
    assert one.voices == (("Direction", BOTH["direction"]), ("Accompagnement", BOTH["accompaniment"]))
    assert printed(date(2024, 1, 15), today - timedelta(days=1)) == ()
