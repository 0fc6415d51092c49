"""The territory that comes with the project: loaded whole, found by name or postcode."""

import lzma

import pytest
from django.core.management import CommandError, call_command

from structures.models import Commune, Department, Epci, Region, Structure, commune_of, department_named, place_key
from structures.territory import write_territory
from tests.factories.structures import CommuneFactory, DepartmentFactory
from tests.visitor import Visitor


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Saint-Étienne", "saint etienne"), ("st ETIENNE", "saint etienne"), ("L’Œuf", "l oeuf"), ("L'Haÿ", "l hay")]
    + [("PARIS 10", "paris"), ("Lyon 3e Arrondissement", "lyon"), ("Paris-l’Hôpital", "paris l hopital")],
)
def test_two_ways_of_writing_a_place_have_one_key(typed, key):
    assert place_key(typed) == key


@pytest.mark.django_db
def test_whole_territory_is_loaded_twice_and_its_communes_found(capsys):
    call_command("load_territory")
    call_command("load_territory")

    counted = [model.objects.count() for model in (Region, Department, Epci, Commune)]
    lens = commune_of("62498")
    assert counted == [26, 109, 1255, 34969]
    assert (lens.name, lens.department.name, lens.department.region.name) == (
        "Lens",
        "Pas-de-Calais",
        "Hauts-de-France",
    )
    assert commune_of("00000") is None

    def first(typed: str) -> str:
        return Commune.objects.found_by(typed, 8)[0].code

    assert first("lens") == "62498"
    assert first("623 lens") == "62498"
    assert commune_of("75110").name == "Paris"
    assert first("Sète") == first("sete") == first("34200") == "34301"
    assert first("St Etienne") == "42218"
    assert first("henin baumont") == "62427"
    assert Commune.objects.found_by("le", 8) == Commune.objects.found_by("62", 8) == []
    assert [one.code for one in Commune.objects.named("Saint-Denis", department="La Réunion")] == ["97411"]
    assert len(Commune.objects.named("Saint-Denis")) > 1
    assert [one.code for one in Commune.objects.named("Lens", "62307")] == ["62498"]
    assert Commune.objects.named("Lens", "01000") == []
    assert (department_named("pas de calais").code, department_named("2a").name) == ("62", "Corse-du-Sud")
    assert department_named("") is department_named("Wallonie") is None


def test_file_is_made_again_from_the_package_and_from_nothing_else(tmp_path):
    package, file = tmp_path / "package" / "data", tmp_path / "made.tsv.xz"
    package.mkdir(parents=True)
    made = {
        "../package.json": '{"version": "1"}',
        "regions.json": '[{"code": "32", "nom": "Hauts-de-France"}]',
        "departements.json": '[{"code": "62", "nom": "Pas-de-Calais", "region": "32"}]',
        "epci.json": '[{"code": "246200364", "nom": "CA de Lens", "membres": [{"code": "62498"}]}]',
        "communes.json": """[
            {"code": "62498", "nom": "Lens", "type": "commune-actuelle", "departement": "62",
             "codesPostaux": ["62300"]},
            {"code": "62000", "nom": "Autrefois", "type": "commune-deleguee", "departement": "62"}
        ]""",
    }
    for name, text in made.items():
        (package / name).write_text(text)
    assert write_territory(tmp_path, file) == 1
    with lzma.open(file, "rt") as lines:
        assert lines.read().splitlines()[-1] == "C\t62498\tLens\t62300\t0\t62\t246200364"
    with pytest.raises(CommandError, match="Ce n’est pas ce paquet"):
        call_command("refresh_territory", str(file), into=tmp_path / "other")


# While a sheet is written


@pytest.fixture
def lens(db):
    epci = Epci.objects.create(code="246200364", name="CA de Lens-Liévin")
    department = DepartmentFactory(code="62", name="Pas-de-Calais")
    return CommuneFactory(code="62498", name="Lens", postcode_list=" 62300", department=department, epci=epci)


@pytest.fixture
def both_saint_denis(db):
    for code, postcode, number, name in (
        ("93066", "93200", "93", "Seine-Saint-Denis"),
        ("97411", "97400", "974", "La Réunion"),
    ):
        place = DepartmentFactory(code=number, name=name, region__code=number, region__name=f"Région {number}")
        CommuneFactory(code=code, name="Saint-Denis", postcode_list=f" {postcode} {postcode[:3]}10", department=place)


@pytest.fixture
def claire(cast, signed_in):
    return Visitor(signed_in(cast.coordinator))


