"""The territory that comes with the project: loaded whole, found by name or postcode."""

import pytest
from django.core.management import call_command

from structures.models import Commune, Department, Epci, Region, commune_of, place_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Saint-Étienne", "saint etienne"), ("st ETIENNE", "saint etienne"), ("L’Œuf", "l oeuf"), ("L'Haÿ", "l hay")],
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
    assert first("Sète") == first("sete") == first("34200") == "34301"
    assert first("St Etienne") == "42218"
    assert first("henin baumont") == "62427"
    assert Commune.objects.found_by("le", 8) == Commune.objects.found_by("62", 8) == []
    assert [one.code for one in Commune.objects.named("Saint-Denis", department="La Réunion")] == ["97411"]
    assert len(Commune.objects.named("Saint-Denis")) > 1
