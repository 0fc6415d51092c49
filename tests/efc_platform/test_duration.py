"""Durations as people write them, kept in minutes, shown the French way."""

import re

import pytest
from django import forms

from efc_platform.shared.duration import DurationField, parse_duration, write_duration


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("3 h", 180), ("3h", 180), ("3H", 180), ("3", 180), ("3 heures", 180), ("1 heure", 60)),
        *(("1 h 30", 90), ("1h30", 90), ("1:30", 90), ("1 h 05", 65), ("1 h 30 min", 90), ("2 h 5", 125)),
        *(("45 min", 45), ("45min", 45), ("90 mn", 90), ("45 minutes", 45), ("1 minute", 1), ("0 min", 0)),
        *(("1,5", 90), ("1.5", 90), ("1,5 h", 90), ("2,25 heures", 135), ("0,5 h", 30)),
        *(("2 heures 30", 150), ("1 heure 30 minutes", 90)),
        *(("1\u00a0h\u00a030", 90), ("  1  h  30  ", 90), ("1\u202fh", 60)),
    ],
)
def test_duration_is_understood(text, minutes):
    assert parse_duration(text) == minutes


@pytest.mark.parametrize("text", ["", "h", "une heure", "3 j", "-1 h", "1 h 30 h", "1 h 75", "30 m 2", "1:2:3", "٣ h"])
def test_what_says_no_duration_is_refused(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0\u00a0min"),
        (45, "45\u00a0min"),
        (60, "1\u00a0h"),
        (65, "1\u00a0h\u00a005"),
        (90, "1\u00a0h\u00a030"),
        (1440, "24\u00a0h"),
    ],
)
def test_duration_is_written_the_french_way_and_read_back(minutes, text):
    assert write_duration(minutes) == text
    assert parse_duration(text) == minutes


class Essay(forms.Form):
    minutes = DurationField(least=5)
    travel = DurationField(required=False)


@pytest.mark.parametrize(("typed", "minutes"), [("5 min", 5), ("24 h", 1440), ("1 h 30", 90)])
def test_field_keeps_minutes(typed, minutes):
    form = Essay({"minutes": typed})
    assert form.is_valid()
    assert form.cleaned_data == {"minutes": minutes, "travel": None}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Ce champ est obligatoire."),
        (
            "longtemps",
            "Écrivez une durée, par exemple «\u00a03\u00a0h\u00a0», «\u00a01\u00a0h\u00a030\u00a0» "
            "ou «\u00a045\u00a0min\u00a0».",
        ),
        ("4 min", "Cette durée doit être comprise entre 5\u00a0min et 24\u00a0h."),
        ("24 h 01", "Cette durée doit être comprise entre 5\u00a0min et 24\u00a0h."),
        ("9" * 21, "Assurez-vous que cette valeur comporte au plus 20 caractères (actuellement 21)."),
    ],
)
def test_field_says_what_it_wants(typed, said):
    assert Essay({"minutes": typed}).errors == {"minutes": [said]}


def test_field_shows_minutes_in_words_and_typed_text_as_it_was_typed():
    shown = Essay(initial={"minutes": 90, "travel": None})
    assert (shown["minutes"].value(), shown["travel"].value()) == ("1\u00a0h\u00a030", None)
    assert 'value="1\u00a0h\u00a030"' in str(shown["minutes"])
    assert 'value="longtemps"' in str(Essay({"minutes": "longtemps"})["minutes"])