PLACE = ("commune_name", "commune_code", "postcode", "department", "region")


def place_of(name: str) -> tuple[str, ...]:
    return tuple(Structure.objects.filter(name=name).values_list(*PLACE).get())


def sent(claire, **typed):
    claire.open("/structures/nouvelle/")
    return claire.press("Enregistrer", name="La Rive", **typed)


@pytest.mark.parametrize("typed", [{"commune_name": "lens"}, {"commune_name": "LENS", "department": "Nord"}])
def test_commune_that_is_known_says_the_rest(claire, lens, typed):
    sent(claire, **typed)
    assert place_of("La Rive") == ("Lens", "62498", "62300", "Pas-de-Calais", "Hauts-de-France")
    sheet = claire.open(Structure.objects.get(name="La Rive").get_absolute_url())
    assert "Intercommunalité CA de Lens-Liévin" in sheet.section("Repères")


def test_cedex_stays_and_its_commune_is_known(claire, lens):
    sent(claire, commune_name="Lens", postcode="62307")
    assert place_of("La Rive") == ("Lens", "62498", "62307", "Pas-de-Calais", "Hauts-de-France")


def test_commune_that_is_not_known_stays_as_typed(claire, lens):
    sent(claire, commune_name="Tournai", department="Hainaut", region="Wallonie")
    assert place_of("La Rive") == ("Tournai", "", "", "Hainaut", "Wallonie")


def test_department_typed_by_hand_is_written_as_it_is_written_elsewhere(claire, lens):
    sent(claire, department="pas de calais")
    assert place_of("La Rive") == ("", "", "", "Pas-de-Calais", "Hauts-de-France")


def test_one_of_several_communes_is_chosen_beside_the_field(claire, both_saint_denis):
    page = sent(claire, commune_name="Saint-Denis")
    assert "Plusieurs communes portent ce nom" in page.words
    assert "Saint-Denis, La Réunion 97400, 97410" in page.words
    claire.press("Enregistrer", commune_code="97411")
    assert place_of("La Rive") == ("Saint-Denis", "97411", "", "La Réunion", "Région 974")


def test_none_of_several_communes_keeps_what_was_typed_and_is_not_asked_again(claire, both_saint_denis):
    sent(claire, commune_name="Saint-Denis", department="Hainaut")
    claire.press("Enregistrer", commune_code="autre")
    assert place_of("La Rive") == ("Saint-Denis", "", "", "Hainaut", "")
    claire.open(f"{Structure.objects.get(name='La Rive').get_absolute_url()}modifier/")
    assert claire.press("Enregistrer", sector="Réemploi").heading == "La Rive"


@pytest.mark.parametrize("typed", [{"postcode": "97400"}, {"department": "la réunion"}])
def test_postcode_or_department_tells_communes_of_one_name_apart(claire, both_saint_denis, typed):
    sent(claire, commune_name="Saint Denis", **typed)
    assert place_of("La Rive")[1] == "97411"


def test_name_typed_over_a_chosen_commune_chooses_another(claire, lens, both_saint_denis):
    sent(claire, commune_name="Lens", commune_code="62498")
    claire.open(f"{Structure.objects.get(name='La Rive').get_absolute_url()}modifier/")
    claire.press("Enregistrer", commune_name="Saint-Denis", postcode="93200", department="", region="")
    assert place_of("La Rive") == ("Saint-Denis", "93066", "93200", "Seine-Saint-Denis", "Région 93")


@pytest.mark.parametrize("code", ["00000", "99999", "<b>", "autre"])
def test_code_that_is_not_one_writes_nothing(claire, lens, code):
    sent(claire, commune_name="Ailleurs", commune_code=code)
    assert place_of("La Rive") == ("Ailleurs", "", "", "", "")


def test_choices_come_while_typing_and_fill_the_sheet(claire, lens):
    page = claire.open("/communes/?commune_name=len&postcode=62")
    assert page.words == "Lens 62300 · Pas-de-Calais"
    filled = claire.open("/communes/?choisie=62498&postcode=")
    for value in ("Lens", "62498", "62300", "Pas-de-Calais", "Hauts-de-France"):
        assert f'value="{value}"' in filled.html
    assert claire.open("/communes/?q=le").words == ""
    assert "Aucune commune d’aujourd’hui ne porte ce nom" in claire.open("/communes/?q=xyzt").words
    assert claire.open("/communes/?q=%00&choisie=%00").status == 200
