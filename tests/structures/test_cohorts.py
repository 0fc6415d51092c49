"""Cohorts: opened, composed at dates, read and written in by those who travel with them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.circles import COHORT
from structures.models import Cohort, CohortMessage, CohortPlace
from structures.permissions import can_write_to_cohort
from structures.readers import readers_of
from tests.factories.structures import CohortFactory, StructureFactory
from tests.factories.trainings import SessionFactory, whole_day
from tests.visitor import Visitor

BEGUN = date(2024, 1, 1)


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def cohort(cast) -> Cohort:
    return CohortFactory(name="Rives", structures=[cast.structure_a], starts_on=BEGUN)


def join(cast, cohort: Cohort, *structures, since: date = BEGUN) -> list[CohortPlace]:
    return operations.join_cohort(by=cast.coordinator, cohort=cohort, structures=structures, since=since)


@pytest.mark.parametrize("name", ["practitioner", "leader", "nobody"])
def test_coordination_alone_opens_changes_and_composes(cast, cohort, name):
    user, place = cast.users[name], cohort.places.get()
    words = {"name": "Prise", "starts_on": BEGUN, "ends_on": None, "presentation": ""}
    for refused in (
        lambda: operations.open_cohort(by=user, **words),
        lambda: operations.edit_cohort(by=user, cohort=cohort, expected_version=1, **words),
        lambda: operations.join_cohort(by=user, cohort=cohort, structures=[cast.structure_b], since=BEGUN),
        lambda: operations.leave_cohort(by=user, place=place, on=BEGUN),
    ):
        with pytest.raises(OperationRefused, match="Seule la coordination ouvre une promotion"):
            refused()
    place.refresh_from_db()
    assert (Cohort.objects.get().name, CohortPlace.objects.count(), place.until) == ("Rives", 1, None)


def test_one_name_is_for_one_cohort_which_ends_after_it_begins(cast, cohort):
    with pytest.raises(OperationRefused) as refusal:
        operations.open_cohort(by=cast.coordinator, name="Rives", starts_on=BEGUN)
    assert (refusal.value.field, refusal.value.message) == ("name", "Une promotion porte déjà ce nom.")
    with pytest.raises(OperationRefused, match="La fin vient avant le début"):
        operations.open_cohort(by=cast.coordinator, name="Crêtes", starts_on=BEGUN, ends_on=date(2023, 12, 31))
    crests = operations.open_cohort(by=cast.coordinator, name="Crêtes", starts_on=BEGUN)
    said = {"starts_on": BEGUN, "ends_on": None, "presentation": "Le soin."}
    with pytest.raises(OperationRefused, match="porte déjà ce nom"):
        operations.edit_cohort(by=cast.coordinator, cohort=crests, expected_version=1, name="Rives", **said)
    edited = operations.edit_cohort(by=cast.coordinator, cohort=crests, expected_version=1, name="Cimes", **said)
    assert (edited.name, edited.presentation, edited.version) == ("Cimes", "Le soin.", 2)
    with pytest.raises(StaleEdit):
        operations.edit_cohort(by=cast.coordinator, cohort=crests, expected_version=1, name="Sommets", **said)


def test_structures_join_at_a_date_once_at_a_time_all_or_none(cast, cohort):
    (place,) = join(cast, cohort, cast.structure_b, since=date(2024, 3, 1))
    assert join(cast, cohort, cast.structure_b, since=date(2024, 3, 1)) == [place]
    gamma = StructureFactory(name="Gamma")
    with pytest.raises(OperationRefused, match="Bêta est déjà dans cette promotion"):
        join(cast, cohort, gamma, cast.structure_b, since=date(2024, 4, 1))
    with pytest.raises(OperationRefused, match="en dehors des dates de la promotion"):
        join(cast, cohort, gamma, since=date(2023, 12, 31))
    assert not gamma.cohort_places.exists()


def test_structure_leaves_after_its_last_day_and_may_come_back_later(cast, cohort):
    place, last = cohort.places.get(), date(2024, 6, 30)
    operations.leave_cohort(by=cast.coordinator, place=place, on=last)
    place.refresh_from_db()
    assert (place.until, place.last_day) == (date(2024, 7, 1), last)
    assert list(CohortPlace.objects.current(last)) == [place]
    assert list(CohortPlace.objects.current(date(2024, 7, 1))) == []
    with pytest.raises(OperationRefused, match="Alpha y était encore ce jour-là"):
        join(cast, cohort, cast.structure_a, since=last)
    assert join(cast, cohort, cast.structure_a, since=date(2024, 9, 1))[0].last_day is None
    with pytest.raises(OperationRefused, match="n’y était pas encore"):
        operations.leave_cohort(by=cast.coordinator, place=place, on=date(2023, 12, 31))


def test_archived_structure_joins_nothing(cast, cohort):
    gamma = StructureFactory(name="Gamma")
    operations.archive_structure(by=cast.coordinator, structure=gamma, reason="Dissoute")
    gamma.refresh_from_db()
    with pytest.raises(OperationRefused, match="La fiche de Gamma est archivée"):
        join(cast, cohort, gamma)


def test_database_wants_an_end_after_the_beginning(cast, cohort):
    for rows, column in ((Cohort.objects, "ends_on"), (CohortPlace.objects, "until")):
        with pytest.raises(IntegrityError, match="after_it_begins"), transaction.atomic():
            rows.update(**{column: date(2023, 1, 1)})


def test_cohort_is_read_by_those_who_travel_with_it_today(cast, cohort):
    def readers() -> set[str]:
        return {name for name, user in cast.users.items() if Cohort.objects.visible_to(user).exists()}

    inside = {"practitioner", "leader", "board", "staff", "volunteer"}
    assert readers() == {"coordinator", *inside}
    assert {reader.user for reader in readers_of(cohort, COHORT.rule)} == {
        cast.users[name] for name in (*inside, "coordinator")
    }
    operations.leave_cohort(by=cast.coordinator, place=cohort.places.get(), on=timezone.localdate() - timedelta(days=1))
    assert readers() == {"coordinator"}


def test_message_is_told_to_those_who_read_it_and_to_nobody_else(cast, cohort):
    made = operations.write_to_cohort(by=cast.leader, cohort=cohort, text=" Qui connaît un bon lieu\u00a0? ")
    assert made.text == "Qui connaît un bon lieu\u00a0?"
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {cast.users[name].pk for name in ("coordinator", "practitioner", "board", "staff", "volunteer")}
    assert "bon lieu" not in Notice.objects.first().title
    with pytest.raises(OperationRefused, match="votre message n’est pas parti"):
        operations.write_to_cohort(by=cast.leader_b, cohort=cohort, text="Bonjour")
    assert CohortMessage.objects.count() == 1


def test_nobody_writes_once_it_is_over_and_what_was_said_stays(visits, cast, cohort):
    operations.write_to_cohort(by=cast.leader, cohort=cohort, text="À bientôt.")
    Cohort.objects.update(ends_on=date(2024, 12, 31))
    cohort.refresh_from_db()
    assert not can_write_to_cohort(cast.coordinator, cohort)
    page = visits("leader").open(cohort.get_absolute_url())
    assert "ce qui s’y est dit reste lisible" in page.words
    assert "À bientôt." in page.words
    assert "Écrire à toute la promotion" not in page.words


def test_leader_finds_the_calendar_writes_and_does_not_see_other_sheets(visits, cast, cohort):
    join(cast, cohort, cast.structure_b)
    SessionFactory(training__title="Décrire son travail", cohort=cohort, slots=whole_day(10))
    SessionFactory(training__title="Compter autrement", cohort=cohort, slots=whole_day(-10))
    SessionFactory(training__title="Ouvert à tous")
    nadia = visits("leader")
    nadia.open(cast.structure_a.get_absolute_url())
    page = nadia.click("Rives")
    assert "Décrire son travail" in page.section("À venir")
    assert "Compter autrement" in page.section("À venir")
    assert "Ouvert à tous" not in page.words
    assert "Bêta" in page.section("Qui voyage ensemble")
    assert "Bêta" not in page.links
    said = nadia.press("Envoyer", text="Nous venons à trois.")
    assert said.messages == ["Votre message est parti."]
    assert "Nous venons à trois." in said.section("Ce qui s’est dit")
    assert nadia.press("Envoyer", text="").errors() == {"text": "Ce champ est obligatoire."}


def test_coordinator_opens_a_cohort_searches_structures_and_lets_them_in(visits, cast):
    StructureFactory(name="Les Crêtes vives")
    claire = visits("coordinator")
    claire.open("/promotions/")
    claire.click("Nouvelle promotion")
    refused = claire.press("Ouvrir la promotion", name="", starts_on="2024-01-01")
    assert refused.errors() == {"name": "Ce champ est obligatoire."}
    page = claire.press("Ouvrir la promotion", name="Cimes", starts_on="2024-01-01", presentation="La santé.")
    assert page.messages == ["La promotion est ouverte. Faites-y entrer des structures."]
    claire.click("Faire entrer des structures")
    none = claire.press("Faire entrer", since="2024-02-01")
    assert "Structures : Cochez au moins une structure, ou cherchez-en une autre." in none.words
    found = claire.open(f"{Cohort.objects.get().get_absolute_url()}faire-entrer/?q=cretes")
    assert "Les Crêtes vives" in found.words
    assert "Alpha" not in found.words
    key = str(cast.structure_a.public_id)
    claire.open(f"{Cohort.objects.get().get_absolute_url()}faire-entrer/")
    assert claire.press("Faire entrer", structures=[key], since="2024-02-01").messages == [
        "Entrée dans la promotion : Alpha."
    ]
    claire.click("Sortie de Alpha")
    assert claire.press("Noter sa sortie", on="2024-01-01").errors() == {"on": "Elle n’y était pas encore ce jour-là."}
    assert claire.press("Noter sa sortie", on="2024-05-31").messages == ["La sortie de Alpha est notée."]
    assert "Celles qui en sont parties" in claire.open(Cohort.objects.get().get_absolute_url()).words


def test_edit_overtaken_shows_both(visits, cast, cohort):
    claire = visits("coordinator")
    claire.open(f"{cohort.get_absolute_url()}modifier/")
    operations.edit_cohort(
        by=cast.coordinator,
        cohort=cohort,
        expected_version=1,
        name="Rives",
        starts_on=BEGUN,
        ends_on=None,
        presentation="Le soin.",
    )
    both = claire.press("Enregistrer", presentation="La santé.")
    assert "Le soin." in both.words
    assert claire.press("Enregistrer", presentation="La santé.").messages == ["La promotion est enregistrée."]
    cohort.refresh_from_db()
    assert cohort.presentation == "La santé."


def test_old_messages_are_erased(cast, cohort):
    long_ago = timezone.now() - timedelta(days=900)
    operations.write_to_cohort(by=cast.leader, cohort=cohort, text="Jadis", on=long_ago)
    operations.write_to_cohort(by=cast.leader, cohort=cohort, text="Hier", on=timezone.now() - timedelta(days=1))
    assert operations.erase_old_cohort_messages(before=timezone.now() - timedelta(days=800)) == 1
    assert CohortMessage.objects.get().text == "Hier"
