"""Past interventions brought in a spreadsheet: said line by line, noted in one go and once, taken back in one go."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Circle
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import JobState, StoredFile
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.spreadsheets import FORMATS, read_table
from structures.models import Accompaniment, ImportState
from tests.factories.spreadsheets import csv_of, siret_of
from tests.factories.structures import AccompanimentFactory, StructureFactory
from tests.factories.trajectories import InterventionFactory, TrajectoryFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.imports import FIELDS, LAYOUT
from trajectories.models import (
    AccountRemark,
    AddedModality,
    Intervention,
    InterventionImport,
    InterventionShare,
    JournalEntry,
    LineOutcome,
    Modality,
)

pytestmark = pytest.mark.django_db
HEADINGS = ["Date", "Structure", "Durée", "Modalité", "Compte rendu"]
ATELIER = ["17/03/2024", "Alpha", "1 h 30", "Organisation du travail", "Le tri se fait à deux."]


def bring(cast, *rows, by="practitioner", content: bytes = b"") -> InterventionImport:
    """Received, and read by a worker."""
    found = operations.receive_interventions(
        by=cast.users[by], name="suivi.csv", content=content or csv_of(HEADINGS, *rows), client_key=uuid4()
    )
    return worked(found)


def worked(found: InterventionImport) -> InterventionImport:
    run_job(InterventionImport.objects.get(pk=found.pk).job_id)
    found.refresh_from_db()
    assert found.job.state == JobState.READY, found.job.error
    return found


def written(found: InterventionImport) -> InterventionImport:
    operations.write_interventions(by=found.made_by, found=found)
    return worked(found)


def taken_back(found: InterventionImport) -> InterventionImport:
    operations.undo_interventions(by=found.made_by, found=found)
    return worked(found)


def outcomes(found: InterventionImport) -> list[tuple[int, str, str]]:
    return [(one.number, one.outcome, one.reason) for one in found.lines.all()]


def reasons(found: InterventionImport) -> list[str]:
    return [one.reason.replace("\u00a0", " ") for one in found.lines.all()]


@pytest.mark.parametrize("name", ["leader", "staff", "trainer", "nobody"])
def test_who_does_not_accompany_imports_nothing(cast, name):
    with pytest.raises(OperationRefused, match="Qui accompagne des structures importe"):
        operations.receive_interventions(
            by=cast.users[name], name="a.csv", content=csv_of(HEADINGS, ATELIER), client_key=uuid4()
        )
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"Structure;Compte rendu\nAlpha;Rien"])
def test_file_without_dates_is_refused_beside_its_field_and_nothing_is_kept(cast, content):
    with pytest.raises(OperationRefused) as refused:
        operations.receive_interventions(by=cast.practitioner, name="x.xlsx", content=content, client_key=uuid4())
    assert refused.value.field == "file"
    assert (InterventionImport.objects.count(), StoredFile.objects.count()) == (0, 0)


# Cells


def test_every_field_is_named_by_its_own_label():
    assert [LAYOUT.named(one.label) for one in FIELDS] == [one.name for one in FIELDS]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Durée (minutes)", "minutes_alone"),
        ("Durée (h)", "minutes"),
        ("Accompagnateur", "led_by"),
        ("Nom de la structure", "structure"),
        ("Objet", "title"),
        ("Salariés", "staff"),
        ("Ressentis", None),
        ("Journal de bord", None),
    ],
)
def test_heading_is_understood_as_people_write_it(heading, field):
    assert LAYOUT.recognise([["Date", heading]])[1].get(1) == field


@pytest.mark.parametrize(
    ("field", "cell", "said"),
    [
        ("occurred_on", "2024-03-17", {"occurred_on": "2024-03-17"}),
        ("occurred_on", "17 mars 2024", {"occurred_on": "2024-03-17"}),
        ("minutes", "1 h 30", {"minutes": 90}),
        ("minutes", str(time(1, 30)), {"minutes": 90}),
        ("minutes", "1,5", {"minutes": 90}),
        ("minutes_alone", "90", {"minutes": 90}),
        ("travel_minutes", "0", {"travel_minutes": 0}),
        ("place", "Visio", {"place": "remote"}),
        ("modality", "espace d’échange", {"modality": Modality.PEER_SPACE}),
        ("account", "'=1+1", {"account": "=1+1"}),
        ("title", "'90 minutes'", {"title": "'90 minutes'"}),
        ("staff", "4", {"staff": 4}),
    ],
)
def test_cell_is_read(db, field, cell, said):
    assert LAYOUT.read_line([cell], {0: field}).sheet == said


@pytest.mark.parametrize(
    ("field", "cell", "fault"),
    [
        ("occurred_on", "hier", "Date : « hier » ne se lit pas comme une date"),
        ("occurred_on", "1924-03-17", "Date : vérifiez l’année, cette date est trop loin"),
        ("minutes", "longtemps", "Durée : « longtemps » ne se lit pas : écrivez 3 h, 1 h 30 ou 45 min"),
        ("minutes", "90", "Durée : un nombre seul compte des heures : écrivez « 90 min »"),
        ("minutes", "3 min", "Durée : cette durée doit être comprise entre 5 min et 24 h"),
        ("minutes_alone", "1,5", "Durée en minutes : « 1,5 » n’est pas un nombre de minutes"),
        ("place", "Mars", "Lieu : écrivez « sur place », « à distance » ou « ailleurs »"),
        ("staff", "beaucoup", "Personnes salariées : « beaucoup » n’est pas un nombre de personnes"),
        ("account", "x" * 20_001, "Compte rendu : trop long, 20000 caractères au plus"),
    ],
)
def test_cell_that_cannot_be_read_says_what_to_write(db, field, cell, fault):
    faults = [one.replace("\u00a0", " ") for one in LAYOUT.read_line([cell], {0: field}).faults]
    assert faults[0] == fault
    assert not [one for one in faults[1:] if one.startswith(fault[:4])], "what is read wrong is not missing too"


def test_day_ahead_is_refused(db):
    [fault] = [one for one in LAYOUT.read_line(["2999-01-01"], {0: "occurred_on"}).faults if one.startswith("Date")]
    assert "dans le futur" in fault


def test_line_says_all_that_there_is_to_mend(cast):
    found = bring(cast, ["", "", "", "", ""], ["", "Alpha", "", "Yoga", ""])
    assert reasons(found) == [
        "Modalité : « Yoga » n’est pas une modalité connue : écrivez-en une du fichier modèle, ou « Autre »\n"
        "La date manque\nLa durée manque\nLe compte rendu manque : une ligne suffit"
    ]


# Where a line belongs


def test_structure_is_recognised_by_its_number_or_its_name_among_those_one_accompanies(cast):
    cast.structure_a.siret, cast.structure_a.siren, cast.structure_a.acronym = siret_of(1), siret_of(1)[:9], "ALF"
    cast.structure_a.save()
    headings = [*HEADINGS, "SIRET"]
    rows = [
        [*ATELIER, ""],
        ["18/03/2024", "ALPHA ", "1 h", "Autre", "Un", ""],
        ["19/03/2024", "alf", "1 h", "Autre", "Deux", ""],
        ["20/03/2024", "Autrement dite", "1 h", "Autre", "Trois", siret_of(1)],
        ["21/03/2024", "Alfa", "1 h", "Autre", "Quatre", ""],
        ["22/03/2024", "Bêta", "1 h", "Autre", "Cinq", ""],
    ]
    found = bring(cast, content=csv_of(headings, *rows))
    assert [line.trajectory for line in found.lines.all()] == [cast.trajectory_a] * 4 + [None, None]
    assert reasons(found)[4:] == [
        "Vous n’accompagnez aucune structure nommée « Alfa » : est-ce « Alpha » ?",
        "Vous n’accompagnez aucune structure nommée « Bêta »",
    ]


def test_two_structures_of_one_name_ask_for_more(cast):
    other = StructureFactory(name="Alpha", commune_name="Lens")
    TrajectoryFactory(structure=other)
    AccompanimentFactory(structure=other, practitioner=cast.practitioner.person)
    found = bring(cast, ATELIER, ["17/03/2024", "Alpha Lens", "1 h", "Autre", "Là-bas"])
    assert reasons(found) == ["2 structures se nomment « Alpha » : ajoutez son SIRET, ou sa commune après son nom", ""]
    assert found.lines.last().trajectory.structure == other


def test_trajectory_is_that_of_the_day(cast):
    cast.trajectory_a.closed_on = date(2024, 6, 30)
    cast.trajectory_a.save()
    again = TrajectoryFactory(structure=cast.structure_a, started_on=date(2025, 1, 10))
    days = ["17/03/2024", "30/06/2024", "01/09/2024", "12/01/2025", "05/05/2019"]
    found = bring(cast, *([day, "Alpha", "1 h", "Autre", "Un mot"] for day in days))
    first = cast.trajectory_a
    assert [line.trajectory for line in found.lines.all()] == [first, first, again, again, first]


def test_day_after_the_end_and_structure_without_a_trajectory_are_said(cast):
    cast.trajectory_a.closed_on = date(2024, 6, 30)
    cast.trajectory_a.save()
    without = StructureFactory(name="Gamma")
    AccompanimentFactory(structure=without, practitioner=cast.practitioner.person)
    row = ["01/09/2024", "1 h", "Autre", "Un mot"]
    found = bring(cast, [row[0], "Alpha", *row[1:]], [row[0], "Gamma", *row[1:]])
    assert reasons(found) == [
        "Alpha : sa trajectoire est close depuis le 30 juin 2024, et cette date vient après",
        "Gamma n’a pas encore de trajectoire : ouvrez-la d’abord depuis sa fiche",
    ]


def test_practitioner_brings_what_they_led_alone_or_with_somebody(cast):
    colleague = cast.former_practitioner.person
    headings = [*HEADINGS, "Menée par"]
    both = f"{cast.practitioner.person.display_name} et {colleague.display_name}"
    rows = [[*ATELIER, both], [*ATELIER, colleague.display_name], [*ATELIER, "Personne d’ici"]]
    found = written(bring(cast, content=csv_of(headings, *rows)))
    assert reasons(found)[1:] == [
        f"Menée par {colleague.display_name}, sans vous : cette personne l’importe elle-même, ou la coordination",
        "Personne d’ici n’accompagne pas Alpha, ni ne l’a accompagnée : écrivez plutôt son nom dans « Avec qui »",
    ]
    made = Intervention.objects.get()
    assert (set(made.practitioners.all()), made.created_by) == (
        {cast.practitioner.person, colleague},
        cast.practitioner.person,
    )


def test_coordination_brings_those_of_others_under_the_name_of_who_led_them(cast):
    practitioner = cast.practitioner.person
    headings = [*HEADINGS, "Accompagnateur"]
    rows = [[*ATELIER, practitioner.display_name], [*ATELIER, ""]]
    found = written(bring(cast, content=csv_of(headings, *rows), by="coordinator"))
    assert reasons(found) == ["", "Dites qui l’a menée, dans une colonne « Menée par »"]
    made = Intervention.objects.get()
    assert (list(made.practitioners.all()), made.created_by) == ([practitioner], practitioner)
    event = Intervention.pgh_event_model.objects.get(pgh_obj=made)
    assert event.pgh_context.metadata["user"] == cast.coordinator.pk
    assert InterventionShare.objects.readable_by(cast.coordinator).count() == 0


# Noted, and once


def test_line_becomes_an_intervention_with_all_that_it_says(cast):
    leader = cast.leader.person
    added = AddedModality.objects.create(name="Marche apprenante")
    headings = [*HEADINGS, "Titre", "Décision", "Lieu", "Où", "Avec qui", "Bénévoles", "Préparation", "Trajet"]
    row = ["17/03/2024", "Alpha", "2 h", "Marche apprenante", "Sur le terril.", "En marche", "On continue", "ailleurs"]
    row += ["Au terril", leader.display_name, "6", "20 min", "45 min"]
    found = written(bring(cast, content=csv_of(headings, row)))
    made = found.lines.get().made
    assert (made.occurred_on, made.minutes, made.preparation_minutes, made.travel_minutes) == (
        date(2024, 3, 17),
        120,
        20,
        45,
    )
    assert (made.modality, made.added_modality, made.title) == (Modality.OTHER, added, "En marche")
    assert (made.place, made.location) == ("elsewhere", "Au terril")
    share = made.shares.get()
    assert (share.trajectory, share.minutes, share.account, share.decision) == (
        cast.trajectory_a,
        120,
        "Sur le terril.",
        "On continue",
    )
    present = {(one.person, one.words.replace("\u00a0", " "), one.count) for one in made.participations.all()}
    assert present == {(leader, "", 1), (None, "6 bénévoles", 6)}


def test_account_has_the_circle_that_its_modality_calls_for_and_nothing_goes_to_the_journal(cast):
    exchange = ["18/03/2024", "Alpha", "1 h", "Espace d’échange", "Entre nous."]
    headings = [*HEADINGS, "Ressentis", "Qui peut lire"]
    content = csv_of(headings, [*ATELIER, "Fatigué", "équipe"], [*exchange, "", ""])
    written(bring(cast, content=content))
    assert list(InterventionShare.objects.order_by("pk").values_list("circle", flat=True)) == [
        Circle.STRUCTURE,
        Circle.PARTICIPANTS,
    ]
    readable = InterventionShare.objects.readable_by(cast.leader)
    assert [one.account for one in readable] == ["Le tri se fait à deux."]
    assert JournalEntry.objects.count() == 0


def test_nothing_is_noted_before_it_is_asked_for(cast):
    found = bring(cast, ATELIER)
    assert (found.state, outcomes(found), Intervention.objects.count()) == (
        ImportState.ANALYSED,
        [(2, LineOutcome.CREATE, "")],
        0,
    )


def test_same_file_brought_again_notes_nothing(cast):
    content = csv_of(HEADINGS, ATELIER, ["18/03/2024", "Alpha", "1 h", "Autre", "Un mot"])
    written(bring(cast, content=content))
    again = bring(cast, content=content)
    assert {one.outcome for one in again.lines.all()} == {LineOutcome.SAME}
    with pytest.raises(OperationRefused, match="Aucune ligne n’est à écrire"):
        operations.write_interventions(by=cast.practitioner, found=again)
    assert Intervention.objects.count() == 2


def test_file_read_twice_before_it_is_noted_is_noted_once(cast):
    first, second = bring(cast, ATELIER), bring(cast, ATELIER)
    assert {outcomes(one)[0][1] for one in (first, second)} == {LineOutcome.CREATE}
    written(first)
    written(second)
    assert Intervention.objects.count() == 1
    assert outcomes(second)[0][1] == LineOutcome.SAME


def test_intervention_noted_by_hand_is_recognised_and_another_of_that_day_is_not(cast):
    InterventionFactory(
        occurred_on=date(2024, 3, 17),
        minutes=90,
        title="",
        share={"trajectory": cast.trajectory_a, "account": "le tri se fait  à deux"},
    )
    longer = [*ATELIER[:2], "2 h", *ATELIER[3:]]
    found = bring(cast, ATELIER, longer, longer)
    assert [outcome for _number, outcome, _reason in outcomes(found)] == ["same", "create", "same"]
    assert reasons(found)[2] == "La même que la ligne 3 de ce fichier"


def test_import_is_noted_once(cast):
    found = written(bring(cast, ATELIER))
    with pytest.raises(OperationRefused, match="déjà parti"):
        operations.write_interventions(by=cast.practitioner, found=found)
    run_job(found.job_id)
    assert Intervention.objects.count() == 1


def test_who_stopped_accompanying_meanwhile_notes_nothing(cast):
    found = bring(cast, ATELIER)
    Accompaniment.objects.filter(practitioner=cast.practitioner.person).update(until=timezone.localdate())
    written(found)
    assert Intervention.objects.count() == 0
    assert reasons(found) == ["Vous n’accompagnez aucune structure nommée « Alpha »"]


# Taken back


def test_import_is_taken_back_in_one_go(cast):
    found = taken_back(written(bring(cast, ATELIER, ["18/03/2024", "Alpha", "1 h", "Autre", "Un mot"])))
    assert (found.state, Intervention.objects.count(), InterventionShare.objects.count()) == (ImportState.UNDONE, 0, 0)


def test_intervention_that_somebody_completed_or_answered_stays_and_is_said(cast):
    rows = [[f"{day}/03/2024", "Alpha", "1 h", "Autre", f"Le {day}"] for day in (17, 18, 19, 20)]
    found = written(bring(cast, *rows))
    answered, corrected, told, untouched = [line.made for line in found.lines.all()]
    AccountRemark.objects.create(share=answered.shares.get(), author=cast.leader.person, text="Merci")
    Intervention.objects.filter(pk=corrected.pk).update(version=2)
    operations.write_journal_entry(
        by=cast.practitioner, text=operations.JournalText(facts="Vu"), written_on=told.occurred_on, intervention=told
    )
    taken_back(found)
    assert set(Intervention.objects.all()) == {answered, corrected, told}
    assert reasons(found) == ["Gardée : quelqu’un l’a complétée depuis"] * 3 + [""]
    assert not Intervention.objects.filter(pk=untouched.pk).exists()


def test_what_the_file_said_goes_in_time_and_the_interventions_stay(cast):
    found = written(bring(cast, ATELIER))
    later = timezone.now() + timedelta(days=1)
    assert operations.erase_intervention_files(before=later) == 1
    line = found.lines.get()
    assert (line.cells, line.sheet, line.made.minutes, StoredFile.objects.count()) == ([], {}, 90, 0)


# Pages


@pytest.fixture
def visitor(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.practitioner))


def test_file_is_brought_noted_and_taken_back_from_the_pages(cast, visitor):
    visitor.open("/interventions/imports/")
    file = SimpleUploadedFile("suivi.csv", csv_of(HEADINGS, ATELIER, ["", "Alpha", "1 h", "Autre", "Sans date"]))
    answer = visitor.client.post("/interventions/imports/", {"file": file})
    found = InterventionImport.objects.get()
    assert answer.url == found.get_absolute_url()
    assert "Le fichier est lu" in visitor.open(answer.url).words
    worked(found)
    page = visitor.open(answer.url)
    assert page.section("Ce qui sera écrit").startswith("1 intervention notée 1 ligne à corriger, sans effet")
    assert "La date manque" in page.section("Lignes du fichier")
    visitor.press("Noter ces interventions")
    worked(found)
    assert "peut être repris" in visitor.open(answer.url).words
    assert Intervention.objects.get().get_absolute_url() in visitor.open(f"{answer.url}?lignes=create").html
    visitor.press("Tout reprendre")
    worked(found)
    assert "Repris" in visitor.open(answer.url).words
    assert Intervention.objects.count() == 0


def test_file_is_for_whoever_brought_it(cast, visitor, signed_in):
    found = bring(cast, ATELIER)
    assert visitor.client.get(found.get_absolute_url()).status_code == 200
    for name in ("coordinator", "former_practitioner"):
        assert signed_in(cast.users[name]).get(found.get_absolute_url()).status_code == 404


def test_lines_to_mend_come_back_as_a_file_that_is_read_again(cast, visitor):
    found = bring(cast, ATELIER, ["=1+1", "Alpha", "1 h", "Autre", "Un mot"])
    for kind in FORMATS:
        answer = visitor.client.get(f"/interventions/imports/{found.public_id}/refusees.{kind}")
        table = read_table(b"".join(answer.streaming_content))
        assert table[0] == [*HEADINGS, "Ligne", "Pourquoi"]
        assert table[1][:6] == ["'=1+1", "Alpha", "1 h", "Autre", "Un mot", "3"]
        assert len(table) == 2


def test_model_file_is_recognised_whole(cast, visitor):
    for kind in FORMATS:
        answer = visitor.client.get(f"/interventions/imports/modele.{kind}")
        rows = read_table(b"".join(answer.streaming_content))
        place, columns = LAYOUT.recognise(rows)
        assert (place, list(columns.values())) == (0, [one.name for one in FIELDS if not one.name.endswith("_alone")])
        assert [LAYOUT.read_line(row, columns).faults for row in rows[1:]] == [[]] * len(Modality)


def test_columns_are_corrected_from_their_page(cast, visitor):
    found = bring(cast, content=csv_of([*HEADINGS[:-1], "Chose"], ATELIER))
    assert reasons(found) == ["Le compte rendu manque : une ligne suffit"]
    page = visitor.open(f"{found.get_absolute_url()}colonnes/")
    assert "Par exemple : Le tri se fait à deux." in page.words
    visitor.press("Relire le fichier", column_4="compte rendu")
    worked(found)
    assert outcomes(found) == [(2, LineOutcome.CREATE, "")]


def test_worker_that_died_leaves_nothing_half_written_and_one_asks_again(cast, visitor):
    found = operations.receive_interventions(
        by=cast.practitioner, name="a.csv", content=csv_of(HEADINGS, ATELIER), client_key=uuid4()
    )
    backstage.give_up(job=backstage.claim(job_id=found.job_id), error="Interrompu.")
    assert "Rien n’a été écrit à moitié" in visitor.open(found.get_absolute_url()).words
    visitor.press("Recommencer")
    worked(found)
    assert found.lines.get().outcome == LineOutcome.CREATE
