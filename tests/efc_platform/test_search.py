"""The search configuration: French stems, with and without accents."""

import pytest
from django.db import connection

from efc_platform.shared.search import LONGEST, typed_words


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("salaries", "Les salariés du quai"),
        ("salariés", "LES SALARIES"),
        ("cooperation", "une coopération élargie"),
        ("bénévole", "quatre benevoles"),
        ("renoncé", "ils ont renoncé"),
        ("l’atelier", "un atelier de tri"),
    ],
)
def test_words_are_found_whatever_their_accents_and_endings(db, typed, text):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('french_unaccent', %s) @@ websearch_to_tsquery('french_unaccent', %s)", [text, typed]
        )
        assert cursor.fetchone() == (True,)


def test_typed_words_are_bounded_and_without_nul():
    assert typed_words("  deux\x00  mots ") == "deux mots"
    assert len(typed_words("a" * 1000)) == LONGEST
