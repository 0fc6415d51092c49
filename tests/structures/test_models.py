"""Who sees which structure, from which day to which, and what the rows of a structure hold."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, RoleGrant, User
from structures.models import (
    Accompaniment,
    Cohort,
    CohortPlace,
    LocalRole,
    Membership,
    Structure,
    YearlyFigures,
    ties_of,
)
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory, MembershipFactory, StructureFactory

TODAY = date(2024, 11, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def frozen():
    with time_machine.travel("2024-11-20T23:30:00+01:00", tick=False):
        yield


def again(user: User) -> User:
    """The same person at their next request: roles are read once a request."""
    return User.objects.get(pk=user.pk)


def whose(cast, method: str) -> dict[str, list[str]]:
    """The names of the structures that this method of the queryset gives each of the cast, save whoever has none."""
    found = {name: getattr(Structure.objects, method)(user).in_french_order() for name, user in cast.users.items()}
    return {name: [one.name for one in structures] for name, structures in found.items() if structures}


OF_A = ["leader", "board", "staff", "volunteer"]


def test_structure_is_seen_by_coordination_its_people_and_who_accompanies_it(cast):
    assert whose(cast, "visible_to") == {
        "coordinator": ["Alpha", "Bêta"],
        "practitioner": ["Alpha"],
        **{name: ["Alpha"] for name in OF_A},
        "leader_b": ["Bêta"],
    }


def test_texts_are_shared_with_its_people_and_who_accompanies_it_not_with_coordination(cast):
    assert {name for name, user in cast.users.items() if ties_of(user).where("read_shared_texts")} == {
        "practitioner",
        *OF_A,
        "leader_b",
    }


@pytest.mark.parametrize(("tie", "names"), [("accompanied", ["practitioner"]), ("joined", [*OF_A, "leader_b"])])
def test_each_way_of_standing_towards_a_structure_is_told_apart(cast, tie, names):
    assert {name for name, user in cast.users.items() if getattr(ties_of(user), tie)} == {*names}


def test_each_role_in_a_structure_is_told_apart(cast):
    directed = {name for name, user in cast.users.items() if ties_of(user).directed}
    followed = {name for name, user in cast.users.items() if ties_of(user).where("enrol_people")}
    assert directed == {"leader", "board", "leader_b"}
    assert followed == {"practitioner", "leader", "leader_b"}


def test_somebody_who_joined_and_accompanies_the_same_structure_is_tied_to_it_in_both_ways(cast):
    MembershipFactory(structure=cast.structure_a, person=cast.practitioner.person, role=LocalRole.BOARD)
    tied = ties_of(cast.practitioner)
    assert tied.roles == {cast.structure_a.pk: {LocalRole.BOARD}}
    assert tied.accompanied == tied.joined == {cast.structure_a.pk}


PERIODS = [
    (YESTERDAY, None, True),
    (TODAY, None, True),
    (TOMORROW, None, False),
    (YESTERDAY, TOMORROW, True),
    (YESTERDAY, TODAY, False),
]


@pytest.mark.parametrize(("since", "until", "is_seen"), PERIODS)
def test_membership_shows_the_structure_from_its_first_day_until_the_eve_of_its_last(
    frozen, cast, since, until, is_seen
):
    MembershipFactory(structure=cast.structure_b, person=cast.nobody.person, since=since, until=until)
    assert list(Structure.objects.visible_to(cast.nobody)) == ([cast.structure_b] if is_seen else [])
    assert list(Structure.objects.visible_to(cast.leader_b)) == [cast.structure_b]


@pytest.mark.parametrize(("since", "until", "is_seen"), PERIODS)
def test_accompaniment_shows_the_structure_from_its_first_day_until_the_eve_of_its_last(
    frozen, cast, since, until, is_seen
):
    AccompanimentFactory(
        structure=cast.structure_b, practitioner=cast.other_practitioner.person, since=since, until=until
    )
    seen = [cast.structure_b] if is_seen else []
    assert list(Structure.objects.visible_to(cast.other_practitioner)) == seen
    assert list(Structure.objects.accompanied_by(cast.other_practitioner)) == seen
    assert list(Structure.objects.visible_to(cast.leader_b)) == [cast.structure_b]


def test_role_of_practitioner_withdrawn_closes_every_structure_they_accompanied(cast):
    assert list(Structure.objects.visible_to(cast.practitioner)) == [cast.structure_a]
    RoleGrant.objects.filter(user=cast.practitioner).update(until=timezone.localdate())
    withdrawn = again(cast.practitioner)
    assert list(Structure.objects.visible_to(withdrawn)) == []
    assert list(Structure.objects.accompanied_by(withdrawn)) == []
    assert cast.structure_a.accompaniments.current().filter(practitioner=withdrawn.person).exists()


def test_role_of_coordinator_withdrawn_closes_what_does_not_involve_them(cast):
    MembershipFactory(structure=cast.structure_b, person=cast.coordinator.person)
    RoleGrant.objects.filter(user=cast.coordinator).update(until=timezone.localdate())
    assert list(Structure.objects.visible_to(again(cast.coordinator))) == [cast.structure_b]


def test_accompaniment_without_the_role_opens_nothing(cast):
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.member.person)
    assert list(Structure.objects.visible_to(cast.member)) == []


def test_somebody_who_leads_one_structure_and_accompanies_another_sees_both(cast):
    MembershipFactory(structure=cast.structure_b, person=cast.practitioner.person, role=LocalRole.LEADER)
    assert set(Structure.objects.visible_to(cast.practitioner)) == {cast.structure_a, cast.structure_b}
    assert ties_of(cast.practitioner).directed == {cast.structure_b.pk}


def test_two_places_in_a_structure_show_it_once(cast):
    MembershipFactory(structure=cast.structure_a, person=cast.leader.person, role=LocalRole.VOLUNTEER)
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.leader.person)
    assert list(Structure.objects.visible_to(cast.leader)) == [cast.structure_a]


def test_structures_that_nobody_accompanies_today(cast):
    never = StructureFactory(name="Gamma")
    Accompaniment.objects.filter(structure=cast.structure_a).update(until=timezone.localdate())
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.other_practitioner.person)
    without_role = AccompanimentFactory(structure=StructureFactory(name="Oméga")).structure
    assert list(Structure.objects.without_practitioner().in_french_order()) == [cast.structure_a, never, without_role]


def test_structures_are_listed_in_the_order_of_a_french_dictionary(db):
    for name in ("Zeste", "écluse", "Eau vive", "Éclat", "atelier"):
        StructureFactory(name=name)
    listed = [one.name for one in Structure.objects.in_french_order()]
    assert listed == ["atelier", "Eau vive", "Éclat", "écluse", "Zeste"]


@pytest.mark.parametrize("words", ["epicerie", "ÉPICERIE", "epi", "hénin", "HENIN", "l3r"])
def test_structure_is_found_by_name_acronym_or_commune_accents_and_case_aside(db, words):
    found = StructureFactory(name="L’Épicerie", acronym="L3R", commune_name="Hénin-Beaumont")
    StructureFactory(name="Autre", commune_name="Lens")
    assert list(Structure.objects.matching(words)) == [found]


def test_search_takes_percent_and_underscore_as_they_are_written(db):
    StructureFactory(name="Alpha")
    assert [list(Structure.objects.matching(words)) for words in ("%", "_", "Al_ha")] == [[], [], []]


def test_structure_needs_a_name(db):
    with pytest.raises(IntegrityError, match="structure_has_a_name"):
        StructureFactory(name="")


@pytest.mark.parametrize(
    ("commune", "department", "place"),
    [
        ("Lens", "Pas-de-Calais", "Lens (Pas-de-Calais)"),
        ("Lens", "", "Lens"),
        ("", "Pas-de-Calais", "Pas-de-Calais"),
        ("", "", ""),
    ],
)
def test_place_names_the_commune_and_its_department(commune, department, place):
    assert Structure(commune_name=commune, department=department).place == place


@pytest.mark.parametrize(
    ("model", "constraint"),
    [(Membership, "membership_ends_after_it_begins"), (Accompaniment, "accompaniment_ends_after_it_begins")],
)
def test_period_does_not_end_before_it_begins(cast, model, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        model.objects.filter(structure=cast.structure_a).update(since=TODAY, until=YESTERDAY)


def test_place_is_open_once_a_role_and_again_after_it_ended(cast):
    place = {"structure": cast.structure_a, "person": cast.leader.person}
    MembershipFactory(**place, role=LocalRole.BOARD)
    with pytest.raises(IntegrityError, match="one_open_membership_a_role"), transaction.atomic():
        MembershipFactory(**place, role=LocalRole.LEADER)
    Membership.objects.filter(**place).update(until=TODAY)
    assert MembershipFactory(**place, role=LocalRole.LEADER).pk


def test_accompaniment_is_open_once_a_practitioner(cast):
    with pytest.raises(IntegrityError, match="one_open_accompaniment"):
        AccompanimentFactory(structure=cast.structure_a, practitioner=cast.practitioner.person)


def test_who_is_in_charge_is_named_first(cast):
    earlier = AccompanimentFactory(structure=cast.structure_a, since=date(2019, 1, 1))
    assert [one.is_lead for one in cast.structure_a.accompaniments.current()] == [True, False]
    assert cast.structure_a.accompaniments.current().last() == earlier


def test_place_in_a_cohort_is_open_once(db):
    cohort, structure = Cohort.objects.create(name="Rives", starts_on=TODAY), StructureFactory(name="Alpha")
    place = CohortPlace.objects.create(cohort=cohort, structure=structure, since=TODAY)
    with pytest.raises(IntegrityError, match="one_open_place_in_a_cohort"), transaction.atomic():
        CohortPlace.objects.create(cohort=cohort, structure=structure, since=TOMORROW)
    assert (str(cohort), str(place)) == ("Rives", "Alpha · Rives")


def test_rows_of_a_structure_name_themselves(cast):
    figures = YearlyFigures.objects.create(structure=cast.structure_a, year=2024)
    membership = cast.structure_a.memberships.get(person=cast.leader.person)
    accompaniment = cast.structure_a.accompaniments.current().get()
    assert [str(one) for one in (figures, membership, accompaniment)] == [
        "Alpha · 2024",
        f"{cast.leader.person.display_name} · Alpha",
        f"{cast.practitioner.person.display_name} · Alpha",
    ]


def test_history_of_a_structure_and_of_its_people_is_written_by_the_database(cast):
    Structure.objects.filter(pk=cast.structure_a.pk).update(name="Alpha et compagnie")
    Membership.objects.filter(person=cast.leader.person).update(until=timezone.localdate())
    names = Structure.pgh_event_model.objects.filter(pgh_obj=cast.structure_a).order_by("pgh_id")
    assert list(names.values_list("name", flat=True)) == ["Alpha", "Alpha et compagnie"]
    assert Membership.pgh_event_model.objects.filter(pgh_label="update").count() == 1


def test_stranger_without_any_role_nor_place_sees_nothing(cast):
    assert list(Structure.objects.visible_to(UserFactory(roles=[Role.TRAINER, Role.FUNDER, Role.MEMBER]))) == []
    assert Structure.objects.count() == 2


@pytest.mark.parametrize(
    ("sheet", "lacks"),
    [
        ({}, True),
        ({"legal_form": "association"}, True),
        ({"siren": "732829320"}, False),
        ({"rna": "W621000123"}, False),
        ({"legal_form": "association_alsace_moselle"}, False),
    ],
)
def test_sheet_without_a_number_is_to_complete_save_where_none_is_given(db, sheet, lacks):
    one = StructureFactory(**sheet)
    assert one.lacks_identifier is lacks
    assert list(Structure.objects.lacking_identifier()) == [one] * lacks


@pytest.mark.parametrize(
    "sheet",
    [
        {"siret": "73282932000074", "siren": "552100554"},
        {"siret": "73282932000074"},
        {"founded_on": date(1998, 5, 12), "founded_in": 1999},
    ],
)
def test_numbers_that_contradict_each_other_are_refused_by_the_database(db, sheet):
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureFactory(**sheet)
