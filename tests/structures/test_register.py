"""The public register: what it says is proposed; slow, wrong, full or down, the sheet is written by hand."""

import json
import time
from datetime import date

import pytest
from django.core.cache import cache

from structures.models import Structure
from structures.register import A_SECOND, LARGEST, PATIENCE, Registered, RegisterUnavailable, found_at, look_up
from tests.register_server import RESSOURCERIE, answer_of, register
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"


@pytest.fixture
def server(settings):
    cache.clear()
    with register() as state:
        settings.REGISTER_URL = state.url
        yield state
    cache.clear()


@pytest.fixture
def visitor(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.coordinator))


def only(words: str = "ressourcerie") -> Registered:
    (found,) = look_up(words)
    return found


# What it says


def test_association_is_read_as_a_sheet_says_it(server):
    assert only().sheet == {
        "name": "La Ressourcerie des Trois Rives",
        "acronym": "L3R",
        "legal_form": "association",
        "siren": "732829320",
        "siret": SIRET,
        "rna": "W621000123",
        "ape_code": "38.32Z",
        "founded_on": date(2009, 3, 17),
        "founded_in": 2009,
        "accreditations": ["qualiopi"],
        "address": "12 Rue du Canal",
        "postcode": "62110",
        "commune_name": "Henin-Beaumont",
        "commune_code": "62427",
    }
    assert server.asked == [{"path": "/search", "q": "ressourcerie", "per_page": "8", "page": "1"}]


def test_name_siret_and_rna_are_asked_as_they_are_typed(server):
    for words in ("  La   Ressourcerie ", SIRET, "W621000123"):
        look_up(words)
    assert [one["q"] for one in server.asked] == ["La Ressourcerie", SIRET, "W621000123"]


def test_its_directors_are_not_kept(server):
    look_up("ressourcerie")
    with_names = [key for key in RESSOURCERIE if key == "dirigeants"]
    assert with_names == ["dirigeants"]
    assert "DUPONT" not in repr([cache.get(key) for key in _cached_keys()])


def _cached_keys() -> list[str]:
    from hashlib import sha256

    return [f"register:{sha256(b'ressourcerie').hexdigest()}"]


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("9220", "association"),
        ("9230", "association"),
        ("9260", "association_alsace_moselle"),
        ("5458", "scop"),
        ("5460", "cooperative"),
        ("9300", "fondation"),
        ("5710", ""),
        (None, ""),
        (9220, ""),
    ],
)
def test_legal_category_gives_the_family_when_it_has_one(server, code, form):
    server.body = answer_of(RESSOURCERIE | {"nature_juridique": code})
    assert only().sheet["legal_form"] == form


def test_structure_that_has_ceased_is_said_so(server):
    server.body = answer_of(RESSOURCERIE | {"etat_administratif": "C"})
    assert only().has_ceased


@pytest.mark.parametrize(
    "wrong",
    [
        {"siege": None},
        {"siege": "x", "complements": []},
        {"siege": {"siret": "123"}, "complements": {"identifiant_association": "???"}},
        {"date_creation": "hier", "activite_principale": 12, "sigle": None},
        {"siege": {"siret": "[NON-DIFFUSIBLE]", "libelle_voie": "[NON-DIFFUSIBLE]"}},
    ],
)
def test_value_that_is_missing_or_wrong_leaves_the_others(server, wrong):
    server.body = answer_of(RESSOURCERIE | wrong)
    sheet = only().sheet
    assert (sheet["siren"], sheet["name"]) == ("732829320", "La Ressourcerie des Trois Rives")
    assert "NON-DIFFUSIBLE" not in repr(sheet)


def test_result_without_a_siren_is_left_out(server):
    server.body = answer_of(RESSOURCERIE | {"siren": "123456789"}, "rien", RESSOURCERIE)
    assert only().sheet["siren"] == "732829320"


# How it is asked


@pytest.mark.parametrize("words", ["", "  ", "ab", "\x00"])
def test_too_little_asks_nobody(server, words):
    assert (look_up(words), server.asked) == ([], [])


def test_switched_off_it_asks_nobody(server, settings):
    settings.REGISTER_URL = ""
    assert (look_up("ressourcerie"), server.asked) == ([], [])


def test_same_words_are_asked_once(server):
    for words in ("Ressourcerie", "ressourcerie", " RESSOURCERIE "):
        look_up(words)
    assert len(server.asked) == 1


def test_failure_is_tried_once_more(server):
    server.failures = 1
    assert only().sheet["siret"] == SIRET
    assert len(server.asked) == 2


def test_failure_is_not_kept(server):
    server.failures = 2
    with pytest.raises(RegisterUnavailable, match="ne répond pas"):
        look_up("ressourcerie")
    assert only().sheet["siret"] == SIRET


@pytest.mark.parametrize("manner", ["is_silent", "drips"])
def test_slow_register_is_left_after_two_seconds(server, manner):
    setattr(server, manner, True)
    began = time.monotonic()
    with pytest.raises(RegisterUnavailable, match="ne répond pas à temps"):
        look_up("ressourcerie")
    assert PATIENCE * 0.9 <= time.monotonic() - began < PATIENCE + 1


def test_register_that_is_down_is_said_so(server, settings):
    with register() as gone:
        settings.REGISTER_URL = gone.url
    with pytest.raises(RegisterUnavailable, match="ne répond pas"):
        look_up("ressourcerie")


