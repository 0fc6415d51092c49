"""A sheet that leaves the lists with its reason, whole, and comes back."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused
from structures import operations
from structures.models import Structure
from structures.permissions import can_archive_structure
from structures.queries import find_structures
from tests.factories.structures import StructureFactory
from tests.visitor import Page, Visitor
from trajectories.operations import open_trajectory

REASON = "La structure a été dissoute."


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def archived(cast) -> Structure:
    made = StructureFactory(name="Le Grenier", presentation="Nos mots.")
    return operations.archive_structure(by=cast.coordinator, structure=made, reason=REASON)


def names(page: Page) -> list[str]:
    return ["".join(one.itertext()) for one in page.tree.iter("strong")]


def test_coordination_alone_archives_and_brings_back(cast, archived):
    assert {name for name, user in cast.users.items() if can_archive_structure(user)} == {"coordinator"}
    for refused in (
        lambda: operations.archive_structure(by=cast.leader, structure=cast.structure_a, reason=REASON),
        lambda: operations.restore_structure(by=cast.practitioner, structure=archived),
    ):
        with pytest.raises(OperationRefused, match="Seule la coordination archive"):
            refused()


def test_accompaniment_and_open_trajectory_are_ended_first(cast):
    with pytest.raises(OperationRefused) as refusal:
        operations.archive_structure(by=cast.coordinator, structure=cast.structure_a, reason=REASON)
    name = cast.practitioner.person.display_name
    assert refusal.value.message == (
        f"{name} l’accompagne encore\u00a0: terminez-le sur la fiche. "
        "Sa trajectoire est encore ouverte\u00a0: elle se termine d’abord, avec ses derniers mots."
    )
    cast.trajectory_a.closed_on = timezone.localdate()
    cast.trajectory_a.save()
    for one in cast.structure_a.accompaniments.current():
        operations.end_accompaniment(by=cast.coordinator, accompaniment=one)
    made = operations.archive_structure(by=cast.coordinator, structure=cast.structure_a, reason=REASON)
    assert (made.archive_reason, made.archived_at is None) == (REASON, False)


def test_archived_twice_keeps_its_first_reason_and_comes_back_whole(cast, archived):
    again = operations.archive_structure(by=cast.coordinator, structure=archived, reason="Autre chose.")
    assert (again.archive_reason, again.archived_at) == (REASON, archived.archived_at)
    back = operations.restore_structure(by=cast.coordinator, structure=archived)
    assert (back.archive_reason, back.archived_at, back.presentation) == ("", None, "Nos mots.")
    assert operations.restore_structure(by=cast.coordinator, structure=back).version == back.version


def test_database_wants_a_reason_with_the_day(cast):
    with pytest.raises(IntegrityError, match="structure_is_archived_for_a_reason"):
        Structure.objects.filter(pk=cast.structure_b.pk).update(archived_at=timezone.now())


def test_archived_sheet_leaves_the_lists_and_a_question_of_the_directory_shows_it(visits, cast, archived):
    claire = visits("coordinator")
    assert names(claire.open("/structures/")) == ["Alpha", "Bêta"]
    page = claire.open("/structures/?archive=oui")
    assert names(page) == ["Le Grenier"]
    assert "Archivées (1)" in page.words
    assert find_structures(cast.coordinator, "grenier") == []
    assert archived not in Structure.objects.without_practitioner()
    assert archived not in Structure.objects.left_alone()
    operations.restore_structure(by=cast.coordinator, structure=archived)
    assert names(claire.open("/structures/")) == ["Alpha", "Bêta", "Le Grenier"]


def test_nobody_is_asked_to_accompany_an_archived_structure(cast, archived):
    for refused in (
        lambda: operations.appoint_practitioner(
            by=cast.coordinator, structure=archived, practitioner=cast.practitioner.person
        ),
        lambda: open_trajectory(by=cast.coordinator, structure=archived, started_on=date(2024, 1, 1)),
    ):
        with pytest.raises(OperationRefused, match="faites-la d’abord revenir"):
            refused()


def test_page_asks_why_says_what_stands_in_the_way_and_offers_the_way_back(visits, cast):
    claire = visits("coordinator")
    claire.open(cast.structure_a.get_absolute_url())
    claire.click("Archiver la fiche")
    assert claire.press("Archiver").errors() == {"archive_reason": "Ce champ est obligatoire."}
    assert "l’accompagne encore" in claire.press("Archiver", archive_reason=REASON).words
    gamma = StructureFactory(name="Gamma")
    claire.open(gamma.get_absolute_url())
    claire.click("Archiver la fiche")
    page = claire.press("Archiver", archive_reason=REASON)
    assert page.messages == ["La fiche est archivée. Vous pouvez la faire revenir à tout moment."]
    assert REASON in page.words
    assert "Archiver la fiche" not in page.links
    history = claire.open(f"{gamma.get_absolute_url()}historique/")
    assert REASON in history.words
    claire.open(gamma.get_absolute_url())
    assert claire.press("La faire revenir").messages == ["Gamma est de retour."]
