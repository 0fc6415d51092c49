"""« Qui voit quoi » says what the table of acts says."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import TABLE, Standing, acts_of, find_act
from efc_platform.pages.who_sees_what import in_words
from tests.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(Client())


def test_page_shows_every_line_of_the_table_under_its_heading(visitor):
    page = visitor.open(reverse("who_sees_what"))
    for part in TABLE:
        shown = page.section(part.heading)
        for one in part.acts.values():
            assert " ".join(one.label.split()) in shown


@pytest.mark.parametrize("place", Standing)
def test_page_seen_from_one_place_shows_what_is_open_to_it_and_no_more(visitor, place):
    words = visitor.open(f"{reverse('who_sees_what')}?place={place}").words
    shown = {name for part in TABLE for name, one in part.acts.items() if " ".join(one.label.split()) in words}
    assert shown == acts_of(place) | acts_of(Standing.SIGNED_IN)


def test_unknown_place_shows_the_whole_table(visitor):
    whole = visitor.open(reverse("who_sees_what")).words
    assert visitor.open(f"{reverse('who_sees_what')}?place=%00x").words == whole


def test_those_who_go_together_are_said_together():
    assert in_words(find_act("read_shared_texts").open_to) == [
        "toutes les personnes de la structure",
        "les personnes qui accompagnent la structure",
    ]
    assert in_words(find_act("keep_sheet").open_to) == [
        "la coordination",
        "les personnes qui accompagnent la structure",
        "la dirigeance de la structure",
    ]
