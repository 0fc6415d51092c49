"""Interventions taken away in a spreadsheet: one's own, whole; the network's, without names nor reserved texts."""

from datetime import date

import pytest

from accounts.models import AccessAct, AccessEvent, Circle
from efc_platform.shared.spreadsheets import FORMATS, read_table
from tests.factories.spreadsheets import file_of
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory
from tests.trajectories.test_imports import ATELIER, HEADINGS, bring, reasons, written
from tests.visitor import Visitor
from trajectories.models import Intervention, InterventionShare, LineOutcome, Modality

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.practitioner))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_one_took_away_and_brings_again_is_all_there_already(cast, visitor, kind):
    headings = [*HEADINGS, "Menée par", "Trajet"]
    both = f"{cast.practitioner.person.display_name}, {cast.former_practitioner.person.display_name}"
    exchange = ["18/03/2024", "Alpha", "1 h", "Espace d’échange", "=A1 n’est pas une formule", "", "0"]
    written(bring(cast, content=file_of("csv", headings, [*ATELIER, both, "45 min"], exchange)))
    answer = visitor.client.get(f"/mon-temps/interventions.{kind}?du=2024-01-01&au=2024-12-31")
    again = bring(cast, content=b"".join(answer.streaming_content))
    assert [one.outcome for one in again.lines.all()] == [LineOutcome.SAME] * 2, reasons(again)


def table_of(client, url: str) -> list[dict[str, str]]:
    headings, *rows = read_table(b"".join(client.get(url).streaming_content))
    return [dict(zip(headings, row, strict=False)) for row in rows]


def test_network_is_taken_away_without_names_nor_texts_that_one_does_not_read(cast, signed_in):
    InterventionFactory(
        occurred_on=date(2024, 3, 17),
        title="Tri à deux",
        practitioners=[cast.practitioner.person],
        share={"trajectory": cast.trajectory_a, "account": "Confié", "decision": "Décidé"},
    )
    url = "?du=2024-01-01&au=2024-12-31"
    [mine] = table_of(signed_in(cast.practitioner), f"/mon-temps/interventions.csv{url}")
    [theirs] = table_of(signed_in(cast.coordinator), f"/temps-du-reseau/interventions.csv{url}")
    told = ("Titre", "Compte rendu", "Décision prise")
    assert [mine[name] for name in told] == ["Tri à deux", "Confié", "Décidé"]
    assert mine["Menée par"] == cast.practitioner.person.display_name
    assert [theirs[name] for name in told] == ["", "", ""]
    assert (theirs["Date"], theirs["Structure"], theirs["Durée en minutes"]) == ("2024-03-17", "Alpha", "120")
    assert "Menée par" not in theirs
    events = AccessEvent.objects.filter(act=AccessAct.DOWNLOADED, about_kind="interventions")
    assert events.count() == 2


def test_exchange_space_is_taken_away_without_who_was_there_by_whoever_was_not(cast, signed_in):
    made = InterventionFactory(
        occurred_on=date(2024, 3, 17),
        modality=Modality.PEER_SPACE,
        practitioners=[cast.practitioner.person, cast.other_practitioner.person],
        share={"trajectory": cast.trajectory_a, "account": "Entre nous", "circle": Circle.PARTICIPANTS},
    )
    made.participations.create(words="Lou", count=1)
    InterventionShare.objects.create(intervention=made, trajectory=cast.trajectory_b, minutes=1, account="Ailleurs")
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.other_practitioner.person)
    url = "/mon-temps/interventions.csv?du=2024-01-01&au=2024-12-31"
    [beta] = table_of(signed_in(cast.other_practitioner), url)
    assert (beta["Structure"], beta["Compte rendu"], beta["Avec qui"]) == ("Bêta", "Ailleurs", "")
    alpha = next(row for row in table_of(signed_in(cast.practitioner), url) if row["Structure"] == "Alpha")
    assert (alpha["Compte rendu"], alpha["Avec qui"]) == ("Entre nous", "Lou")


def test_two_thousand_interventions_are_taken_away_in_few_queries(cast, visitor, django_assert_max_num_queries):
    days = [["17/03/2024", "Alpha", "1 h", "Autre", f"Le mot {rank}"] for rank in range(2_000)]
    with django_assert_max_num_queries(140):
        written(bring(cast, *days))
    assert Intervention.objects.count() == 2_000
    with django_assert_max_num_queries(50):
        answer = visitor.client.get("/mon-temps/interventions.csv?du=2024-01-01&au=2024-12-31")
        assert len(b"".join(answer.streaming_content).splitlines()) == 2_001
