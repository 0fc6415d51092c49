"""A journal is searched by its author, page by page, and by nothing else."""

from datetime import date, timedelta

import pytest

from trajectories.models import JournalEntry
from trajectories.operations import JournalText, find_in_journal, journal, write_journal_entry


@pytest.fixture
def pages(cast):
    """Three days, from the oldest."""
    texts = [
        JournalText(facts="Le relais de l’été"),
        JournalText(feelings="RELAIS, et un silence"),
        JournalText("Rien"),
    ]
    days = [date(2024, 5, 1) + timedelta(days=rank) for rank in range(3)]
    for text, day in zip(texts, days, strict=True):
        write_journal_entry(by=cast.practitioner, text=text, written_on=day)
    write_journal_entry(by=cast.other_practitioner, text=JournalText(facts="Mon relais"), written_on=days[0])


def found(by, words: str) -> list[date]:
    return [entry.written_on for entry, _text in find_in_journal(by=by, words=words)]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("relais", [2, 1]),
        ("Ete RELAIS", [1]),
        ("silence été", []),
        ("absent", []),
        ("   ", []),
    ],
)
def test_pages_that_hold_every_word_are_found_whatever_the_accents_the_newest_first(cast, pages, words, days):
    assert found(cast.practitioner, words) == [date(2024, 5, day) for day in days]


def test_nobody_finds_anything_in_anothers_journal(cast, pages):
    assert found(cast.other_practitioner, "silence") == []
    assert found(cast.coordinator, "relais") == []


def test_only_so_many_pages_are_opened(cast, pages, monkeypatch):
    monkeypatch.setattr(journal, "SEARCHED", 2)
    assert found(cast.practitioner, "relais") == [date(2024, 5, 2)]


def test_page_of_the_journal_says_what_was_looked_for_and_how_far(cast, pages, signed_in):
    html = signed_in(cast.practitioner).get("/journal/?q=relais").content.decode()
    assert "2 pages où se lit" in html
    assert JournalEntry.objects.count() == 4
    empty = signed_in(cast.practitioner).get("/journal/?q=introuvable").content.decode()
    assert "Aucune page où se lit" in empty
