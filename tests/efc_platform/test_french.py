"""The filters of the French library and the link to the glossary."""

from datetime import UTC, date, datetime

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import path

from efc_platform.templatetags import french
from efc_platform.templatetags.glossary_link import term

urlpatterns = [path("glossaire/", lambda request: HttpResponse(), name="glossary")]


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2026, 12, 4), "4\u00a0déc.", "4\u00a0décembre 2026"),
        (date(2026, 5, 1), "1er\u00a0mai", "1er\u00a0mai 2026"),
        (date(2026, 8, 31), "31\u00a0août", "31\u00a0août 2026"),
        (None, "", ""),
    ],
)
def test_dates_are_written_in_french(day, short, long):
    assert french.short_date(day) == short
    assert french.long_date(day) == long


def test_moment_late_in_the_evening_belongs_to_the_day_in_paris():
    assert french.long_date(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == "1er\u00a0décembre 2026"


def test_month_leaves_the_day_out():
    assert french.month(date(2025, 3, 6)) == "mars 2025"
    assert french.month(None) == ""


def test_clock_gives_the_hour_in_paris():
    assert french.clock(datetime(2026, 11, 21, 16, 42, tzinfo=UTC)) == "17\u00a0h\u00a042"
    assert french.clock(datetime(2026, 11, 21, 13, 0, tzinfo=UTC)) == "14\u00a0h"
    assert french.clock(None) == ""


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ([], ""),
        ([date(2026, 12, 4), date(2026, 12, 4)], "4\u00a0décembre"),
        ([date(2026, 12, 5), date(2026, 12, 4)], "4 et 5\u00a0décembre"),
        ([date(2026, 11, 30), date(2026, 12, 9), date(2026, 12, 23)], "30\u00a0novembre, 9 et 23\u00a0décembre"),
        ([date(2026, 11, 30), date(2026, 12, 1)], "30\u00a0novembre et 1er\u00a0décembre"),
        ([datetime(2026, 11, 30, 23, 30, tzinfo=UTC), date(2026, 12, 2)], "1er et 2\u00a0décembre"),
    ],
)
def test_days_are_written_together_their_month_once(found, written):
    assert french.days(found) == written


def test_weekday_is_named():
    assert french.weekday(date(2026, 11, 26)) == "jeudi"
    assert french.weekday(None) == ""


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (180, "3\u00a0h"),
        (30, "30\u00a0min"),
        (0, "0\u00a0min"),
        (1505, "25\u00a0h\u00a005"),
        (None, ""),
    ],
)
def test_duration_is_written_in_hours_and_minutes(minutes, written):
    assert french.duration(minutes) == written


@pytest.mark.parametrize(
    ("octets", "written"), [(1, "1\u00a0ko"), (112_400, "112\u00a0ko"), (1_430_000, "1,4\u00a0Mo")]
)
def test_weight_is_written_in_kilo_and_mega_octets(octets, written):
    assert french.weight(octets) == written


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("Qu'est-ce qui est reconnu?", "Qu’est-ce qui est reconnu\u00a0?"),
        ("Bilan : oui ; vraiment !", "Bilan\u00a0: oui\u00a0; vraiment\u00a0!"),
        ("« tri en duo »", "«\u00a0tri en duo\u00a0»"),
        ("«Vraiment?»", "«\u00a0Vraiment\u00a0?\u00a0»"),
        ("à 13:30, https://exemple.fr/?a=1", "à 13:30, https://exemple.fr/?a=1"),
        (None, ""),
    ],
)
def test_tidy_gives_text_its_french_spaces(typed, tidied):
    assert french.tidy(typed) == tidied


def test_tidying_twice_changes_nothing():
    once = french.tidy("«Vraiment?» : oui!")
    assert french.tidy(once) == once


def test_today_is_the_day_in_paris(time_machine):
    time_machine.move_to(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    assert (
        Template("{% load french %}{% today as day %}{{ day|long_date }}").render(Context()) == "1er\u00a0décembre 2026"
    )


@pytest.mark.urls(__name__)
def test_term_links_to_the_glossary_and_escapes_its_words():
    assert term("travail-vivant", "travail <vivant>") == (
        '<a class="term" href="/glossaire/#travail-vivant">travail &lt;vivant&gt;</a>'
    )
