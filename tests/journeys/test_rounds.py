"""A round, from its preparation to its meeting, as people go through its pages; and two of them at the same moment."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused
from tests.factories.rounds import open_round, prepare, seal, write
from tests.journeys.test_at_once import at_once
from tests.visitor import Page, Visitor
from trajectories import operations
from trajectories.models import Reading, Round, Settlement, Viewpoint

DIRECTION, ACCOMPANIMENT = Viewpoint.DIRECTION, Viewpoint.ACCOMPANIMENT


def seal_by_hand(visitor: Visitor, button: str = "Sceller") -> Page:
    visitor.press("Sceller cette lecture")
    return visitor.press(button)


def read_by_hand(visitor: Visitor, tour: Round, level: str, fact: str) -> Page:
    visitor.open(tour.get_absolute_url())
    draft = visitor.press("Écrire ce regard")
    visitor.open(f"{draft.address}D1/")
    visitor.press("Enregistrer et s’arrêter là", answer=level, observed_fact=fact)
    return visitor.open(draft.address)


def test_round_goes_from_its_preparation_to_a_disagreement_that_is_kept(visits, cast):
    ines, nadia = visits("practitioner"), visits("leader")
    ines.open(reverse("readings", args=[cast.trajectory_a.public_id]))
    ines.click("Préparer un tour (départ)")
    today = timezone.localdate().isoformat()
    page = ines.press("Préparer le tour", viewpoints=["direction", "accompaniment"], opens_on=today)
    tour = Round.objects.get()
    assert page.address == tour.get_absolute_url()
    first = read_by_hand(nadia, tour, "2", "On ne voit pas le travail du tri.")
    assert "personne d’autre ne la lit avant que le tour s’ouvre" in seal_by_hand(nadia).messages[0]
    assert "Scellée, en attente des autres" in nadia.open(first.address).words
    seen = ines.open(tour.get_absolute_url())
    assert "Direction · scellée, en attente des autres" in seen.section("Les regards")
    assert ines.open(first.address).status == 404
    read_by_hand(ines, tour, "4", "Une heure est protégée.")
    assert "elle se lit maintenant à côté des autres" in seal_by_hand(ines).messages[0]
    ines.open(tour.get_absolute_url())
    met = ines.click("La rencontre")
    assert "On ne voit pas le travail du tri." in met.section("Travail vivant")
    ines.click("Noter où nous en sommes : Travail vivant")
    typed = {"voice-direction": "On ne le voit pas.", "voice-accompaniment": "Une heure est protégée."}
    done = ines.press("Noter", outcome="kept", words="On en reparle.", **typed)
    assert "Nous gardons le désaccord" in done.section("Travail vivant")
    dimension = nadia.open(reverse("dimension", args=[cast.trajectory_a.public_id, "D1"]))
    told = dimension.section("Ce que les rencontres ont donné")
    assert "Direction · On ne le voit pas." in told
    assert "Accompagnement · Une heure est protégée." in told


def test_meeting_is_not_there_before_the_round_is_open(visits, cast):
    tour = prepare(cast)
    seal(cast, tour, DIRECTION, {"D1": 2})
    page = visits("practitioner").open(reverse("meeting", args=[tour.public_id]))
    assert (page.address, "direction voit D1" in page.words) == (tour.get_absolute_url(), False)
    asked = visits("leader").open(reverse("settlement", args=[tour.public_id, "D1"]))
    assert asked.address == tour.get_absolute_url()


def test_view_that_never_came_is_left_out_from_its_page(visits, cast):
    tour = prepare(cast)
    seal(cast, tour, DIRECTION, {"D1": 2})
    ines = visits("practitioner")
    ines.open(tour.get_absolute_url())
    ines.click("Laisser ce regard de côté : accompagnement")
    page = ines.press("Laisser de côté", why="Nous n’avons pas trouvé de date.")
    views = page.section("Les regards")
    assert "laissé de côté le" in views
    assert "Nous n’avons pas trouvé de date." in views
    assert "Un seul regard est venu" in page.words


def test_form_to_leave_out_that_was_overtaken_keeps_its_reason(visits, cast):
    tour = prepare(cast, DIRECTION, ACCOMPANIMENT, Viewpoint.PARTNER)
    ines, nadia = visits("practitioner"), visits("leader")
    for visitor in (ines, nadia):
        visitor.open(reverse("round_leave_out", args=[tour.public_id, "partner"]))
    nadia.open(reverse("round_leave_out", args=[tour.public_id, "direction"]))
    nadia.press("Laisser de côté", why="Absente.")
    page = ines.press("Laisser de côté", why="Partenaire parti.")
    assert "Le tour a avancé entre-temps" in page.words
    assert page.typed("why") == "Partenaire parti."
    assert "laissé de côté" in ines.press("Laisser de côté").section("Les regards")


def test_outcome_noted_by_another_meanwhile_is_shown_and_the_form_keeps_its_words(visits, cast):
    tour = open_round(cast, {"D1": 2}, {"D1": 4})
    ines, nadia = visits("practitioner"), visits("leader")
    for visitor in (ines, nadia):
        visitor.open(reverse("settlement", args=[tour.public_id, "D1"]))
    form = nadia.page
    nadia.press("Noter", outcome="agreed", words="Ensemble, dit Nadia.")
    nadia.press("Noter", page=form, outcome="agreed", words="Ensemble, dit Nadia.")
    assert Settlement.objects.count() == 1
    page = ines.press("Noter", outcome="agreed", words="Ensemble, dit Inès.")
    assert "Une issue vient d’être notée" in page.words
    assert "Ensemble, dit Nadia." in page.words
    assert page.typed("words") == "Ensemble, dit Inès."
    ines.press("Noter")
    assert [one.words for one in Settlement.objects.order_by("number")] == [
        "Ensemble, dit Nadia.",
        "Ensemble, dit Inès.",
    ]


def test_reading_is_taken_up_with_the_other_s_consent(visits, cast):
    tour = open_round(cast, {"D1": 2}, {"D1": 4})
    first = tour.views.get(viewpoint=DIRECTION).reading
    nadia, ines = visits("leader"), visits("practitioner")
    nadia.open(first.get_absolute_url())
    nadia.click("Reprendre cette lecture")
    nadia.press("Demander leur accord", why="Un fait nous avait échappé.")
    ines.open(tour.get_absolute_url())
    assert "Un fait nous avait échappé." in ines.page.words
    ines.press("Donner mon accord")
    draft = Reading.objects.drafts().get()
    nadia.open(f"{draft.get_absolute_url()}D1/")
    assert nadia.page.typed("observed_fact") == "direction voit D1."
    nadia.press("Enregistrer et s’arrêter là", answer="3")
    nadia.open(draft.get_absolute_url())
    seal_by_hand(nadia, "Sceller et partager")
    assert "C’est une première lecture" in nadia.open(first.get_absolute_url()).words
    assert "3 · Expérimentation" in ines.open(cast.trajectory_a.get_absolute_url()).words


def test_reminders_are_previewed_suspended_and_resumed(visits, cast):
    tour = prepare(cast, opens_on=timezone.localdate() + timedelta(days=20))
    ines = visits("practitioner")
    said = ines.open(tour.get_absolute_url()).section("Les rappels")
    assert "Nadia Roussel" in said
    assert "Votre regard est attendu pour le tour de lecture du" in said
    assert "Ils sont suspendus" in ines.press("Suspendre les rappels").section("Les rappels")
    assert "Le prochain part le" in ines.press("Laisser partir les rappels").section("Les rappels")


@pytest.mark.usefixtures("transactional_db")
def test_two_views_sealed_at_once_are_both_sealed_and_open_the_round_once(cast):
    tour = prepare(cast)
    drafts = [write(cast, tour, viewpoint, {"D1": 2}) for viewpoint in (DIRECTION, ACCOMPANIMENT)]
    seals = [
        partial(operations.seal_reading, by=user, reading=draft)
        for user, draft in zip((cast.leader, cast.practitioner), drafts, strict=True)
    ]
    assert [one.is_sealed for one in at_once(*seals)] == [True, True]
    tour.refresh_from_db()
    assert (tour.is_open, tour.version, Reading.objects.shared().count()) == (True, 2, 2)


@pytest.mark.usefixtures("transactional_db")
def test_view_sealed_while_it_is_left_out_is_one_or_the_other(cast):
    tour = prepare(cast)
    seal(cast, tour, DIRECTION, {"D1": 2})
    draft = write(cast, tour, ACCOMPANIMENT, {"D1": 4})
    view = tour.views.get(viewpoint=ACCOMPANIMENT)

    def leave_out() -> bool:
        try:
            operations.leave_out_view(by=cast.leader, view=view, expected_version=1, why="Jamais venu.")
        except OperationRefused:
            return False
        return True

    left_out, sealed = at_once(leave_out, partial(operations.seal_reading, by=cast.practitioner, reading=draft))
    view.refresh_from_db()
    tour.refresh_from_db()
    assert (tour.is_open, sealed.is_shared) == (True, True)
    assert (view.left_out_at is not None, view.reading is None) == (left_out, left_out)
