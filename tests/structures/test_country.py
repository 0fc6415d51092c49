"""The map of the country: how many structures in each département, drawn and in words, never which."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from structures.contours import FILE, HEIGHT, WIDTH, contours, rings
from structures.country import country_for
from structures.models import Structure
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory, DepartmentFactory, StructureFactory
from tests.visitor import Visitor

MAP = "/structures/carte/"


@pytest.fixture
def country(cast):
    """Six structures in the Nord, two in Paris, one overseas; those of the cast are nowhere yet."""
    for code, name, region in (("59", "Nord", "32"), ("75", "Paris", "11"), ("974", "La Réunion", "04")):
        DepartmentFactory(code=code, name=name, region__code=region, region__name=f"Région {region}")
    for name, number in (("Nord", 6), ("paris", 2), ("La Réunion", 1)):
        StructureFactory.create_batch(number, department=name)
    StructureFactory(department="Chez Nadia Roussel")
    return cast


def regions(user) -> dict[str, str]:
    return {place.name: place.told for _region, places in country_for(user).regions for place in places}


def drawn(user) -> set[str]:
    """The figures written on the map, those of one place after each other."""
    return {one.figures for one in country_for(user).writings}


def test_whoever_sees_every_sheet_sees_the_numbers_and_goes_to_the_sheets(country, signed_in):
    assert regions(country.coordinator) == {"La Réunion": "1", "Nord": "6", "Paris": "2"}
    assert country_for(country.coordinator).elsewhere.told == "3"
    page = Visitor(signed_in(country.coordinator)).open(MAP)
    assert page.links["Nord"] == "/structures/?departement=Nord"
    assert "6 structures" in Visitor(signed_in(country.coordinator)).open(page.links["Nord"]).words


def test_others_see_small_numbers_veiled_and_no_sheet(country, signed_in):
    member = UserFactory(roles=[Role.MEMBER])
    assert regions(member) == {"La Réunion": "moins de 5", "Nord": "6", "Paris": "moins de 5"}
    assert country_for(member).elsewhere.told == "moins de 5"
    page = Visitor(signed_in(member)).open(MAP)
    assert "Nord" not in page.links
    assert "Nord : 6" in page.words
    assert drawn(member) == {"6<\u00a05<\u00a05"}


def test_practitioner_goes_to_the_sheets_that_are_theirs(country, signed_in):
    mine = Structure.objects.filter(department="La Réunion").get()
    AccompanimentFactory(structure=mine, practitioner=country.practitioner.person)
    page = Visitor(signed_in(country.practitioner)).open(MAP)
    assert {"Nord", "La Réunion"} & page.links.keys() == {"La Réunion"}
    assert "La Réunion : moins de 5" in page.words


@pytest.mark.parametrize("name", ["coordinator", "practitioner", "member"])
def test_what_was_typed_by_hand_is_shown_to_nobody(country, signed_in, name):
    assert "Nadia Roussel" not in Visitor(signed_in(country.users[name])).open(MAP).html


def test_sheet_set_aside_by_a_merge_is_not_counted(country):
    kept = Structure.objects.filter(department="Nord").first()
    StructureFactory(department="Nord", merged_into=kept)
    assert regions(country.coordinator)["Nord"] == "6"


def test_empty_map_says_what_will_fill_it(cast, signed_in):
    cast.structure_a.trajectories.all().delete()
    cast.structure_b.trajectories.all().delete()
    Structure.objects.all().delete()
    assert "La carte est encore vide" in Visitor(signed_in(cast.coordinator)).open(MAP).words


def test_drawing_weighs_little_however_many_structures(country, signed_in):
    page = Visitor(signed_in(country.coordinator)).open(MAP)
    pictures = [one for one in page.tree.iter("svg") if one.get("role") == "img"]
    assert [sum(1 for _one in picture.iter()) < 40 for picture in pictures] == [True]
    assert "style=" not in page.html
    assert FILE.stat().st_size < 60_000


def test_every_outline_is_within_the_drawing_and_its_number_too():
    assert (len(contours()), len({one.code for one in contours()})) == (96, 96)
    assert all(0 < one.x < WIDTH and 0 < one.y < HEIGHT for one in contours())


def test_outline_is_read_in_relative_moves_and_its_specks_are_left_out():
    square, speck = "m 10,10 50,0 0,0 0,50 -50,0 z", "m 100,100 1,0 0,1 z"
    assert rings(f"{square} {speck}") == [[(6, 6), (36, 6), (36, 36), (6, 36)]]


def test_file_is_made_again_from_the_package_and_from_nothing_else(tmp_path, capsys):
    (tmp_path / "package.json").write_text('{"version": "1"}')
    (tmp_path / "index.js").write_text(
        'export default {"locations": [{"id": "2a", "path": "m 10,10 50,0 0,50 -50,0 z"}]};'
    )
    call_command("refresh_contours", str(tmp_path), into=tmp_path / "made.tsv")
    assert (tmp_path / "made.tsv").read_text().splitlines()[1] == "2A\t21\t21\tM6 6l30 0 0 30-30 0z"
    with pytest.raises(CommandError, match="Ce n’est pas ce paquet"):
        call_command("refresh_contours", str(tmp_path / "elsewhere"), into=tmp_path / "other")
