"""A reading criterion by criterion: beside the dimension, never in its place."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused
from tests.factories.framework import draft_of_framework
from tests.factories.trajectories import ReadingFactory, TrialFactory
from tests.visitor import Visitor
from trajectories.gathering import progress_report_content
from trajectories.models import Evidence, EvidenceKind, Positioning, PositioningState, Reading, Viewpoint
from trajectories.operations import (
    EvidenceFacts,
    PositioningFacts,
    position,
    request_progress_report,
    seal_reading,
)
from trajectories.queries import criteria_of, crossings_of
from trajectories.story import story_of

LEVEL = PositioningState.LEVEL


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def draft(cast) -> Reading:
    return ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person)


@pytest.fixture
def say(cast, draft, dimensions):
    """What the leader says of one criterion, named by its place in D1."""

    def write(place: int = 0, level: int | None = 3, reading: Reading | None = None, **more) -> Positioning | None:
        facts = PositioningFacts(LEVEL if level else None, level, "Un arbitrage dit devant tous.", **more)
        criterion = dimensions["D1"].criteria.all()[place]
        return position(by=cast.leader, reading=reading or draft, criterion=criterion, facts=facts)

    return write


def test_criterion_is_read_with_its_own_fact_and_evidence(say, draft):
    said = say(evidence=[EvidenceFacts(EvidenceKind.SAID, date(2024, 5, 1))])
    again = say(level=4)
    assert (said, again.level, str(again)) == (again, 4, "D1.1 · un repère")
    assert (draft.positionings.count(), Evidence.objects.count()) == (1, 0)
    assert say(level=None) is None
    assert draft.positionings.count() == 0


def test_dimension_and_its_criteria_are_read_apart(cast, say, draft, dimensions):
    say(0, level=5)
    say(1, level=5)
    facts = PositioningFacts(LEVEL, 2, "Un fait.")
    position(by=cast.leader, reading=draft, dimension=dimensions["D1"], facts=facts)
    seal_reading(by=cast.leader, reading=draft)
    assert [row.levels for row in crossings_of(cast.trajectory_a).rows[:1]] == [{"direction": 2}]


@pytest.mark.parametrize("levels", [(1, 1), (5, 5), (1, 5), (3, 2)])
def test_no_level_of_a_dimension_comes_from_its_criteria(cast, say, draft, levels):
    for place, level in enumerate(levels):
        say(place, level=level)
    seal_reading(by=cast.leader, reading=draft)
    crossings = crossings_of(cast.trajectory_a)
    assert ([row.voices for row in crossings.rows if row.voices], crossings.start) == ([], None)


def test_both_or_neither_is_refused(cast, draft, dimensions):
    facts = PositioningFacts(LEVEL, 2, "Un fait.")
    one = dimensions["D1"]
    for about in ({}, {"dimension": one, "criterion": one.criteria.all()[0]}):
        with pytest.raises(OperationRefused, match="une dimension, ou sur un de ses critères"):
            position(by=cast.leader, reading=draft, facts=facts, **about)


def test_what_another_version_asks_is_refused(cast, draft):
    other = draft_of_framework().dimensions.first()
    for about in ({"dimension": other}, {"criterion": other.criteria.first()}):
        with pytest.raises(OperationRefused, match="une autre version du référentiel"):
            position(by=cast.leader, reading=draft, facts=PositioningFacts(LEVEL, 2, "Un fait."), **about)
    assert draft.positionings.count() == 0


def test_criterion_is_read_once_in_a_reading(say, draft):
    said = say()
    with pytest.raises(IntegrityError, match="criterion_read_once"):
        Positioning.objects.create(reading=draft, criterion=said.criterion, state="not_applicable")


def test_criteria_are_gone_through_one_at_a_time(visits, draft):
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    page = nadia.click("Lire critère par critère")
    assert page.heading == "Critère D1.1"
    page = nadia.press("Enregistrer et continuer", answer="3", observed_fact="Un arbitrage dit devant tous.")
    assert page.heading == "Critère D1.2"
    page = nadia.press("Enregistrer et s’arrêter là", answer="not_applicable")
    assert page.address == draft.get_absolute_url()
    told = page.section("1 dimension lue sur 9, dont 1 par ses critères")
    assert "Travail vivant · lue par ses critères" in told
    assert "Critère D1.1 · Expérimentation sans appui noté Un arbitrage dit devant tous." in told
    assert "Critère D1.2 · sans objet" in told
    nadia.open(f"{draft.get_absolute_url()}D1/")
    assert nadia.click("Lire critère par critère").heading == "Critère D1.3"


def test_last_criterion_goes_back_to_the_reading(visits, draft, dimensions):
    last = dimensions["D1"].criteria.last()
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/criteres/{last.code}/")
    assert nadia.press("Enregistrer", answer="not_applicable").address == draft.get_absolute_url()


def test_criterion_of_another_dimension_is_not_found(visits, draft):
    nadia = visits("leader")
    assert nadia.open(f"{draft.get_absolute_url()}D1/criteres/D2.1/").status == 404
    assert visits("board").open(f"{draft.get_absolute_url()}D1/criteres/D1.1/").status == 404


def test_reading_of_criteria_alone_is_sealed(cast, say, visits, draft):
    say()
    nadia = visits("leader")
    nadia.open(draft.get_absolute_url())
    nadia.press("Sceller cette lecture")
    nadia.press("Sceller et partager")
    assert Reading.objects.get().is_sealed
    told = visits("staff").open(draft.get_absolute_url()).section("Dimension par dimension")
    assert "Critère D1.1 · Expérimentation sans appui noté Un arbitrage dit devant tous." in told
    seen = visits("practitioner").open(cast.trajectory_a.get_absolute_url()).section("Où en sommes-nous ?")
    assert seen.startswith("Ce qui est partagé fut lu critère par critère")


def test_dimension_page_gives_the_latest_word_of_each_voice_on_each_criterion(cast, say, draft, visits, dimensions):
    say(0, level=2)
    seal_reading(by=cast.leader, reading=draft)
    later = ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person, read_on=date(2024, 8, 1))
    say(0, level=4, reading=later)
    seal_reading(by=cast.leader, reading=later)
    unseen = ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person, read_on=date(2024, 9, 1))
    say(0, level=5, reading=unseen)
    found = criteria_of([dimensions["D1"]], cast.trajectory_a)
    assert [[one.level for one in ones] for ones in found.values()] == [[4]]
    page = visits("staff").open(f"{cast.trajectory_a.get_absolute_url()}dimensions/D1/")
    assert "Structuration sans appui noté Un arbitrage dit devant tous." in page.section("À quoi regarder")


def test_criteria_are_among_what_is_held_on_word_only(cast, say, draft, visits):
    said = [EvidenceFacts(EvidenceKind.SAID, timezone.localdate())]
    say(level=4, evidence=said)
    seal_reading(by=cast.leader, reading=draft)
    page = visits("staff").open(f"{cast.trajectory_a.get_absolute_url()}appuis/")
    assert "Travail vivant · D1.1 · Direction · Structuration" in page.section("Sur parole")


def test_story_of_a_dimension_tells_the_readings_of_its_criteria(cast, say, draft, dimensions):
    say()
    say(1)
    seal_reading(by=cast.leader, reading=draft)
    told = {
        code: [one.kind for one in story_of(cast.trajectory_a, cast.leader, dimension=dimensions[code])].count(
            "reading"
        )
        for code in ("D1", "D2")
    }
    assert told == {"D1": 1, "D2": 0}


def test_report_prints_criteria_among_the_facts_and_what_is_on_word_only(cast, say, draft, dimensions):
    today = timezone.localdate()
    facts = PositioningFacts(LEVEL, 2, "Un fait.", evidence=[EvidenceFacts(EvidenceKind.SAID, today)])
    position(by=cast.leader, reading=draft, dimension=dimensions["D1"], facts=facts)
    say(level=4)
    seal_reading(by=cast.leader, reading=draft)
    ReadingFactory(trajectory=cast.trajectory_a, viewpoint=Viewpoint.TEAM, levels={"D1": 4}, sealed=True)
    report = request_progress_report(
        by=cast.leader, trajectory=cast.trajectory_a, period_start=cast.trajectory_a.started_on, period_end=today
    )
    content = progress_report_content(report)
    line = content.dimensions[0]
    assert [(one.criterion[:15], one.held) for one in line.facts] == [
        ("", "sur parole, depuis moins d’un mois"),
        ("Le travail réel", ""),
        ("", ""),
    ]
    assert [past.level for past in line.past_levels] == [2, 4]
    assert [(one.dimension.code, one.viewpoint.key) for one in content.on_word] == [("D1", "direction")]
    assert [(one.dimension.code, one.viewpoint.key) for one in content.unnoted] == [("D1", "team")]
    drawn = content.rows[0][1]
    assert [(one.name, one.is_hollow) for one in drawn.series] == [
        ("Départ", False),
        ("Direction", True),
        ("Équipe", False),
    ]


def test_trial_about_a_criterion_finds_what_was_read_of_it(cast, say, draft, visits):
    said = say()
    seal_reading(by=cast.leader, reading=draft)
    trial = TrialFactory(trajectory=cast.trajectory_a, dimension=said.criterion.dimension, criterion=said.criterion)
    told = visits("staff").open(trial.get_absolute_url()).section("Ce qui en témoigne")
    assert "1er juin 2024, direction, critère D1.1 : Expérimentation" in told
