"""Pages of a trajectory over time: who sees what of them, what they refuse, and forty readings over ten years."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Circle
from tests.factories.evolution import read, read_for_ten_years
from tests.factories.trajectories import InterventionFactory, ReadingFactory, TrialFactory
from trajectories import moves
from trajectories.models import FrameworkState, FrameworkVersion, Reading, Viewpoint

DIRECTION, TEAM = Viewpoint.DIRECTION, Viewpoint.TEAM
MARCH, JUNE, SEPTEMBER = date(2024, 3, 10), date(2024, 6, 10), date(2024, 9, 10)
PAGES = ["evolution", "beside", "moved"]
# Words that make of what came before the cause of what came after.
CAUSES = [
    *("grâce à", "à cause", "a permis", "ont permis", "donc", "suite à", "parce que", "car", "puisque", "ainsi"),
    *("par conséquent", "en conséquence", "a entraîné", "a conduit à", "a provoqué", "a produit", "d’où un", "du fait"),
    *("résultat de", "effet de", "a fait que", "explique", "amélior", "progress", "régress", "recul"),
]


@pytest.fixture(autouse=True)
def frozen_day():
    with time_machine.travel("2025-01-10T09:00:00+01:00", tick=False):
        yield


@pytest.fixture
def told(cast) -> None:
    """The direction moves and the team does not; a meeting and a trial lie between."""
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2, D2=3)
    read(cast.trajectory_a, TEAM, MARCH, D1=2)
    read(cast.trajectory_a, DIRECTION, SEPTEMBER, D1=4, D2="not_applicable")
    kept = {"trajectory": cast.trajectory_a, "circle": Circle.STRUCTURE, "account": "Le tri est raconté."}
    InterventionFactory(occurred_on=JUNE, title="Atelier du quai", share=kept)
    TrialFactory(trajectory=cast.trajectory_a, title="Tri en duo", started_on=JUNE + timedelta(days=2))


def address(name: str, cast, **asked: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return f"{reverse(name, args=[cast.trajectory_a.public_id])}?{query}"


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def elements(html: str) -> int:
    return len(re.findall(r"<[a-z]", html))


@pytest.mark.parametrize("name", PAGES)
def test_before_any_reading_the_page_says_how_to_begin(cast, signed_in, name):
    html = page(signed_in(cast.leader), address(name, cast))
    assert "Aucune lecture n’est encore partagée" in html
    assert reverse("reading_new", args=[cast.trajectory_a.public_id]) in html
    assert reverse("reading_new", args=[cast.trajectory_a.public_id]) not in page(
        signed_in(cast.coordinator), address(name, cast)
    )


@pytest.mark.parametrize("name", PAGES)
def test_whoever_does_not_see_the_trajectory_does_not_learn_that_it_exists(cast, told, signed_in, client, name):
    strangers = [cast.leader_b, cast.other_practitioner, cast.former_practitioner, cast.trainer, cast.member]
    assert {signed_in(one).get(address(name, cast)).status_code for one in strangers} == {404}
    assert {signed_in(one).get(address(name, cast)).status_code for one in (cast.staff, cast.coordinator)} == {200}
    assert client.post(address(name, cast)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_one_reading_is_enough_to_draw(cast, signed_in, name):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    assert "Mise en question" in page(signed_in(cast.leader), address(name, cast))


def test_evolution_shows_each_dimension_and_leads_to_its_page(cast, told, signed_in):
    html = page(signed_in(cast.leader), address("evolution", cast))
    for code in range(1, 10):
        assert html.count(f'href="{reverse("dimension", args=[cast.trajectory_a.public_id, f"D{code}"])}"') == 1
    assert (html.count('class="chart"'), html.count("Pas encore lue.")) == (2, 7)
    assert "Mise en question (mars 2024), puis Structuration (septembre 2024)" in html


def test_a_dimension_page_draws_its_curve_and_tells_its_gap(cast, told, signed_in):
    html = page(signed_in(cast.leader), reverse("dimension", args=[cast.trajectory_a.public_id, "D1"]))
    assert "à mettre en débat\u00a0: depuis septembre 2024." in html
    assert "Au fil du temps" not in page(
        signed_in(cast.leader), reverse("dimension", args=[cast.trajectory_a.public_id, "D9"])
    )


def test_what_moved_is_told_with_its_fact_and_what_took_place_meanwhile(cast, told, signed_in):
    html = page(signed_in(cast.leader), address("moved", cast, du="2024-03-10", au="2024-12-31"))
    assert "Fait de Direction, D1, 10/09/2024." in html
    assert "devient «\u00a0sans objet\u00a0»" in html
    assert "Équipe\u00a0: toujours «\u00a0Mise en question\u00a0», pas relue depuis mars 2024." in html
    assert html.index("Atelier du quai") < html.index("Essai commencé\u00a0: Tri en duo")


def test_what_took_place_outside_the_days_is_left_out(cast, told, signed_in):
    html = page(signed_in(cast.leader), address("moved", cast, du="2024-07-01", au="2024-12-31"))
    assert ("Atelier du quai" in html, "Aucune intervention, aucun essai" in html) == (False, True)


def test_coordination_sees_levels_and_days_and_neither_facts_nor_titles(cast, told, signed_in):
    html = page(signed_in(cast.coordinator), address("moved", cast, du="2024-03-10", au="2024-12-31"))
    assert "Mise en question (mars 2024), puis Structuration (septembre 2024)" in html
    assert [secret for secret in ("Fait de", "Atelier du quai", "Tri en duo") if secret in html] == []


def test_usual_days_go_from_the_readings_before_until_today(cast, told, signed_in):
    shown = signed_in(cast.leader).get(address("moved", cast)).context
    assert (shown["since"], shown["until"]) == (MARCH, date(2025, 1, 10))


def test_usual_days_begin_at_the_start_when_one_round_was_read(cast, signed_in):
    read(cast.trajectory_a, DIRECTION, JUNE, D1=2)
    read(cast.trajectory_a, TEAM, JUNE + timedelta(days=20), D1=2)
    assert signed_in(cast.leader).get(address("moved", cast)).context["since"] == cast.trajectory_a.started_on


@pytest.mark.parametrize(
    ("name", "asked", "field", "said"),
    [
        ("moved", {"du": "demain", "au": "2024-12-31"}, "du", "Saisissez une date valide."),
        ("moved", {"du": "2024-06-01"}, "au", "Ce champ est obligatoire."),
        ("moved", {"du": "2024-06-01", "au": "2024-06-01"}, "au", "Cette date vient après la première."),
        ("moved", {"du": "2024-06-01", "au": "0002-06-01"}, "au", "Vérifiez l’année\u00a0: cette date est trop loin."),
        ("beside", {"regard": "x", "le": "2024-03-10"}, "regard", None),
        ("beside", {"regard": "tous", "le": "2024-03-11"}, "le", None),
        ("beside", {"regard": "tous", "le": "%00"}, "le", None),
        ("beside", {"regard": "direction", "le": "2024-03-10"}, "avec", "Choisissez une autre date"),
        ("beside", {"regard": "direction", "le": "2024-03-10", "avec": "2024-03-10"}, "avec", "Choisissez une autre"),
    ],
)
def test_what_cannot_be_shown_is_said_beside_its_field(cast, told, signed_in, name, asked, field, said):
    answer = signed_in(cast.leader).get(address(name, cast, **asked))
    assert answer.status_code == 200
    (error,) = answer.context["form"].errors[field]
    assert said is None or error.startswith(said)
    assert f'id="error_1_id_{field}"' in answer.content.decode() or f"id_{field}_error" in answer.content.decode()


def test_one_point_of_view_is_drawn_at_two_days_whatever_their_order(cast, told, signed_in):
    client = signed_in(cast.leader)
    days = [("2024-03-10", "2024-09-10"), ("2024-09-10", "2024-03-10")]
    shown = [client.get(address("beside", cast, regard="direction", le=a, avec=b)).context["beside"] for a, b in days]
    assert shown[0] == shown[1]
    assert shown[0].table.rows[0] == ("Travail vivant", "Mise en question", "Structuration")


def test_a_reading_of_another_version_is_said_to_be_left_out(cast, told, signed_in):
    published = {"state": FrameworkState.PUBLISHED, "published_on": MARCH}
    other = FrameworkVersion.objects.create(number=9, name="Venue d’ailleurs", **published)
    ReadingFactory(trajectory=cast.trajectory_a, framework_version=other, read_on=JUNE, sealed=True)
    for name in PAGES:
        assert "Sans 1 lecture d’une autre version du référentiel, que rien ne relie à celle-ci" in page(
            signed_in(cast.leader), address(name, cast)
        )


def test_no_page_claims_a_cause():
    """Neither in the pages, nor in the words that the code gives them."""
    written = [settings.BASE_DIR / "templates/trajectories/moved.html", Path(moves.__file__)]
    found = [word for word in CAUSES for one in written if re.search(rf"\b{word}", one.read_text().lower())]
    assert found == []


def test_the_rule_against_causes_finds_one():
    assert [word for word in CAUSES if re.search(rf"\b{word}", "l’équipe a bougé grâce à l’atelier")] == ["grâce à"]


def test_forty_readings_over_ten_years_ask_no_more_and_stay_pages_one_can_read(cast, signed_in):
    client, found = signed_in(cast.leader), {}
    for readings in (1, 2, 37):
        read_for_ten_years(cast.trajectory_a, readings=readings)
        found[readings] = {name: _asked(client, url) for name, url in _addresses(cast).items()}
    assert Reading.objects.count() == 40
    assert found[1] == found[2] == found[37]
    assert {name: asked for name, asked in found[37].items() if asked > 25} == {}
    weighed = {name: elements(page(client, url)) for name, url in _addresses(cast).items()}
    assert {name: number for name, number in weighed.items() if number > 700} == {}


def _addresses(cast) -> dict[str, str]:
    names = [*PAGES, "trajectory", "readings", "dimension"]
    of_dimension = reverse("dimension", args=[cast.trajectory_a.public_id, "D1"])
    return {name: address(name, cast) for name in names[:-1]} | {
        "dimension": of_dimension,
        "moved since the start": address("moved", cast, du="2015-01-13", au="2025-01-10"),
    }


def _asked(client, url: str) -> int:
    """Without what is asked once for all of a session or of a process."""
    page(client, url)
    with CaptureQueriesContext(connection) as captured:
        page(client, url)
    return len(captured)
