"""The pages of structures: the list one searches, the sheet one reads, and which buttons it offers to whom."""

from datetime import date

import pytest
from django.utils import timezone

from structures.models import Cohort, CohortPlace, LocalRole, Structure, YearlyFigures
from structures.views import PER_PAGE
from tests.factories.people import PersonFactory
from tests.factories.structures import AccompanimentFactory, MembershipFactory, StructureFactory
from tests.factories.trajectories import TrajectoryFactory
from tests.visitor import Page, Visitor
from trajectories.models import Trajectory


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def names(page: Page) -> list[str]:
    """The structures of the list, in its order."""
    return ["".join(one.itertext()) for one in page.tree.iter("strong")]


def test_list_shows_ones_own_structures_and_who_accompanies_them(visits, cast):
    page = visits("leader").open("/structures/")
    assert names(page) == ["Alpha"]
    assert f"accompagnée par {cast.practitioner.person.display_name}" in page.words
    assert names(visits("leader_b").open("/structures/")) == ["Bêta"]
    assert "personne ne l’accompagne pour l’instant" in visits("leader_b").open("/structures/").words


def test_list_names_all_who_accompany_as_one_says_it(visits, cast):
    for first in ("Ana", "Béa"):
        practitioner = PersonFactory(first_name=first, last_name="")
        AccompanimentFactory(structure=cast.structure_b, practitioner=practitioner, since=date(2021, 1, 1))
    AccompanimentFactory(
        structure=cast.structure_b, practitioner=PersonFactory(first_name="Partie"), until=date(2024, 1, 1)
    )
    assert "accompagnée par Ana et Béa" in visits("leader_b").open("/structures/").words


@pytest.mark.parametrize(("words", "found"), [("beta", ["Bêta"]), ("  ALPHA ", ["Alpha"]), ("", ["Alpha", "Bêta"])])
def test_search_keeps_its_words_and_finds_accents_and_case_aside(visits, words, found):
    page = visits("coordinator").open(f"/structures/?q={words}")
    assert names(page) == found
    assert f'value="{words.strip()}"' in page.html


def test_search_never_reaches_a_structure_one_does_not_see(visits):
    assert names(visits("coordinator").open("/structures/?q=Bêta")) == ["Bêta"]
    assert "Aucune structure ne répond à ces mots" in visits("leader").open("/structures/?q=Bêta").words


@pytest.mark.parametrize("words", ["%00", "%25", "_", "'", "x" * 2000])
def test_search_takes_any_words(visits, words):
    page = visits("coordinator").open(f"/structures/?q={words}")
    assert (page.status, names(page)) == (200, ["Alpha", "Bêta"] if words == "%00" else [])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nobody", "Une structure apparaît ici dès que la coordination vous la confie"),
        ("other_practitioner", "Une structure apparaît ici dès que la coordination vous la confie"),
    ],
)
def test_empty_list_says_what_will_fill_it(visits, name, said):
    assert said in visits(name).open("/structures/").words


def test_new_sheet_is_offered_to_coordination_alone_even_in_an_empty_list(visits, cast):
    assert "Nouvelle structure" not in visits("leader").open("/structures/").links
    Trajectory.objects.all().delete()
    Structure.objects.all().delete()
    page = visits("coordinator").open("/structures/")
    assert "Ouvrez une première fiche : le nom suffit" in page.words
    assert page.links["Nouvelle structure"] == "/structures/nouvelle/"


def test_long_list_comes_page_by_page_and_keeps_the_search(visits):
    for number in range(PER_PAGE + 1):
        StructureFactory(name=f"Rive {number:02}")
    claire = visits("coordinator")
    first = claire.open("/structures/?q=rive")
    assert (len(names(first)), "Page 1 sur 2" in first.words) == (PER_PAGE, True)
    assert names(claire.open(f"/structures/{first.links['Page suivante']}")) == [f"Rive {PER_PAGE}"]
    assert names(claire.open("/structures/?q=rive&page=99")) == [f"Rive {PER_PAGE}"]
    assert len(names(claire.open("/structures/?q=rive&page=x"))) == PER_PAGE


def test_sheet_tells_what_is_known(visits, cast):
    Structure.objects.filter(pk=cast.structure_a.pk).update(
        acronym="ALF",
        sector="Réemploi",
        legal_form="scic",
        founded_in=1998,
        siret="73282932000074",
        siren="732829320",
        rna="W621000123",
        ape_code="94.99Z",
        accreditations=["esus", "siae"],
        networks="Les Rives",
        functional_sphere="Habiter",
        territory_of_action="Le bassin minier",
        commune_name="Lens",
        department="Pas-de-Calais",
        region="Hauts-de-France",
        presentation="Nous réparons.\n\nEnsemble.",
    )
    YearlyFigures.objects.create(structure=cast.structure_a, year=2023, employees=9)
    YearlyFigures.objects.create(structure=cast.structure_a, year=2024, employees=1, volunteers=0)
    cohort = Cohort.objects.create(name="Rives", starts_on=date(2024, 1, 1))
    CohortPlace.objects.create(cohort=cohort, structure=cast.structure_a, since=date(2024, 1, 1))
    page = visits("staff").open(cast.structure_a.get_absolute_url())
    assert page.heading == "Alpha ALF"
    assert "Réemploi · Lens (Pas-de-Calais)" in page.words
    assert page.section("En quelques mots") == "Nous réparons. Ensemble. Qui lit ce texte ?"
    assert page.section("Repères") == (
        "Forme juridique Scic Création 1998 SIRET 732 829 320 00074 RNA W621000123 Code APE 94.99Z "
        "Agréments Esus (entreprise solidaire d’utilité sociale), SIAE (insertion par l’activité économique) "
        "Réseaux Les Rives Sphère de vie Habiter Territoire d’action Le bassin minier "
        "Région Hauts-de-France En 2024 1 personne salariée, 0 bénévole Promotion Rives"
    )


