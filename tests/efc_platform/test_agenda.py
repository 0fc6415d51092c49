"""The agenda: what is coming for each, day by day, and what nobody else sees of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from efc_platform.pages import agenda
from tests.factories.trainings import EnrolmentFactory, SessionFactory, at, just_now, whole_day
from tests.factories.trajectories import AppointmentFactory, NextStepFactory
from tests.visitor import Page, Visitor
from trainings.models import EnrolmentState
from trainings.operations import Slot


@pytest.fixture
def visit(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name])).open("/agenda/")


def days_ahead(days: int):
    return timezone.localdate() + timedelta(days=days)


def titles(page: Page) -> list[str]:
    """What is coming, in its order."""
    return ["".join(one.itertext()) for one in page.tree.iter("strong")]


def seers(cast, visit, title: str) -> set[str]:
    return {name for name in cast.users if title in visit(name).words}


def test_empty_agenda_says_what_will_stand_there_and_leads_on(visit):
    page = visit("nobody")
    assert "Rien de prévu pour l’instant" in page.words
    assert page.links["Voir les sessions ouvertes"] == "/formations/"


def test_session_is_in_the_agenda_of_who_leads_it_goes_to_it_or_answers_for_who_goes(cast, visit):
    session = SessionFactory(training__title="Décrire son travail", trainers=[cast.trainer.person])
    assert seers(cast, visit, "Décrire son travail") == {"coordinator", "trainer"}
    EnrolmentFactory(
        session=session, person=cast.staff.person, structure=cast.structure_a, state=EnrolmentState.WAITING
    )
    concerned = {"coordinator", "trainer", "staff", "leader", "practitioner"}
    assert seers(cast, visit, "Décrire son travail") == concerned


def test_each_half_day_has_its_line_and_those_before_today_have_none(cast, visit):
    slots = [Slot(at(9, days=-1), 180), Slot(at(9, days=1), 180), Slot(at(14, days=1), 180)]
    SessionFactory(training__title="Décrire", place="La Minoterie", slots=slots, trainers=[cast.trainer.person])
    page = visit("trainer")
    assert titles(page) == ["Décrire", "Décrire"]
    assert page.words.count("La Minoterie") == 2


def test_what_goes_on_now_is_still_there_and_what_is_cancelled_or_over_is_not(cast, visit):
    mine = {"trainers": [cast.trainer.person]}
    SessionFactory(training__title="En cours", slots=just_now(), **mine)
    SessionFactory(training__title="Annulée", cancelled_at=timezone.now(), **mine)
    SessionFactory(training__title="Finie", slots=whole_day(-1), **mine)
    assert set(titles(visit("trainer"))) == {"En cours"}


def test_meeting_is_for_the_people_of_the_structure_and_those_who_accompany_it(cast, visit):
    AppointmentFactory(trajectory=cast.trajectory_a, subject="Relire les comptes")
    inside = {"practitioner", "leader", "board", "staff", "volunteer"}
    assert seers(cast, visit, "Relire les comptes") == inside


def test_promise_is_for_the_people_of_the_structure_with_the_name_of_who_made_it(cast, visit):
    NextStepFactory(
        trajectory=cast.trajectory_a, text="Écrire au bailleur", owner=cast.staff.person, due_on=days_ahead(3)
    )
    inside = {"practitioner", "leader", "board", "staff", "volunteer"}
    assert seers(cast, visit, "Écrire au bailleur") == inside
    assert f"Alpha, {cast.staff.person.display_name}" in visit("leader").words


def test_promise_without_a_day_done_or_far_away_is_not_there(cast, visit):
    for text, columns in {
        "Sans date": {},
        "Faite": {"due_on": days_ahead(2), "done_at": timezone.now()},
        "Lointaine": {"due_on": days_ahead(121)},
        "Attendue": {"due_on": days_ahead(120)},
    }.items():
        NextStepFactory(trajectory=cast.trajectory_a, text=text, **columns)
    assert titles(visit("leader")) == ["Attendue"]


def test_promise_whose_day_has_passed_waits_apart(cast, visit):
    NextStepFactory(trajectory=cast.trajectory_a, text="En retard", due_on=days_ahead(-3))
    page = visit("leader")
    assert "En retard" in page.section("En attente")
    assert titles(page) == []
    assert "Rien de prévu" not in page.words


def test_day_goes_by_its_hours_then_what_is_due(cast, visit):
    NextStepFactory(trajectory=cast.trajectory_a, text="Due ce jour", due_on=days_ahead(5))
    AppointmentFactory(trajectory=cast.trajectory_a, subject="Le soir", starts_at=at(18, days=5))
    session = SessionFactory(training__title="Le matin", slots=[Slot(at(9, days=5), 180)])
    EnrolmentFactory(session=session, person=cast.leader.person, structure=cast.structure_a)
    NextStepFactory(trajectory=cast.trajectory_a, text="La veille", due_on=days_ahead(4))
    assert titles(visit("leader")) == ["La veille", "Le matin", "Le soir", "Due ce jour"]


def test_months_are_named_in_their_order(cast, visit):
    for days in (100, 40, 5):
        NextStepFactory(trajectory=cast.trajectory_a, text=f"Dans {days} jours", due_on=days_ahead(days))
    page = visit("leader")
    assert titles(page) == ["Dans 5 jours", "Dans 40 jours", "Dans 100 jours"]
    headings = ["".join(one.itertext()) for one in page.tree.iter("h2")]
    assert len(headings) == len({(days_ahead(days).year, days_ahead(days).month) for days in (100, 40, 5)})


def test_agenda_that_leaves_some_out_says_so(cast, visit, monkeypatch):
    monkeypatch.setattr(agenda, "MOST", 2)
    said = "les suivants se lisent dans le calendrier"
    for days in (1, 2):
        NextStepFactory(trajectory=cast.trajectory_a, text=f"Dans {days} jours", due_on=days_ahead(days))
    page = visit("leader")
    assert (titles(page), said in page.words) == (["Dans 1 jours", "Dans 2 jours"], False)
    NextStepFactory(trajectory=cast.trajectory_a, text="Dans 3 jours", due_on=days_ahead(3))
    page = visit("leader")
    assert (titles(page), said in page.words) == (["Dans 1 jours", "Dans 2 jours"], True)
