"""Drills D12 to D14: the same form sent twenty times, two people who save or conclude at the same moment."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory
from tests.visitor import Page, Visitor
from trajectories.models import Closing, Intervention, InterventionShare, Reading, Viewpoint

pytestmark = pytest.mark.usefixtures("transactional_db")
END = {"reason": "alone", "review": "Un bilan.", "closed_on": timezone.localdate().isoformat()}
TWO = ("practitioner", "other_practitioner")
STORED = InterventionShare.pgh_event_model.objects.order_by("pgh_id")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each gave, all of them let go at the same moment."""
    together, given = threading.Barrier(len(calls)), dict[int, Any]()

    def run(rank: int, call: Callable[[], Any]) -> None:
        try:
            together.wait(timeout=30)
            given[rank] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [given[rank] for rank in range(len(calls))]


@pytest.fixture
def correcting(visits, cast) -> Callable[[str], Visitor]:
    """One of the two who led the same intervention, before its form."""
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    both = [cast.practitioner.person, cast.other_practitioner.person]
    share = {"trajectory": cast.trajectory_a, "account": "Le premier jet."}
    made = InterventionFactory(title="Atelier tri", created_by=both[0], practitioners=both, share=share)

    def before(name: str) -> Visitor:
        visitor = visits(name)
        visitor.open(made.get_absolute_url())
        visitor.click("Corriger")
        return visitor

    return before


def save(visitor: Visitor, account: str) -> Callable[[], Page]:
    return lambda: visitor.press("Enregistrer", account=account)


def test_form_sent_twenty_times_at_once_then_again_and_the_next_day_is_one_intervention(visits):
    ines = visits("practitioner")
    ines.open("/")
    form = ines.click("Noter une intervention pour Alpha")
    typed = {"minutes": "3 h", "account": "Une seule fois.", "title": "Atelier tri", "next_step": "Rappeler"}

    def send() -> Page:
        return visits("practitioner").press("Enregistrer", page=form, **typed)

    pages = at_once(*[send] * 20)
    pages.append(send())
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        pages.append(send())
    only = Intervention.objects.get()
    assert {page.address for page in pages} == {only.get_absolute_url()}
    assert (only.shares.count(), only.next_steps.count()) == (1, 1)


def test_two_who_save_an_account_at_the_same_moment_lose_no_text(correcting):
    ines, hugo = correcting("practitioner"), correcting("other_practitioner")
    pages = at_once(save(ines, "Le texte d’Inès."), save(hugo, "Le texte de Hugo."))
    overtaken = [page for page in pages if "Ce texte a changé entre-temps" in page.words]
    assert len(overtaken) == 1
    kept, typed = STORED.last().account, overtaken[0].typed("account")
    assert {kept, typed} == {"Le texte d’Inès.", "Le texte de Hugo."}
    assert f"Ce qui est enregistré {kept}" in overtaken[0].words
    assert STORED.count() == 2


def test_second_who_saves_again_over_what_a_third_saving_wrote_sees_it_first(correcting):
    """Opened, opened, saved, refused, saved anew by the first, saved by the second: each text was seen or kept."""
    ines, hugo = correcting("practitioner"), correcting("other_practitioner")
    save(ines, "Inès, une fois.")()
    first_refusal = save(hugo, "Hugo.")()
    correcting("practitioner")
    again = correcting("practitioner")
    save(again, "Inès, deux fois.")()
    second_refusal = save(hugo, "Hugo.")()
    assert "Ce qui est enregistré Inès, une fois." in first_refusal.words
    assert "Ce qui est enregistré Inès, deux fois." in second_refusal.words
    save(hugo, "Hugo, après Inès.")()
    assert list(STORED.values_list("account", flat=True)) == [
        *("Le premier jet.", "Inès, une fois.", "Inès, deux fois.", "Hugo, après Inès.")
    ]


def test_reading_sealed_by_two_at_once_is_sealed_once(visits, cast):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    both = [cast.practitioner.person, cast.other_practitioner.person]
    draft = ReadingFactory(
        trajectory=cast.trajectory_a, viewpoint=Viewpoint.ACCOMPANIMENT, created_by=both[0], levels={"D1": 2}
    )
    draft.authors.set(both)
    visitors = [visits(name) for name in TWO]
    for visitor in visitors:
        visitor.open(draft.get_absolute_url())
        visitor.press("Sceller cette lecture")
    pages = at_once(*[partial(visitor.press, "Sceller et partager") for visitor in visitors])
    said = sorted(page.messages[0] for page in pages)
    assert said == [
        "Attention : Cette lecture est scellée : elle ne change plus. Vous pouvez en commencer une autre.",
        "La lecture est scellée : elle se lit maintenant à côté des autres.",
    ]
    assert Reading.objects.get().is_sealed


def test_trajectory_closed_by_two_at_once_is_closed_once(visits, cast):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    visitors = [visits(name) for name in TWO]
    for visitor in visitors:
        visitor.open(reverse("trajectory_close", args=[cast.trajectory_a.public_id]))
    pages = at_once(*[partial(visitor.press, "Clore la trajectoire", **END) for visitor in visitors])
    told = ["La trajectoire est close. Rien de ce qui y est écrit ne disparaît.", "Cette trajectoire est déjà close."]
    assert [sum(words in page.words for page in pages) for words in told] == [1, 1]
    assert Closing.objects.count() == 1