def test_sheet_lists_leaders_then_board_staff_and_volunteers(visits, cast):
    MembershipFactory(
        structure=cast.structure_a, person=PersonFactory(first_name="Aaa", last_name="Aaa"), role=LocalRole.VOLUNTEER
    )
    MembershipFactory(structure=cast.structure_a, person=PersonFactory(first_name="Partie"), until=date(2024, 1, 1))
    page = visits("board").open(cast.structure_a.get_absolute_url())
    people = [cast.users[name].person.display_name for name in ("leader", "board", "staff")]
    assert names(page)[:4] == [*people, "Aaa Aaa"]
    assert "Partie" not in page.words


OFFERED = {
    "coordinator": {"Modifier la fiche", "Inviter une personne", "Confier à quelqu’un"},
    "practitioner": {"Modifier la fiche", "Inviter une personne"},
    "leader": {"Modifier la fiche", "Inviter une personne"},
    "board": set(),
    "staff": set(),
    "volunteer": set(),
}


@pytest.mark.parametrize("name", OFFERED)
def test_sheet_offers_what_one_may_do_and_each_of_its_links_opens(visits, cast, name):
    visitor = visits(name)
    page = visitor.open(cast.structure_a.get_absolute_url())
    kept = {"Modifier la fiche", "Inviter une personne", "Confier à quelqu’un"}
    assert set(page.links) & kept == OFFERED[name]
    for link in (set(page.links) & kept) | {"Sa trajectoire"}:
        assert visitor.open(page.links[link]).status == 200


@pytest.mark.parametrize(
    ("name", "is_offered"), [("coordinator", True), ("practitioner", True), ("leader", False), ("staff", False)]
)
def test_trajectory_is_offered_to_open_to_whoever_may(visits, cast, name, is_offered):
    cast.trajectory_a.delete()
    visitor = visits(name)
    page = visitor.open(cast.structure_a.get_absolute_url())
    assert ("Ouvrir la trajectoire" in page.links) == is_offered
    address = f"{cast.structure_a.get_absolute_url()}trajectoire/ouvrir/"
    assert visitor.open(address).status == (200 if is_offered else 403)


def test_sheet_leads_to_the_open_trajectory_rather_than_to_a_closed_one(visits, cast):
    cast.trajectory_a.closed_on = date(2024, 6, 30)
    cast.trajectory_a.save()
    claire = visits("coordinator")
    sheet = cast.structure_a.get_absolute_url()
    assert claire.open(sheet).links["Sa trajectoire"] == cast.trajectory_a.get_absolute_url()
    following = TrajectoryFactory(structure=cast.structure_a, started_on=date(2024, 7, 1))
    assert claire.open(sheet).links["Sa trajectoire"] == following.get_absolute_url()


def test_closed_trajectory_lets_another_be_opened_from_the_sheet(visits, cast):
    cast.trajectory_a.closed_on = timezone.localdate()
    cast.trajectory_a.save()
    claire = visits("coordinator")
    assert "Ouvrir la trajectoire" in claire.open(cast.structure_a.get_absolute_url()).links
    claire.click("Ouvrir la trajectoire")
    assert claire.press("Ouvrir").messages == ["La trajectoire est ouverte."]
    assert "Ouvrir la trajectoire" not in claire.open(cast.structure_a.get_absolute_url()).links


def test_membership_or_accompaniment_of_another_structure_is_not_ended_from_here(visits, cast):
    place = cast.structure_b.memberships.get()
    accompaniment = AccompanimentFactory(structure=cast.structure_b)
    claire = visits("coordinator")
    for kind, row in (("personnes", place), ("accompagnement", accompaniment)):
        address = f"{cast.structure_a.get_absolute_url()}{kind}/{row.pk}/fin/"
        assert claire.client.post(address).status_code == 404
        row.refresh_from_db()
        assert row.until is None


def test_leader_who_leaves_their_own_structure_lands_on_a_page_that_exists(visits, cast):
    nadia = visits("leader")
    nadia.open(cast.structure_a.get_absolute_url())
    page = nadia.press(f"Retirer {cast.leader.person.display_name} de la structure")
    assert (page.status, page.heading) == (200, "Structures")
    assert page.messages == [f"{cast.leader.person.display_name} ne fait plus partie de la structure."]
