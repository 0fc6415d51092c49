"""Forms of trainings: half-days line by line, who may lead, who may come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from tests.factories.people import UserFactory
from tests.factories.structures import CohortFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory, TrainingFactory, at
from trainings.forms import (
    MOST_HALF_DAYS,
    AttendanceForm,
    EnrolForm,
    HalfDayForm,
    HalfDays,
    SessionEditForm,
    SessionNewForm,
    TrainingNewForm,
    half_days_of,
    half_days_overtaken,
    slots_of,
)
from trainings.operations import Slot
from trainings.queries import candidates
from trajectories.models import Dimension

SOON = (timezone.localdate() + timedelta(days=8)).isoformat()
REQUIRED = "Ce champ est obligatoire."


def sent(*lines: tuple[str, str, str], initial: int = 0) -> dict[str, str]:
    """Lines as a browser sends them: the day, from, until."""
    typed = {"demi-TOTAL_FORMS": str(len(lines)), "demi-INITIAL_FORMS": str(initial)}
    for rank, line in enumerate(lines):
        typed |= {f"demi-{rank}-{name}": value for name, value in zip(("day", "begins", "ends"), line, strict=True)}
    return typed


@pytest.mark.parametrize(
    ("line", "errors"),
    [
        ((SOON, "09:00", "12:00"), {}),
        ((SOON, "09:00", "09:30"), {}),
        ((SOON, "09:00", "14:00"), {}),
        ((SOON, "09:00", "09:29"), {"ends": ["Une demi-journée dure entre une demi-heure et cinq heures."]}),
        ((SOON, "09:00", "14:01"), {"ends": ["Une demi-journée dure entre une demi-heure et cinq heures."]}),
        ((SOON, "12:00", "09:00"), {"ends": ["Une demi-journée dure entre une demi-heure et cinq heures."]}),
        ((SOON, "", ""), {"begins": [REQUIRED], "ends": [REQUIRED]}),
        (("", "09:00", "12:00"), {"day": [REQUIRED]}),
        (("", "", "12:00"), {"day": [REQUIRED], "begins": [REQUIRED]}),
        (("2999-01-01", "09:00", "12:00"), {"day": ["Vérifiez l’année\u00a0: cette date est trop loin."]}),
        (("demain", "09:00", "12:00"), {"day": ["Saisissez une date valide."]}),
        (("", "", ""), {}),
    ],
)
def test_half_day_says_beside_each_field_what_is_missing(line, errors):
    assert HalfDayForm(dict(zip(("day", "begins", "ends"), line, strict=True))).errors == errors


def test_lines_are_read_in_the_time_of_france_and_empty_ones_left_out():
    lines = HalfDays(sent((SOON, "14:00", "17:00"), ("", "", ""), (SOON, "09:00", "12:30")), prefix="demi")
    assert lines.is_valid()
    assert slots_of(lines) == [Slot(at(14, days=8), 180), Slot(at(9, days=8), 210)]


def test_line_made_empty_takes_its_half_day_away(db):
    session = SessionFactory()
    initial = half_days_of(session.half_days.all())
    days = 14
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    lines = HalfDays(
        sent((day, "09:00", "12:00"), ("", "", ""), ("", "", ""), initial=2), initial=initial, prefix="demi"
    )
    assert lines.is_valid(), lines.errors
    assert slots_of(lines) == [Slot(at(9, days=days), 180)]


def test_lines_that_nobody_touched_stay_as_they_are(db):
    session = SessionFactory()
    day = session.begins_on.isoformat()
    typed = sent((day, "09:00", "12:00"), (day, "14:00", "17:00"), ("", "", ""), initial=2)
    lines = HalfDays(typed, initial=half_days_of(session.half_days.all()), prefix="demi")
    assert lines.is_valid()
    assert slots_of(lines) == [Slot(one.starts_at, one.minutes) for one in session.half_days.all()]


def test_no_more_lines_than_the_page_has():
    lines = HalfDays(sent(*[(SOON, "09:00", "12:00")] * (MOST_HALF_DAYS + 3)), prefix="demi")
    assert len(lines.forms) == MOST_HALF_DAYS


def test_half_days_overtaken_are_said_in_words_whatever_their_order(db):
    session = SessionFactory(slots=[Slot(at(14, days=2), 180), Slot(at(9, days=2), 90)])
    saved = list(session.half_days.all())
    assert half_days_overtaken(saved, [Slot(one.starts_at, one.minutes) for one in reversed(saved)]) == []
    [both] = half_days_overtaken(saved, [Slot(at(9, days=2), 90)])
    assert both.label == "Demi-journées"
    assert both.mine.endswith("de 9\u00a0h à 10\u00a0h\u00a030")
    assert both.theirs == f"{both.mine}, {both.mine[: both.mine.index(' de ')]} de 14\u00a0h à 17\u00a0h"


def test_those_who_train_accompany_or_coordinate_may_lead_and_those_whose_role_ended_may_not(cast):
    UserFactory(roles=[Role.TRAINER]).role_grants.update(until=timezone.localdate())
    offered = {person.user for person in SessionNewForm().fields["trainers"].queryset}
    names = ("coordinator", "trainer", "practitioner", "other_practitioner", "former_practitioner")
    assert offered == {cast.users[name] for name in names}


def test_whoever_led_the_session_stays_a_choice_of_its_form(cast, session):
    cast.trainer.role_grants.update(until=timezone.localdate())
    form = SessionEditForm(initial={"trainers": list(session.trainers.all())})
    assert cast.trainer.person in form.fields["trainers"].queryset
    assert cast.member.person not in form.fields["trainers"].queryset


def test_cohorts_are_in_the_order_of_their_names(db):
    for name in ("Vallée", "Artois"):
        CohortFactory(name=name)
    assert [one.name for one in SessionNewForm().fields["cohort"].queryset] == ["Artois", "Vallée"]


@pytest.mark.parametrize("capacity", ["0", "201", "beaucoup", ""])
def test_capacity_is_a_number_of_places(db, capacity):
    assert "capacity" in SessionNewForm({"capacity": capacity}).errors


def test_regime_that_does_not_suit_is_refused_beside_it_in_words_that_say_why(cast):
    typed = {
        "title": "Parler du travail",
        "modality": "peer_space",
        "regime": "training",
        "summary": "Ensemble.",
        "objectives": "- Dire",
        "audience": "Toutes et tous",
        "content": "On parle.",
    }
    form = TrainingNewForm(typed, dimensions=Dimension.objects.none())
    assert list(form.errors) == ["regime"]
    assert form.errors["regime"][0].startswith("«\u00a0Espace d’échange et de professionnalisation\u00a0» ne se tient")
    assert TrainingNewForm(typed | {"regime": "exchange"}, dimensions=Dimension.objects.none()).is_valid()


def enrol_form(user, session, *people, **options) -> EnrolForm:
    data = {"people": list(people)} if people else None
    return EnrolForm(data, candidates=candidates(user, session), **options)


def test_those_who_are_enrolled_are_not_offered_but_may_be_sent_again(cast, session):
    EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    key = next(one.key for one in candidates(cast.leader, session) if one.person == cast.staff.person)
    form = enrol_form(cast.leader, session, key)
    assert key not in dict(form.fields["people"].choices)
    assert form.is_valid()
    assert [one.person for one in form.chosen] == [cast.staff.person]


def test_somebody_elses_people_are_no_choice(cast, session):
    key = candidates(cast.leader_b, session)[0].key
    form = enrol_form(cast.leader, session, key)
    assert list(form.errors) == ["people"]


def test_nobody_chosen_is_said(cast, session):
    form = EnrolForm({"people": []}, candidates=candidates(cast.leader, session))
    assert form.errors == {"people": ["Choisissez qui vient."]}


def test_the_only_choice_is_ticked(cast, session):
    assert enrol_form(cast.staff, session).fields["people"].initial == [candidates(cast.staff, session)[0].key]
    assert enrol_form(cast.leader, session).fields["people"].initial is None


def test_attendance_takes_only_the_names_of_the_page():
    people = [(7, "Ana"), (8, "Béa")]
    assert AttendanceForm({"version": "1", "present": ["7"]}, people=people).is_valid()
    assert list(AttendanceForm({"version": "1", "present": ["9"]}, people=people).errors) == ["present"]
    nobody = AttendanceForm({"version": "1"}, people=people)
    assert nobody.is_valid()
    assert nobody.chosen == []


def test_training_form_offers_the_dimensions_it_is_given(cast):
    dimensions = cast.trajectory_a.framework_version.dimensions.all()
    form = TrainingNewForm(dimensions=dimensions)
    labels = [label for _value, label in form.fields["dimensions"].choices]
    assert labels == [one.short_name for one in dimensions]
    assert TrainingFactory().dimensions.count() == 0
