"""Drills D12 to D14: the same form sent twenty times, two people who save or conclude at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from structures.models import EcosystemActor
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory
from tests.visitor import Page, Visitor, values_of
from trajectories.models import (
    Agreement,
    Closing,
    Intervention,
    InterventionShare,
    JournalEntry,
    Reading,
    Signature,
    Viewpoint,
)

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


def told_twice(said: list[str]) -> int:
    """How many of those who came at the same moment read what somebody else had already read."""
    return sum(times - 1 for times in Counter(said).values())


@pytest.mark.fault("D12", "le même envoi vingt fois, puis au retour, puis le lendemain")
def test_form_sent_twenty_times_at_once_then_again_and_the_next_day_is_one_intervention(visits, toll):
    ines = visits("practitioner")
    ines.open("/")
    form = ines.click("Noter une intervention pour Alpha")
    typed = {"minutes": "3 h", "account": "Une seule fois.", "title": "Atelier tri", "next_step": "Rappeler"}
    typed["facts"] = "Trois silences."

    def send() -> Page:
        return visits("practitioner").press("Enregistrer", page=form, **typed)

    pages = at_once(*[send] * 20)
    pages.append(send())
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        pages.append(send())
    only = Intervention.objects.order_by("pk")[0]
    lost = sum((page.status, page.address) != (200, only.get_absolute_url()) for page in pages)
    made = [Intervention.objects.count(), JournalEntry.objects.count(), only.shares.count(), only.next_steps.count()]
    toll.settle(accepted=len(pages), lost=lost, doubled=sum(number - 1 for number in made))


@pytest.mark.fault("D12", "la même ligne envoyée vingt fois par htmx")
def test_line_sent_twenty_times_at_once_by_htmx_is_one_relation(visits, cast, toll):
    address = reverse("ecosystem", args=[cast.structure_a.public_id])
    form = dict(values_of(visits("practitioner").open(address).form_of("Ajouter")))
    form |= {"name": "Café associatif", "category": "partners", "kind": "cooperation"}

    def send() -> str:
        return visits("practitioner").client.post(address, form, headers={"HX-Request": "true"}).content.decode()

    maps = at_once(*[send] * 20)
    lost = sum("Café associatif est sur la carte." not in one for one in maps)
    toll.settle(accepted=len(maps), lost=lost, doubled=EcosystemActor.objects.count() - 1)


@pytest.mark.fault("D13", "deux personnes enregistrent au même instant")
def test_two_who_save_an_account_at_the_same_moment_lose_no_text(correcting, toll):
    ines, hugo = correcting("practitioner"), correcting("other_practitioner")
    pages = at_once(save(ines, "Le texte d’Inès."), save(hugo, "Le texte de Hugo."))
    overtaken = [page for page in pages if "Ce texte a changé entre-temps" in page.words]
    assert len(overtaken) == 1
    kept, typed = STORED.last().account, overtaken[0].typed("account")
    assert {kept, typed} == {"Le texte d’Inès.", "Le texte de Hugo."}
    assert f"Ce qui est enregistré {kept}" in overtaken[0].words
    lost = len({"Le texte d’Inès.", "Le texte de Hugo."} - {kept, typed})
    toll.settle(accepted=2, lost=lost, doubled=STORED.count() - 2)


@pytest.mark.fault("D13", "la seconde dépassée deux fois de suite")
def test_second_who_saves_again_over_what_a_third_saving_wrote_sees_it_first(correcting, toll):
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
    wanted = ["Le premier jet.", "Inès, une fois.", "Inès, deux fois.", "Hugo, après Inès."]
    found = list(STORED.values_list("account", flat=True))
    assert found == wanted
    toll.settle(accepted=len(wanted), lost=len(set(wanted) - set(found)), doubled=told_twice(found))


@pytest.mark.fault("D13", "un enregistrement partiel, l’onglet meurt, l’autre enregistre")
def test_what_was_saved_in_the_background_before_another_saved_comes_back_beside_it(correcting, toll):
    """Opened by both; the page of the second keeps a part by itself and dies; the first saves; the second comes back:
    their words are there, and saving them shows first what was written meanwhile."""
    ines, hugo = correcting("practitioner"), correcting("other_practitioner")
    part = dict(values_of(hugo.page.form_of("Enregistrer"))) | {"account": "Le début de Hugo."}
    answer = hugo.client.post("/brouillons/garder/", part, headers={"Accept": "application/json"})
    assert answer.json()["kept"]
    save(ines, "Le texte d’Inès.")()
    assert STORED.last().account == "Le texte d’Inès."
    back = correcting("other_practitioner")
    assert back.page.typed("account") == "Le début de Hugo."
    overtaken = back.press("Enregistrer")
    assert "Ce qui est enregistré Le texte d’Inès. Ce que vous avez écrit Le début de Hugo." in overtaken.words
    back.press("Enregistrer")
    found = list(STORED.values_list("account", flat=True))
    wanted = ["Le premier jet.", "Le texte d’Inès.", "Le début de Hugo."]
    toll.settle(accepted=len(wanted), lost=len(set(wanted) - set(found)), doubled=told_twice(found))


@pytest.mark.fault("D14", "une lecture scellée par deux personnes au même instant")
def test_reading_sealed_by_two_at_once_is_sealed_once(visits, cast, toll):
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
    said = [page.messages[0] for page in pages]
    told = [
        "Attention : Cette lecture est scellée : elle ne change plus. Vous pouvez en commencer une autre.",
        "La lecture est scellée : elle se lit maintenant à côté des autres.",
    ]
    assert Reading.objects.get().is_sealed
    toll.settle(accepted=2, lost=len(set(told) - set(said)), doubled=told_twice(said))


@pytest.mark.fault("D14", "une convention signée par deux au même instant, au même nom")
def test_agreement_signed_by_two_at_once_in_the_same_name_is_signed_once(visits, cast, toll):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    words = {"aim": "Durer", "working_question": "Comment ?", "days_agreed": "4", "modalities": "Sur place"}
    writer = visits("practitioner")
    writer.open(reverse("agreement_write", args=[cast.trajectory_a.public_id]))
    writer.press("Enregistrer", board_says="not_asked", board_not_asked="Délégation", **words)
    visitors = [visits(name) for name in TWO]
    for visitor in visitors:
        visitor.open(reverse("agreement_sign", args=[cast.trajectory_a.public_id, 0, "practitioner"]))
    pages = at_once(*[partial(visitor.press, "Je signe") for visitor in visitors])
    told = ["C’est signé. Merci : le texte ne change plus.", "Cette signature est déjà donnée."]
    seen = [sum(words in page.words for page in pages) for words in told]
    assert Agreement.objects.get().is_frozen
    toll.settle(accepted=2, lost=seen.count(0), doubled=Signature.objects.count() - 1)


@pytest.mark.fault("D14", "une trajectoire close par deux personnes au même instant")
def test_trajectory_closed_by_two_at_once_is_closed_once(visits, cast, toll):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    visitors = [visits(name) for name in TWO]
    for visitor in visitors:
        visitor.open(reverse("trajectory_close", args=[cast.trajectory_a.public_id]))
    pages = at_once(*[partial(visitor.press, "Clore la trajectoire", **END) for visitor in visitors])
    told = ["La trajectoire est close. Rien de ce qui y est écrit ne disparaît.", "Cette trajectoire est déjà close."]
    seen = [sum(words in page.words for page in pages) for words in told]
    cast.trajectory_a.refresh_from_db()
    assert cast.trajectory_a.closed_on
    toll.settle(accepted=2, lost=seen.count(0), doubled=Closing.objects.count() - 1)
