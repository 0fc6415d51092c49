"""The progress report as a document: accessible, legible, and true to its content, empty or overfull."""

import io
import re
from dataclasses import replace
from functools import cache

import pikepdf
import pytest

from efc_platform.shared.frozen import digest, from_json, to_json
from efc_platform.shared.pdf import render_pdf
from tests.pdf_checks import assert_accessible, text_of, words_off_the_page
from tests.trajectories import report_contents
from trajectories.reports import Cell, ProgressReportContent

CONTENTS = [report_contents.empty, report_contents.usual, report_contents.very_long]


def render(report: ProgressReportContent) -> bytes:
    context = {"report": report, "digest": digest(to_json(report))}
    title = f"Bilan de trajectoire : {report.structure_name}"
    return render_pdf("pdf/progress_report.html", context, title=title, issued_on=report.established_on)


# The overfull report takes seconds, and four tests look at it.
rendered = cache(render)


def plain(content: bytes) -> str:
    """The document's words on one line, cut words mended."""
    return " ".join(re.sub(r"[-\u2010\xad]\n", "", text_of(content)).split())


@pytest.mark.parametrize("content_of", CONTENTS)
def test_report_is_accessible(content_of, tmp_path):
    assert_accessible(rendered(content_of()), tmp_path)


@pytest.mark.parametrize("content_of", CONTENTS)
def test_nothing_leaves_the_page(content_of):
    assert words_off_the_page(rendered(content_of())) == []


@pytest.mark.parametrize("content_of", CONTENTS)
def test_content_frozen_as_json_comes_back_equal(content_of):
    report = content_of()
    assert from_json(ProgressReportContent, to_json(report)) == report


def test_same_content_gives_the_same_file():
    assert render(report_contents.usual()) == render(report_contents.usual())


def test_usual_report_is_short_and_light():
    content = rendered(report_contents.usual())
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert 6 <= len(pdf.pages) <= 11
        assert len(content) <= 1000 * (60 + 8 * len(pdf.pages))


def test_empty_sections_say_something_useful():
    text = plain(rendered(report_contents.empty()))
    for words in (
        "Cette page attend vos mots",
        "Aucun moment n’a été noté",
        "Aucune lecture n’a encore été partagée",
        "Les faits observés viendront",
        "Aucune intervention n’a eu lieu",
        "Aucun essai n’est en cours",
        "Rien n’est encore fixé",
        "Les traits de cette page se dessineront",
    ):
        assert words in text


def test_what_moved_is_printed_with_what_did_not():
    text = plain(rendered(report_contents.usual()))
    assert "Direction, a bougé : Mise en question (décembre 2025), puis Expérimentation" in text.replace("\u00a0", " ")
    assert "Coopération interne. Direction : toujours « Déjà-là »" in text.replace("\u00a0", " ")


def test_a_report_frozen_before_curves_were_drawn_prints_without_them():
    report = report_contents.usual()
    former = replace(report, dimensions=tuple(replace(one, words=(), moves=(), still="") for one in report.dimensions))
    assert (former.curves, "Ce qui a bougé" in plain(render(former))) == ((), False)


def test_text_is_printed_as_it_was_written():
    report = report_contents.usual()
    account = "<b>gras</b> & <script>x</script>\n{{ report }}"
    intervention = replace(report.interventions[0], account=account, heading="<i>")
    text = plain(rendered(replace(report, lead="5 < 6 & 7", interventions=(intervention,))))
    assert "<b>gras</b> & <script>x</script> {{ report }}" in text
    assert "5 < 6 & 7" in text


def test_long_accounts_are_printed_whole():
    report = report_contents.very_long()
    account = report.interventions[0].account
    assert len(account) > 5000
    words = re.sub(r"\s", "", plain(rendered(report)))
    assert words.count(re.sub(r"\s", "", account.split("\n\n")[1])) >= 6


def test_levels_on_word_only_are_named_and_the_rest_is_not_taken_for_them():
    text = plain(rendered(report_contents.usual()))
    told = text.partition("Ce qui ne tient encore que sur parole")[2].partition("Les interventions")[0]
    assert "Travail vivant, direction : Expérimentation" in told.replace("\u00a0", " ")
    assert "Solution servicielle" not in told
    assert "D’autres repères n’ont pas d’appui noté" in told
    assert "Critère : Les liens tiennent à plusieurs personnes" in text.replace("\u00a0", " ")
    assert "que sur parole" not in plain(rendered(report_contents.empty()))


def test_table_holds_the_values_of_the_drawing():
    report = report_contents.usual()
    drawn = [list(series.values) for series in report.radar.series]
    _, *columns = zip(*report.table.rows, strict=True)
    assert [[int(cell[0]) if cell[0].isdigit() else None for cell in column] for column in columns] == drawn
    text = plain(rendered(report))
    assert "sans objet" in text
    assert "pas assez d’éléments" in text
    assert "pas encore lu" in text


def test_table_says_the_level_by_its_name_and_never_sums_up():
    report = report_contents.usual()
    assert report.table.headers == ("", "Départ", "Direction", "Accompagnement", "Équipe", "Partenaire")
    second, third = "2\u00a0Mise en question", "3\u00a0Expérimentation"
    assert report.table.rows[0] == ("Travail vivant", second, third, third, second, "sans objet")


def test_contrast_needs_two_levels_of_distance_or_a_debate():
    report = report_contents.usual()
    assert [one.dimension.code for one in report.contrasts] == ["D6", "D7", "D9"]
    near = replace(report.dimensions[0], cells=(Cell(2), Cell(3), Cell(), Cell()))
    far = replace(near, cells=(Cell(2), Cell(4), Cell(), Cell()))
    assert (near.is_contrasted, far.is_contrasted) == (False, True)
    assert replace(near, cells=(Cell(), Cell(), Cell(), Cell())).is_contrasted is False


def test_contrast_gives_every_voice_even_those_that_did_not_speak():
    vision = report_contents.usual().contrasts[-1]
    assert [(viewpoint.label, said) for viewpoint, said in vision.voices] == [
        ("Direction", "Expérimentation"),
        ("Accompagnement", "Structuration"),
        ("Équipe", "Expérimentation"),
        ("Partenaire", "pas encore lu"),
    ]


def test_cover_lines_follow_each_viewpoint_from_the_shared_start():
    report = report_contents.usual()
    trends = {trend.name: trend.points for trend in report.cover.trends}
    assert trends["Écosystème territorial, Direction"] == (
        (report_contents.START, 2),
        (report_contents.MIDWAY, 3),
        (report_contents.LAST, 4),
    )
    assert "Travail vivant, Partenaire" not in trends


def test_cover_without_readings_draws_no_line():
    assert report_contents.empty().cover.trends == ()


@pytest.mark.parametrize("content_of", CONTENTS)
def test_digest_is_printed_in_one_piece(content_of):
    report = content_of()
    assert digest(to_json(report)) in text_of(rendered(report))
