"""A spreadsheet brought: read as it is, said line by line, decided, written in one go, taken back in one go."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AccessAct, AccessEvent
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import JobState, StoredFile
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.spreadsheets import FORMATS, read_table
from structures import operations
from structures.imports import FIELDS, LAYOUT
from structures.models import Choice, ImportLine, ImportState, Outcome, Structure, StructureImport
from structures.permissions import can_import_structures
from tests.factories.spreadsheets import csv_of, file_of, messy_workbook, siret_of
from tests.factories.structures import MembershipFactory, StructureFactory
from tests.stored import path_of
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
named, read_line, recognise = LAYOUT.named, LAYOUT.read_line, LAYOUT.recognise
HEADINGS = ["Nom", "SIRET", "Commune", "Activité"]


def bring(cast, content: bytes, **options) -> StructureImport:
    """Received, and read by a worker."""
    found = operations.receive_import(
        by=cast.coordinator, name="suivi.csv", content=content, client_key=uuid4(), **options
    )
    return worked(found)


def worked(found: StructureImport) -> StructureImport:
    run_job(StructureImport.objects.get(pk=found.pk).job_id)
    found.refresh_from_db()
    assert found.job.state == JobState.READY, found.job.error
    return found


def written(cast, found: StructureImport) -> StructureImport:
    operations.write_import(by=cast.coordinator, found=found)
    return worked(found)


def taken_back(cast, found: StructureImport) -> StructureImport:
    operations.undo_import(by=cast.coordinator, found=found)
    return worked(found)


def outcomes(found: StructureImport) -> list[tuple[int, str, str]]:
    return [(one.number, one.outcome, one.reason.split("\n")[0]) for one in found.lines.all()]


def test_coordination_alone_imports(cast):
    assert {name for name, user in cast.users.items() if can_import_structures(user)} == {"coordinator"}
    with pytest.raises(OperationRefused, match="Seule la coordination"):
        operations.receive_import(by=cast.leader, name="a.csv", content=b"Nom\nGamma", client_key=uuid4())


# Headings


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Nom", "name"),
        ("RAISON SOCIALE", "name"),
        ("n° Siret", "siret"),
        ("Code Postal", "postcode"),
        ("Secteur d’activité", "sector"),
        ("Département", "department"),
        ("Remarques", None),
        ("", None),
    ],
)
def test_heading_is_understood_as_people_write_it(heading, field):
    assert named(heading) == field


def test_every_field_is_named_by_its_own_label():
    assert [named(one.label) for one in FIELDS] == [one.name for one in FIELDS]


def test_headings_are_found_under_titles_in_any_order_with_their_stars_and_notes():
    rows = [["Suivi des structures"], [], ["Ville", "Nom*", "SIRET (14 chiffres)", "Note"], ["Lens", "Gamma", "", ""]]
    assert recognise(rows) == (2, {0: "commune_name", 1: "name", 2: "siret"})


def test_field_named_twice_is_that_of_the_first_column():
    assert recognise([["Nom", "Structure", "Ville", "Commune"]]) == (0, {0: "name", 2: "commune_name"})


# Cells


@pytest.mark.parametrize(
    ("field", "cell", "sheet"),
    [
        ("siret", "732 829 320 00074", {"siret": "73282932000074", "siren": "732829320"}),
        ("siret", siret_of(-9_000_000)[1:], {"siret": siret_of(-9_000_000), "siren": siret_of(-9_000_000)[:9]}),
        ("postcode", "1000", {"postcode": "01000"}),
        ("postcode", "62 110", {"postcode": "62110"}),
        ("rna", "w621000123", {"rna": "W621000123"}),
        ("ape_code", "9499z", {"ape_code": "94.99Z"}),
        ("legal_form", "Assoc. loi 1901", None),
        ("legal_form", "ASSO", {"legal_form": "association"}),
        ("legal_form", "S.C.I.C.", {"legal_form": "scic"}),
        ("founded", "2009-03-17", {"founded_in": 2009, "founded_on": date(2009, 3, 17)}),
        ("founded", "17/03/2009", {"founded_in": 2009, "founded_on": date(2009, 3, 17)}),
        ("founded", "17 mars 2009", {"founded_in": 2009, "founded_on": date(2009, 3, 17)}),
        ("founded", "1er août 2009", {"founded_in": 2009, "founded_on": date(2009, 8, 1)}),
        ("founded", "2009", {"founded_in": 2009}),
        ("founded", "jadis", None),
        ("founded", "3009", None),
        ("accreditations", "Esus ; IAE", {"accreditations": ["esus", "siae"]}),
        ("accreditations", "Label rouge", None),
        ("website", "exemple.fr", {"website": "https://exemple.fr"}),
        ("website", "javascript:alert(1)", None),
        ("sector", "x" * 201, None),
    ],
)
def test_cell_is_read_or_refused(field, cell, sheet):
    line = read_line(["Gamma", cell], {0: "name", 1: field})
    if sheet is None:
        assert len(line.faults) == 1
    else:
        assert (line.sheet, line.faults) == ({"name": "Gamma"} | sheet, [])


def test_siret_that_the_spreadsheet_spoilt_says_so():
    (fault,) = read_line(["Gamma", "7,32829E+13"], {0: "name", 1: "siret"}).faults
    assert fault == "SIRET\u00a0: le tableur l’a remplacé par 7,32829E+13\u00a0: retapez-le, la colonne en format texte"


def test_line_says_all_that_there_is_to_mend():
    faults = read_line(["", "123", "hier"], {0: "name", 1: "siret", 2: "founded"}).faults
    assert [fault.split("\u00a0")[0] for fault in faults] == ["SIRET", "Création", "Le nom manque"]


# Said line by line


def test_each_line_says_what_it_would_do(cast):
    known = StructureFactory(name="Pain commun", siren=siret_of(1)[:9], siret=siret_of(1), commune_name="Lille")
    StructureFactory(name="Le Fil long", commune_name="Roubaix", sector="Couture")
    found = bring(
        cast,
        csv_of(
            HEADINGS,
            ["Gamma", siret_of(2), "Lens", ""],
            ["Autre nom", siret_of(1), "Lille", "Boulangerie"],
            ["le fil long", "", "ROUBAIX", "Couture"],
            ["Fil long", "", "Roubaix", ""],
            ["Delta", "123", "", ""],
            ["Gamma bis", siret_of(2), "Lens", ""],
            ["", "", "", ""],
            ["Epsilon", "", "Lens", ""],
            ["Epsilon", "", "Lens", ""],
        ),
    )
    assert outcomes(found) == [
        (2, "create", ""),
        (3, "update", "Reconnue par le même SIRET"),
        (4, "same", "Reconnue par le même nom, dans la même commune"),
        (5, "doubt", "Un nom proche, dans la même commune"),
        (6, "refused", "SIRET\u00a0: un SIRET compte quatorze chiffres, par exemple 732 829 320 00074."),
        (7, "refused", "Même SIRET que la ligne 2 de ce fichier"),
        (9, "create", ""),
        (10, "doubt", "Même nom et même commune que la ligne 9 de ce fichier"),
    ]
    assert found.lines.get(number=3).candidate == known
    assert Structure.objects.count() == 4


@pytest.mark.parametrize("kind", FORMATS)
def test_file_of_any_format_is_read_the_same(cast, kind):
    found = bring(cast, file_of(kind, HEADINGS, ["L’Épicerie", siret_of(3), "Lens", ""]))
    assert [line.sheet["name"] for line in found.lines.all()] == ["L’Épicerie"]


def test_latin_text_is_read(cast):
    found = bring(cast, csv_of(["Nom", "Activité"], ["L’Épicerie", "Réemploi"], encoding="cp1252"))
    assert found.lines.get().sheet == {"name": "L’Épicerie", "sector": "Réemploi"}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"Ville;Rue\nLens;Basse"])
def test_file_that_names_no_structure_is_refused_beside_its_field_and_nothing_is_kept(cast, content):
    with pytest.raises(OperationRefused) as refused:
        operations.receive_import(by=cast.coordinator, name="x.xlsx", content=content, client_key=uuid4())
    assert refused.value.field == "file"
    assert (StructureImport.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_columns_are_corrected_and_the_file_read_again(cast):
    found = bring(cast, csv_of(["Nom", "Chose", "Ville"], ["Gamma", "Réemploi", "Lens"]))
    operations.set_import_columns(by=cast.coordinator, found=found, columns={0: "name", 1: "sector"}, replaces=True)
    worked(found)
    assert (found.lines.get().sheet, found.replaces) == ({"name": "Gamma", "sector": "Réemploi"}, True)


@pytest.mark.parametrize("columns", [{1: "sector"}, {0: "name", 1: "name"}])
def test_columns_that_make_no_sense_are_refused(cast, columns):
    found = bring(cast, csv_of(["Nom", "Chose"], ["Gamma", "Réemploi"]))
    with pytest.raises(OperationRefused):
        operations.set_import_columns(by=cast.coordinator, found=found, columns=columns, replaces=False)


# Written


def test_lines_are_written_and_say_which_sheet_they_made(cast):
    known = StructureFactory(name="Pain commun", commune_name="Lille", sector="Pain")
    found = bring(
        cast,
        csv_of(
            [*HEADINGS, "Région"], ["Gamma", siret_of(2), "Lens", "", ""], ["Pain commun", "", "Lille", "Autre", "Nord"]
        ),
    )
    written(cast, found)
    known.refresh_from_db()
    gamma = Structure.objects.get(name="Gamma")
    assert (gamma.siret, gamma.commune_name, gamma.version) == (siret_of(2), "Lens", 1)
    assert (known.sector, known.region, known.version) == ("Pain", "Nord", 2)
    assert [line.made for line in found.lines.all()] == [gamma, known]
    assert found.lines.get(number=3).changed == {"region": ["", "Nord"]}


def test_file_wins_where_one_said_so_but_never_over_a_name(cast):
    known = StructureFactory(name="Pain commun", siren=siret_of(1)[:9], siret=siret_of(1), sector="Pain")
    written(cast, bring(cast, csv_of(HEADINGS, ["Boulange", siret_of(1), "", "Boulangerie"]), replaces=True))
    known.refresh_from_db()
    assert (known.name, known.sector) == ("Pain commun", "Boulangerie")


def test_same_file_brought_again_changes_nothing(cast):
    content = csv_of(HEADINGS, ["Gamma", siret_of(2), "Lens", "Réemploi"], ["Delta", "", "Lens", ""])
    written(cast, bring(cast, content))
    again = bring(cast, content)
    assert {one.outcome for one in again.lines.all()} == {Outcome.SAME}
    with pytest.raises(OperationRefused, match="Aucune ligne n’est à écrire"):
        operations.write_import(by=cast.coordinator, found=again)


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (Choice.CREATE, ["Fil long", "Gamma", "Le Fil long"]),
        (Choice.UPDATE, ["Gamma", "Le Fil long"]),
        (Choice.LEAVE, ["Gamma", "Le Fil long"]),
        ("", ["Gamma", "Le Fil long"]),
    ],
)
def test_doubt_is_what_one_decides_and_nothing_without_a_decision(cast, choice, names):
    known = StructureFactory(name="Le Fil long", commune_name="Roubaix")
    found = bring(cast, csv_of(HEADINGS, ["Fil long", "", "Roubaix", "Couture"], ["Gamma", "", "", ""]))
    if choice:
        assert operations.decide_lines(by=cast.coordinator, found=found, choices={2: choice, 3: choice}) == 1
    written(cast, found)
    known.refresh_from_db()
    made = Structure.objects.exclude(pk__in=[cast.structure_a.pk, cast.structure_b.pk])
    assert sorted(made.values_list("name", flat=True)) == names
    assert known.sector == ("Couture" if choice == Choice.UPDATE else "")


def test_number_that_another_sheet_took_meanwhile_refuses_its_line(cast):
    found = bring(cast, csv_of(HEADINGS, ["Gamma", siret_of(2), "", ""], ["Delta", "", "", ""]))
    StructureFactory(siren=siret_of(2)[:9], siret=siret_of(2))
    written(cast, found)
    assert outcomes(found)[0] == (2, "refused", f"Une fiche porte déjà le numéro {siret_of(2)}")
    assert Structure.objects.filter(name="Delta").exists()


def test_import_is_written_once(cast):
    found = written(cast, bring(cast, csv_of(HEADINGS, ["Gamma", "", "", ""])))
    with pytest.raises(OperationRefused, match="déjà parti"):
        operations.write_import(by=cast.coordinator, found=found)
    run_job(found.job_id)
    assert Structure.objects.filter(name="Gamma").count() == 1


def test_history_says_who_made_the_sheets(cast):
    written(cast, bring(cast, csv_of(HEADINGS, ["Gamma", "", "", ""])))
    event = Structure.pgh_event_model.objects.get(name="Gamma")
    assert event.pgh_context.metadata["user"] == cast.coordinator.pk


# Taken back


def test_import_is_taken_back_in_one_go(cast):
    known = StructureFactory(name="Pain commun", commune_name="Lille")
    found = written(
        cast, bring(cast, csv_of(HEADINGS, ["Gamma", "", "", ""], ["Pain commun", siret_of(1), "Lille", "Pain"]))
    )
    taken_back(cast, found)
    known.refresh_from_db()
    assert (known.sector, known.siret, Structure.objects.filter(name="Gamma").exists()) == ("", "", False)
    assert found.state == ImportState.UNDONE


def test_sheet_that_somebody_works_with_stays_and_is_said(cast):
    found = written(cast, bring(cast, csv_of(HEADINGS, *[[name, "", "", ""] for name in ("Un", "Deux", "Trois")])))
    MembershipFactory(structure=Structure.objects.get(name="Un"))
    operations.edit_structure(
        by=cast.coordinator, structure=Structure.objects.get(name="Deux"), expected_version=1, sector="Pain"
    )
    taken_back(cast, found)
    assert list(Structure.objects.filter(import_lines__import_of=found).values_list("name", flat=True)) == [
        "Un",
        "Deux",
    ]
    assert outcomes(found)[0][2] == "Gardée\u00a0: quelqu’un travaille déjà avec cette fiche"


def test_sheet_completed_then_rewritten_keeps_what_was_rewritten(cast):
    known = StructureFactory(name="Pain commun", commune_name="Lille")
    found = written(cast, bring(cast, csv_of(HEADINGS, ["Pain commun", "", "Lille", "Pain"])))
    Structure.objects.filter(pk=known.pk).update(sector="Boulangerie")
    taken_back(cast, found)
    known.refresh_from_db()
    assert known.sector == "Boulangerie"


@pytest.mark.parametrize(("days", "is_late"), [(29, False), (31, True)])
def test_import_is_taken_back_for_thirty_days(cast, days, is_late):
    found = written(cast, bring(cast, csv_of(HEADINGS, ["Gamma", "", "", ""])))
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert found.may_be_taken_back is not is_late
        if is_late:
            with pytest.raises(OperationRefused, match="ce délai est passé"):
                operations.undo_import(by=cast.coordinator, found=found)


def test_what_the_file_said_goes_in_time_and_the_sheets_stay(cast):
    found = written(cast, bring(cast, csv_of([*HEADINGS, "Courriel"], ["Gamma", "", "", "", "lea@essai.example"])))
    path = path_of(found.file)
    assert operations.erase_old_imports(before=timezone.now() + timedelta(days=1)) == 1
    line = found.lines.get()
    assert (line.cells, line.sheet, line.made.name, StoredFile.objects.count()) == ([], {}, "Gamma", 0)
    assert path.exists()


# Pages


@pytest.fixture
def visitor(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.coordinator))


def test_refused_lines_come_back_as_a_file_that_says_why(cast, visitor):
    found = bring(cast, csv_of(["Nom", "Remarque", "SIRET"], ["Delta", "=1+1", "123"], ["Gamma", "", ""]))
    for kind in FORMATS:
        answer = visitor.client.get(f"/structures/imports/{found.public_id}/refusees.{kind}")
        table = read_table(b"".join(answer.streaming_content))
        assert table[0] == ["Nom", "", "SIRET", "Ligne", "Pourquoi"]
        assert table[1][:4] == ["Delta", "'=1+1", "123", "2"]
        assert len(table) == 2


def test_model_file_is_recognised_whole(cast, visitor):
    for kind in FORMATS:
        answer = visitor.client.get(f"/structures/imports/modele.{kind}")
        rows = read_table(b"".join(answer.streaming_content))
        place, columns = recognise(rows)
        assert (place, list(columns.values())) == (0, [one.name for one in FIELDS])
        assert read_line(rows[1], columns).faults == []


def test_list_is_taken_away_as_one_sees_it_and_the_log_says_so(cast, signed_in):
    client = signed_in(cast.leader)
    for kind in FORMATS:
        answer = client.get(f"/structures/export.{kind}")
        table = read_table(b"".join(answer.streaming_content))
        assert [row[0] for row in table] == ["Nom", "Alpha"]
        assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert AccessEvent.objects.filter(act=AccessAct.DOWNLOADED, about_kind="structures").count() == 3


def test_list_that_was_searched_is_taken_away_as_searched(cast, visitor):
    answer = visitor.client.get("/structures/export.csv?q=beta")
    assert [row[0] for row in read_table(b"".join(answer.streaming_content))] == ["Nom", "Bêta"]


def test_sheet_says_by_which_import_it_came_as_long_as_it_stands(cast, visitor):
    found = written(cast, bring(cast, csv_of(HEADINGS, ["Gamma", "", "", ""])))
    gamma = Structure.objects.get(name="Gamma")
    MembershipFactory(structure=gamma)
    assert "Provenance import du" in visitor.open(gamma.get_absolute_url()).words
    taken_back(cast, found)
    assert "Provenance" not in visitor.open(gamma.get_absolute_url()).words


def test_file_is_brought_decided_written_and_taken_back_from_the_pages(cast, visitor):
    StructureFactory(name="Le Fil long", commune_name="Roubaix")
    visitor.open("/structures/imports/")
    file = SimpleUploadedFile("suivi.csv", csv_of(HEADINGS, ["Fil long", "", "Roubaix", ""], ["Gamma", "", "", ""]))
    answer = visitor.client.post("/structures/imports/", {"file": file, "replaces": "keep"})
    found = StructureImport.objects.get()
    assert answer.url == found.get_absolute_url()
    assert "Le fichier est lu" in visitor.open(answer.url).words
    worked(found)
    page = visitor.open(answer.url)
    assert "1 fiche créée" in page.section("Ce qui sera écrit")
    assert "Le Fil long" in page.section("Lignes du fichier")
    assert visitor.press("Garder ces décisions", line_2="create").messages == [
        "1 ligne décidée. Rien n’est encore écrit dans les fiches."
    ]
    visitor.press("Écrire ces fiches")
    worked(found)
    assert "peut être repris" in visitor.open(answer.url).words
    assert Structure.objects.filter(name__in=["Fil long", "Gamma"]).count() == 2
    visitor.press("Tout reprendre")
    worked(found)
    assert "Repris" in visitor.open(answer.url).words
    assert Structure.objects.filter(name__in=["Fil long", "Gamma"]).count() == 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"Ville\nLens"])
def test_file_that_cannot_be_read_is_refused_beside_its_field(visitor, content):
    file = SimpleUploadedFile("x.xlsx", content)
    page = visitor._arrive(
        visitor.client.post("/structures/imports/", {"file": file, "replaces": "keep"}, follow=True), ""
    )
    assert list(page.errors()) == ["file"]


def test_columns_are_corrected_from_their_page(cast, visitor):
    found = bring(cast, csv_of(["Nom", "Chose"], ["Gamma", "Réemploi"]))
    page = visitor.open(f"{found.get_absolute_url()}colonnes/")
    assert "Par exemple : Réemploi" in page.words
    assert "Choisissez un des champs" in visitor.press("Relire le fichier", column_1="N’importe quoi").words
    visitor.press("Relire le fichier", column_1="activité")
    worked(found)
    assert found.lines.get().sheet == {"name": "Gamma", "sector": "Réemploi"}


def test_worker_that_died_leaves_nothing_half_written_and_one_asks_again(cast, visitor):
    found = operations.receive_import(by=cast.coordinator, name="a.csv", content=b"Nom\nGamma", client_key=uuid4())
    backstage.give_up(job=backstage.claim(job_id=found.job_id), error="Interrompu.")
    assert "Rien n’a été écrit à moitié" in visitor.open(found.get_absolute_url()).words
    visitor.press("Recommencer")
    worked(found)
    assert found.lines.get().outcome == Outcome.CREATE


def test_unknown_format_is_not_found(visitor):
    assert visitor.client.get("/structures/export.exe").status_code == 404


def test_ten_thousand_sheets_are_taken_away_in_as_many_queries_as_three_of_the_same_batch(
    cast, visitor, django_assert_max_num_queries
):
    Structure.objects.bulk_create([Structure(name=f"Structure {rank}") for rank in range(2000)])
    with django_assert_max_num_queries(14):
        answer = visitor.client.get("/structures/export.csv")
        assert len(b"".join(answer.streaming_content).splitlines()) == 2003


# Sizes


def test_messy_workbook_is_understood(cast):
    found = bring(cast, messy_workbook(100))
    assert found.columns == {
        "0": "postcode",
        "1": "commune_name",
        "2": "name",
        "3": "siret",
        "4": "legal_form",
        "5": "founded",
    }
    lines = list(found.lines.all())
    assert len(lines) == 100
    assert {line.outcome for line in lines} == {Outcome.CREATE, Outcome.REFUSED}
    good = lines[1]
    assert (good.sheet["postcode"], good.sheet["siret"], good.sheet["founded_on"]) == (
        "01001",
        siret_of(1),
        "2001-01-02",
    )
    assert [line.number for line in lines[38:41]] == [42, 44, 45]
    assert ImportLine.objects.filter(outcome=Outcome.REFUSED).first().reason.startswith("SIRET")
