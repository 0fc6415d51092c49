"""Opening and keeping a sheet, a structure's people, those who accompany it, its cohorts and figures."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Gender, Person, Role, RoleGrant
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.models import Accompaniment, LocalRole, Membership, Structure, YearlyFigures
from structures.permissions import can_appoint_practitioner, can_create_structure, can_edit_structure
from tests.factories.people import PersonFactory, UserFactory

KEEPERS = {"coordinator", "practitioner", "leader"}
TODAY = date(2024, 11, 20)


@pytest.fixture(autouse=True)
def frozen_day():
    with time_machine.travel("2024-11-20T09:00:00+01:00", tick=False):
        yield


def allowed(cast, rule) -> set[str]:
    return {name for name, user in cast.users.items() if rule(user)}


def test_sheet_is_kept_by_coordination_leaders_and_who_accompanies(cast):
    assert allowed(cast, lambda user: can_edit_structure(user, cast.structure_a)) == KEEPERS
    assert allowed(cast, lambda user: can_edit_structure(user, cast.structure_b)) == {"coordinator", "leader_b"}


def test_coordination_alone_opens_sheets_and_appoints(cast):
    assert allowed(cast, can_create_structure) == allowed(cast, can_appoint_practitioner) == {"coordinator"}


def test_sheet_opens_with_a_name(cast):
    made = operations.open_structure(by=cast.coordinator, name="Gamma", founded_in=1998)
    assert (made.name, made.founded_in, made.version, str(made)) == ("Gamma", 1998, 1, "Gamma")


@pytest.mark.parametrize("name", ["practitioner", "leader", "member", "nobody"])
def test_sheet_is_opened_by_nobody_else(cast, name):
    with pytest.raises(OperationRefused, match="Seule la coordination ouvre la fiche"):
        operations.open_structure(by=cast.users[name], name="Gamma")
    assert Structure.objects.count() == 2


@pytest.mark.parametrize("name", sorted(KEEPERS))
def test_sheet_is_rewritten_by_its_keepers(cast, name):
    edited = operations.edit_structure(
        by=cast.users[name], structure=cast.structure_a, expected_version=1, name="Alpha +", sector="Réemploi"
    )
    assert (edited.name, edited.sector, edited.version) == ("Alpha +", "Réemploi", 2)


@pytest.mark.parametrize("name", ["board", "staff", "volunteer", "other_practitioner", "leader_b", "nobody"])
def test_sheet_is_not_rewritten_by_others(cast, name):
    with pytest.raises(OperationRefused, match="Cette fiche est tenue par la structure"):
        operations.edit_structure(by=cast.users[name], structure=cast.structure_a, expected_version=1, name="Prise")
    assert Structure.objects.get(pk=cast.structure_a.pk).name == "Alpha"


def test_stale_sheet_is_refused_and_the_first_one_stays(cast):
    def edit(version: int, name: str) -> None:
        operations.edit_structure(by=cast.leader, structure=cast.structure_a, expected_version=version, name=name)

    edit(1, "La première")
    with pytest.raises(StaleEdit, match="Cette fiche a été modifiée"):
        edit(1, "La seconde")
    assert Structure.objects.get(pk=cast.structure_a.pk).name == "La première"


def add(cast, by=None, role=LocalRole.STAFF, **identity) -> Membership:
    return operations.add_member(by=by or cast.leader, structure=cast.structure_a, role=role, **identity)


def test_person_is_written_down_from_today_with_what_is_known_of_them(cast):
    place = add(cast, first_name="Samia", last_name="Bel", gender=Gender.FEMININE, function="Accueil")
    assert (place.person.display_name, place.person.gender, place.role, place.function, place.since) == (
        "Samia Bel",
        Gender.FEMININE,
        LocalRole.STAFF,
        "Accueil",
        TODAY,
    )
    assert not hasattr(place.person, "user")


def test_address_of_an_account_opens_the_structure_to_nobody(cast):
    written = add(cast, first_name="Autre", email=cast.member.email).person
    assert (written == cast.member.person, written.email) == (False, cast.member.email)
    assert list(Structure.objects.visible_to(cast.member)) == []


def test_second_person_of_the_same_name_is_asked_to_be_told_apart(cast):
    add(cast, first_name="Samia", last_name="Bel")
    with pytest.raises(OperationRefused, match="Une personne de ce nom") as refusal:
        add(cast, first_name="samia", last_name="Bel")
    assert refusal.value.field == "role"
    assert add(cast, first_name="Samia", last_name="Bel", role=LocalRole.BOARD).pk


def test_person_already_known_takes_their_place(cast):
    person = PersonFactory()
    assert add(cast, person=person, since=date(2024, 1, 1)).since == date(2024, 1, 1)
    assert person.memberships.get().structure == cast.structure_a


def test_same_place_twice_is_refused_and_another_role_is_not(cast):
    with pytest.raises(OperationRefused, match="a déjà ce rôle dans la structure") as refusal:
        add(cast, person=cast.board.person, role=LocalRole.BOARD)
    assert refusal.value.field == "role"
    assert add(cast, person=cast.board.person, role=LocalRole.VOLUNTEER).pk


@pytest.mark.parametrize("name", ["board", "staff", "other_practitioner", "leader_b", "nobody"])
def test_people_are_not_written_down_by_others(cast, name):
    people = Person.objects.count()
    with pytest.raises(OperationRefused, match="Vous ne tenez pas la fiche"):
        add(cast, by=cast.users[name], first_name="Intrus")
    assert Person.objects.count() == people


def test_person_leaves_today_and_what_they_did_stays(cast):
    place = cast.structure_a.memberships.get(person=cast.staff.person)
    operations.end_membership(by=cast.leader, membership=place)
    place.refresh_from_db()
    assert place.until == TODAY
    assert list(Structure.objects.visible_to(cast.staff)) == []


def test_person_who_left_already_keeps_their_day(cast):
    place = cast.structure_a.memberships.get(person=cast.staff.person)
    Membership.objects.filter(pk=place.pk).update(until=date(2024, 6, 1))
    operations.end_membership(by=cast.leader, membership=place)
    assert Membership.objects.get(pk=place.pk).until == date(2024, 6, 1)


@pytest.mark.parametrize("name", ["board", "staff", "leader_b"])
def test_person_is_not_made_to_leave_by_others(cast, name):
    place = cast.structure_a.memberships.get(person=cast.volunteer.person)
    with pytest.raises(OperationRefused, match="Vous ne tenez pas la fiche"):
        operations.end_membership(by=cast.users[name], membership=place)
    assert Membership.objects.get(pk=place.pk).until is None


def appoint(cast, by=None, practitioner=None, **options) -> Accompaniment:
    return operations.appoint_practitioner(
        by=by or cast.coordinator,
        structure=cast.structure_b,
        practitioner=practitioner or cast.other_practitioner.person,
        **options,
    )


def test_practitioner_is_appointed_from_today_and_sees_the_structure(cast):
    made = appoint(cast, is_lead=True)
    assert (made.since, made.until, made.is_lead) == (TODAY, None, True)
    assert list(Structure.objects.visible_to(cast.other_practitioner)) == [cast.structure_b]


def test_practitioner_is_appointed_once_at_a_time(cast):
    first = appoint(cast)
    with pytest.raises(OperationRefused, match="accompagne déjà cette structure") as refusal:
        appoint(cast)
    assert refusal.value.field == "practitioner"
    operations.end_accompaniment(by=cast.coordinator, accompaniment=first)
    assert appoint(cast).pk != first.pk


@pytest.mark.parametrize("name", ["practitioner", "leader_b", "nobody"])
def test_practitioner_is_appointed_and_dismissed_by_coordination_alone(cast, name):
    for write in (
        lambda user: appoint(cast, by=user),
        lambda user: operations.end_accompaniment(by=user, accompaniment=cast.structure_a.accompaniments.first()),
    ):
        with pytest.raises(OperationRefused, match="Seule la coordination désigne"):
            write(cast.users[name])
    assert Accompaniment.objects.current().count() == 1


def test_somebody_without_the_role_is_not_appointed(cast):
    with pytest.raises(OperationRefused, match="n’a pas le rôle d’accompagnement") as refusal:
        appoint(cast, practitioner=cast.member.person)
    assert refusal.value.field == "practitioner"


def test_somebody_whose_role_ended_is_not_appointed(cast):
    RoleGrant.objects.filter(user=cast.other_practitioner).update(until=timezone.localdate())
    with pytest.raises(OperationRefused):
        appoint(cast)


def test_structure_is_closed_to_a_practitioner_from_the_day_they_stop(cast):
    operations.end_accompaniment(by=cast.coordinator, accompaniment=cast.structure_a.accompaniments.current().get())
    assert list(Structure.objects.visible_to(cast.practitioner)) == []
    assert cast.structure_a.accompaniments.filter(until=TODAY).count() == 1


def test_figures_of_a_year_written_again_are_corrected_not_doubled(cast):
    def record(year: int, **figures: int) -> None:
        operations.record_yearly_figures(by=cast.leader, structure=cast.structure_a, year=year, **figures)

    record(2023, employees=4)
    record(2024, employees=5, volunteers=30)
    record(2024, employees=6, volunteers=0)
    kept = cast.structure_a.yearly_figures.values_list("year", "employees", "volunteers")
    assert list(kept) == [(2024, 6, 0), (2023, 4, None)]


def test_figures_are_not_kept_by_others(cast):
    with pytest.raises(OperationRefused, match="Vous ne tenez pas la fiche"):
        operations.record_yearly_figures(by=cast.staff, structure=cast.structure_a, year=2024)
    assert YearlyFigures.objects.count() == 0


def test_member_of_the_community_who_becomes_a_practitioner_may_be_appointed(cast):
    newcomer = UserFactory(roles=[Role.MEMBER, Role.PRACTITIONER])
    assert appoint(cast, practitioner=newcomer.person).practitioner == newcomer.person