def test_full_register_is_left_in_peace_for_as_long_as_it_asks(server):
    server.status, server.headers = 429, {"Retry-After": "30"}
    with pytest.raises(RegisterUnavailable, match="trop de demandes"):
        look_up("ressourcerie")
    server.status = 200
    with pytest.raises(RegisterUnavailable, match="trop de demandes"):
        look_up("autre chose")
    assert len(server.asked) == 1


def _ask_without_end() -> None:
    for place in range(200):
        look_up(f"ressourcerie {place}")


def test_it_is_asked_so_many_times_a_second_at_most(server):
    began = time.monotonic()
    with pytest.raises(RegisterUnavailable, match="trop de demandes"):
        _ask_without_end()
    seconds = int(time.monotonic() - began) + 2
    assert A_SECOND <= len(server.asked) <= A_SECOND * seconds


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Maintenance</html>"),
        (200, b""),
        (200, b"[]"),
        (200, json.dumps({"results": {}}).encode()),
        (200, b"\xff\xfe\x00"),
        (200, b" " * (LARGEST + 1)),
        (400, json.dumps({"erreur": "Veuillez indiquer au moins un paramètre de recherche."}).encode()),
        (302, b""),
    ],
)
def test_answer_that_is_not_one_is_said_unreadable(server, status, body):
    server.status, server.body, server.headers = status, body, {"Location": "http://127.0.0.1:1/"}
    with pytest.raises(RegisterUnavailable, match="illisible"):
        look_up("ressourcerie")


def test_one_is_found_at_its_siret_or_not(server):
    assert found_at(SIRET).sheet["name"] == "La Ressourcerie des Trois Rives"
    assert found_at("73282932000082") is None


# From the form


def test_sheet_is_filled_from_the_register_and_saved(server, visitor):
    visitor.open("/structures/nouvelle/")
    page = visitor.press("Chercher", register_words="ressourcerie", name="")
    assert "SIRET 73282932000074" in page.section("Retrouver dans le registre public")
    page = visitor.press("Reprendre La Ressourcerie des Trois Rives, 62110 Henin-Beaumont")
    assert page.typed("siret") == SIRET
    assert "La fiche reprend ce que dit le registre" in page.words
    visitor.press("Enregistrer")
    made = Structure.objects.get(siret=SIRET)
    assert (made.name, made.rna, made.founded_on) == (
        "La Ressourcerie des Trois Rives",
        "W621000123",
        date(2009, 3, 17),
    )


def test_what_was_typed_stays_and_what_the_register_says_otherwise_is_told(server, visitor):
    visitor.open("/structures/nouvelle/")
    typed = {"name": "La Ressourcerie", "presentation": "Nos mots.", "postcode": "pas un code"}
    visitor.press("Chercher", register_words=SIRET, **typed)
    page = visitor.press("Reprendre La Ressourcerie des Trois Rives, 62110 Henin-Beaumont")
    assert {name: page.typed(name) for name in typed} == typed
    assert "Nom : La Ressourcerie des Trois Rives" in page.section("Retrouver dans le registre public")


def test_sheet_that_exists_is_completed(server, cast, signed_in):
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(f"/structures/{cast.structure_a.public_id}/modifier/")
    visitor.press("Chercher", register_words=SIRET)
    visitor.press("Reprendre La Ressourcerie des Trois Rives, 62110 Henin-Beaumont")
    visitor.press("Enregistrer")
    cast.structure_a.refresh_from_db()
    assert (cast.structure_a.name, cast.structure_a.siret) == ("Alpha", SIRET)


def test_without_words_the_best_known_of_the_sheet_is_asked(server, visitor):
    visitor.open("/structures/nouvelle/")
    visitor.press("Chercher", name="La Ressourcerie", rna="W621000123")
    assert server.asked[0]["q"] == "W621000123"


@pytest.mark.parametrize("trouble", ["down", "nothing"])
def test_sheet_is_written_by_hand_whatever_happens_to_the_register(server, visitor, trouble):
    server.status, server.body = (500, b"") if trouble == "down" else (200, answer_of())
    visitor.open("/structures/nouvelle/")
    page = visitor.press(
        "Chercher", register_words="ressourcerie", name="Gamma", presentation="Tout ce que j’ai écrit."
    )
    assert ("ne répond pas" in page.words, "ne trouve rien" in page.words) == (trouble == "down", trouble != "down")
    assert page.typed("presentation") == "Tout ce que j’ai écrit."
    visitor.press("Enregistrer")
    assert Structure.objects.get(name="Gamma").presentation == "Tout ce que j’ai écrit."


def test_button_of_a_structure_that_the_register_no_longer_gives_keeps_what_was_typed(server, visitor):
    visitor.open("/structures/nouvelle/")
    visitor.press("Chercher", register_words=SIRET, name="Gamma")
    cache.clear()
    server.body = answer_of()
    page = visitor.press("Reprendre La Ressourcerie des Trois Rives, 62110 Henin-Beaumont")
    assert page.typed("name") == "Gamma"
    assert "ne donne plus cette structure" in page.words


def test_switched_off_the_form_does_not_speak_of_it(visitor, settings):
    settings.REGISTER_URL = ""
    assert "registre public" not in visitor.open("/structures/nouvelle/").words
