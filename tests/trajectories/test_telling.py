"""What a structure tells of itself: phases and moments, and the page of its story."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.story import VerbatimFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory, TrialFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import Intervention, InterventionShare, Modality, OwnMoment, Phase, PhaseKind, VerbatimCircle
from trajectories.story import FILTERS, story_of

TODAY = timezone.localdate()


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def history(cast):
    return f"{cast.trajectory_a.get_absolute_url()}histoire/"


def tell(cast, title="Le déménagement", on=TODAY, **more) -> OwnMoment:
    return operations.tell_moment(by=cast.leader, trajectory=cast.trajectory_a, happened_on=on, title=title, **more)


def note(cast, kind=PhaseKind.DIAGNOSIS, starts_on=date(2024, 2, 1), ends_on=None, **more) -> Phase:
    told = {"kind": kind, "starts_on": starts_on, "ends_on": ends_on, **more}
    return operations.write_phase(by=cast.leader, trajectory=cast.trajectory_a, **told)


def test_phases_overlap_and_follow_no_order(cast, visits, history):
    note(cast, PhaseKind.REVIEW, date(2024, 6, 1), date(2024, 8, 1))
    note(cast, PhaseKind.DIAGNOSIS, date(2024, 7, 1), date(2024, 9, 1))
    note(cast, PhaseKind.OTHER, date(2024, 2, 1), name="Chercher nos mots")
    told = visits("staff").open(history).section("Les phases")
    assert told.index("Chercher nos mots") < told.index("Bilan, mise en récit") < told.index("Exploration")
    assert "Phases" not in visits("coordinator").open(history).words


def test_phase_is_refused_when_its_own_days_are_not_in_order_or_it_has_no_name(cast):
    with pytest.raises(OperationRefused, match="La fin précède le début"):
        note(cast, ends_on=date(2024, 1, 1))
    with pytest.raises(OperationRefused, match="Nommez cette phase"):
        note(cast, PhaseKind.OTHER)
    assert not Phase.objects.exists()


def test_phase_rewritten_by_two_is_shown_both_ways_then_removed(cast, visits):
    phase = note(cast, name="Chercher")
    nadia = visits("leader")
    nadia.open(f"/phases/{phase.public_id}/")
    told = {"kind": PhaseKind.REVIEW, "starts_on": phase.starts_on, "phase": phase, "expected_version": 1}
    operations.write_phase(by=cast.practitioner, trajectory=cast.trajectory_a, name="Relire", **told)
    page = nadia.press("Enregistrer", name="Trouver")
    assert "Relire Ce que vous avez écrit Trouver" in page.section("Ce texte a changé entre-temps : Avec nos mots")
    nadia.press("Enregistrer")
    assert (Phase.objects.get().name, Phase.objects.get().version) == ("Trouver", 3)
    nadia.open(f"/phases/{phase.public_id}/")
    nadia.press("Retirer cette phase")
    assert not Phase.objects.exists()


@pytest.mark.parametrize("name", ["coordinator", "board", "staff", "other_practitioner", "leader_b"])
def test_only_those_who_steer_tell(cast, name):
    told = {"by": cast.users[name], "trajectory": cast.trajectory_a}
    with pytest.raises(OperationRefused):
        operations.tell_moment(**told, happened_on=TODAY, title="Pris")
    with pytest.raises(OperationRefused):
        operations.write_phase(**told, kind=PhaseKind.REVIEW, starts_on=TODAY)
    assert (OwnMoment.objects.exists(), Phase.objects.exists()) == (False, False)


def test_leader_tells_a_moment_older_than_the_trajectory_and_not_one_ahead(cast, visits, history):
    nadia = visits("leader")
    nadia.open(history)
    nadia.click("Raconter un moment")
    page = nadia.press("Raconter", happened_on="2011-03-04", title="La première benne", words="À quatre, un samedi.")
    assert page.messages == ["Ce moment fait partie de l’histoire."]
    assert "4 mars 2011 La première benne À quatre, un samedi." in page.section("Les moments")
    with pytest.raises(OperationRefused, match="une fois passé"):
        tell(cast, on=TODAY + timedelta(days=1))


def test_moment_taken_away_is_told_to_nobody_and_put_back(cast, visits, history):
    moment = tell(cast, words="Un camion, trente bras.", is_milestone=True)
    nadia = visits("leader")
    nadia.open(moment.get_absolute_url())
    nadia.press("Retirer ce moment")
    assert "Le déménagement" not in visits("staff").open(history).words
    assert "Le déménagement" not in visits("staff").open(cast.trajectory_a.get_absolute_url()).words
    assert visits("staff").open(moment.get_absolute_url()).status == 404
    page = nadia.press("Remettre : Le déménagement", page=nadia.open(history))
    assert page.messages == ["Le moment a retrouvé sa place."]
    assert "Un camion, trente bras." in visits("staff").open(history).words


def test_moment_taken_away_for_a_month_stays_away(cast, visits, history):
    moment = operations.remove_moment(by=cast.leader, moment=tell(cast))
    OwnMoment.objects.update(removed_at=timezone.now() - timedelta(days=31))
    with pytest.raises(OperationRefused, match="plus d’un mois"):
        operations.remove_moment(by=cast.leader, moment=moment, removed=False)
    assert "Le déménagement" not in visits("leader").open(history).words


def test_moment_rewritten_by_two_keeps_both_texts(cast, visits):
    moment = tell(cast)
    nadia = visits("leader")
    nadia.open(moment.get_absolute_url())
    told = {"moment": moment, "expected_version": 1, "happened_on": TODAY, "title": "Le départ"}
    operations.edit_moment(by=cast.practitioner, words="", is_milestone=False, **told)
    page = nadia.press("Enregistrer", title="L’arrivée")
    assert "Le départ Ce que vous avez écrit L’arrivée" in page.section(
        "Ce texte a changé entre-temps : Ce qui s’est passé"
    )
    with pytest.raises(StaleEdit):
        operations.edit_moment(by=cast.practitioner, words="", is_milestone=False, **told)


@pytest.fixture
def long_story(cast, dimensions):
    """Three years, with something of each kind."""
    for year in (2023, 2024, 2025):
        for month in (3, 6):
            made = InterventionFactory(
                occurred_on=date(year, month, 4),
                title=f"Atelier {year}-{month}",
                created_by=cast.practitioner.person,
                share={"trajectory": cast.trajectory_a},
            )
            if month == 3:
                made.shares.get().dimensions.add(dimensions["D1"])
    ReadingFactory(trajectory=cast.trajectory_a, read_on=date(2024, 5, 1), levels={"D1": 2}, sealed=True)
    ReadingFactory(trajectory=cast.trajectory_a, read_on=date(2024, 9, 1), levels={"D2": 2}, sealed=True)
    TrialFactory(trajectory=cast.trajectory_a, title="Tri", dimension=dimensions["D1"], started_on=date(2024, 5, 9))
    tell(cast, on=date(2025, 1, 2))
    VerbatimFactory(
        trajectory=cast.trajectory_a,
        agreed_on=TODAY,
        agreed_circle=VerbatimCircle.STRUCTURE,
        agreement_noted_by=cast.practitioner.person,
    )


@pytest.mark.parametrize(
    ("chosen", "titles"),
    [
        ("genre=interventions&annee=2024", ["Atelier 2024-6", "Atelier 2024-3"]),
        ("genre=lectures", ["Nouvelle lecture", "Nouvelle lecture"]),
        ("genre=jalons&annee=2024", ["Nouvelle lecture", "Nouvelle lecture", "Point de départ"]),
        (
            "dimension=D1",
            ["Atelier 2025-3", "Essai commencé\u00a0: Tri", "Nouvelle lecture", "Atelier 2024-3", "Atelier 2023-3"],
        ),
        ("genre=paroles", ["Une salariée"]),
        ("genre=moments", ["Le déménagement"]),
        ("genre=essais&annee=2025", []),
        ("annee=2025", ["Atelier 2025-6", "Une salariée", "Atelier 2025-3", "Le déménagement"]),
        ("annee=1900&genre=rien&dimension=D99&page=x", None),
    ],
)
def test_story_is_shown_by_kind_year_and_dimension(cast, signed_in, history, long_story, chosen, titles):
    by_year = signed_in(cast.leader).get(f"{history}?{chosen}").context["by_year"]
    told = [moment.title for _year, moments in by_year for moment in moments]
    assert told == (titles if titles is not None else [one.title for one in story_of(cast.trajectory_a, cast.leader)])


def test_dimension_of_an_account_one_does_not_read_is_not_told(cast, dimensions):
    share = {"trajectory": cast.trajectory_a, "circle": "team"}
    made = InterventionFactory(title="Entre nous", created_by=cast.practitioner.person, share=share)
    made.shares.get().dimensions.add(dimensions["D1"])
    told = {"dimension": dimensions["D1"]}
    assert [one.title for one in story_of(cast.trajectory_a, cast.practitioner, **told)] == ["Entre nous"]
    assert story_of(cast.trajectory_a, cast.leader, **told) == []


def test_every_kind_that_is_told_may_be_shown_apart(cast, long_story):
    kinds = {one.kind for one in story_of(cast.trajectory_a, cast.leader)}
    assert kinds <= {kind for one in FILTERS for kind in one.kinds}


def test_ten_years_are_read_page_after_page_or_printed_whole(cast, signed_in, history):
    by = cast.practitioner.person
    written = Intervention.objects.bulk_create(
        Intervention(
            client_key=uuid.uuid4(),
            created_by=by,
            occurred_on=date(2015 + number % 10, 1 + number % 12, 1 + number % 28),
            minutes=60,
            modality=Modality.OTHER,
            title=f"Rencontre {number}",
        )
        for number in range(121)
    )
    InterventionShare.objects.bulk_create(
        InterventionShare(intervention=one, trajectory=cast.trajectory_a, minutes=60) for one in written
    )
    client, seen, page = signed_in(cast.leader), [], 1
    while page:
        context = client.get(f"{history}?page={page}").context
        seen += [moment.url for _year, moments in context["by_year"] for moment in moments]
        page = context["older_page"] if context["has_older"] else 0
    assert len(seen) == 122
    assert len({url for url in seen if url}) == 121
    whole = client.get(f"{history}?tout=1")
    assert sum(len(moments) for _year, moments in whole.context["by_year"]) == 122
    assert "data-print" in whole.content.decode()
