"""Proposing trainings, planning sessions, places and turns, attendance: each rule and each refusal."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role
from efc_platform.backstage.models import Job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Cohort
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.structures import MembershipFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory, TrainingFactory, at, just_now, whole_day
from trainings.models import Attendance, Enrolment, EnrolmentState, Regime, Session, Training
from trainings.operations import (
    Slot,
    cancel_enrolment,
    cancel_session,
    edit_session,
    edit_training,
    enrol,
    plan_session,
    propose_training,
    take_attendance,
)
from trajectories.models import Modality

SHEET = {
    "title": "Passer la main",
    "modality": Modality.WORK_ORGANISATION,
    "regime": Regime.TRAINING,
    "summary": "Avant le départ.",
    "objectives": "- Transmettre",
    "audience": "Les équipes.",
    "content": "On montre.",
}


@pytest.fixture
def trainer(cast):
    return cast.trainer


@pytest.fixture
def session(trainer):
    """Two places, open to all, led by the trainer."""
    return SessionFactory(capacity=2, trainers=[trainer.person])


def placed(session, **sheet):
    """What an edit sends back when it changes nothing."""
    kept = {
        name: getattr(session, name) for name in ("place", "address", "information", "capacity", "cohort", "is_public")
    }
    return (
        {
            "slots": [Slot(one.starts_at, one.minutes) for one in session.half_days.all()],
            "trainers": list(session.trainers.all()),
            "expected_version": session.version,
        }
        | kept
        | sheet
    )


def mails_to(address):
    return [
        job.payload["subject"] for job in Job.objects.filter(kind="mail").order_by("pk") if job.payload["to"] == address
    ]


@pytest.mark.parametrize("who", ["trainer", "coordinator"])
def test_training_is_proposed(cast, who):
    training = propose_training(by=cast.users[who], **SHEET)
    assert (Training.objects.get(), training.created_by) == (training, cast.users[who].person)


@pytest.mark.parametrize("who", ["practitioner", "leader", "member", "nobody"])
def test_others_propose_nothing(cast, who):
    with pytest.raises(OperationRefused, match="Seules la coordination et les personnes qui forment"):
        propose_training(by=cast.users[who], **SHEET)
    assert not Training.objects.exists()


@pytest.mark.parametrize(
    ("modality", "regime"),
    [
        (Modality.PEER_SPACE, Regime.TRAINING),
        (Modality.PARTNER_MEETING, Regime.TRAINING),
        (Modality.PARTNER_MEETING, Regime.ACCOMPANIMENT),
    ],
)
def test_regimes_are_not_mixed(trainer, modality, regime):
    with pytest.raises(OperationRefused, match="ne se tient pas sous ce régime") as refusal:
        propose_training(by=trainer, **SHEET | {"modality": modality, "regime": regime})
    assert refusal.value.field == "regime"
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingFactory(modality=modality, regime=regime)


def test_regime_stays_once_a_session_is_planned(trainer, session):
    sheet = SHEET | {"regime": Regime.EXCHANGE}
    with pytest.raises(OperationRefused, match="Des sessions sont déjà prévues"):
        edit_training(by=trainer, training=session.training, expected_version=1, **sheet)
    free = TrainingFactory()
    assert edit_training(by=trainer, training=free, expected_version=1, **sheet).regime == Regime.EXCHANGE


def test_training_edited_by_two_is_said_to_be_stale(trainer, cast):
    training = TrainingFactory()
    edit_training(by=trainer, training=training, expected_version=1, **SHEET)
    with pytest.raises(StaleEdit):
        edit_training(by=cast.coordinator, training=training, expected_version=1, **SHEET | {"title": "Autre"})
    assert Training.objects.get().title == "Passer la main"


def test_session_keeps_the_span_of_its_half_days(trainer):
    slots = [Slot(at(14, days=9), 180), Slot(at(9, days=8), 210)]
    session = plan_session(
        by=trainer, training=TrainingFactory(), slots=slots, trainers=[trainer.person], place="La Minoterie", capacity=8
    )
    assert (session.begins_at, session.ends_at) == (at(9, days=8), at(17, days=9))
    assert [one.part.label for one in session.half_days.all()] == ["matin", "après-midi"]


@pytest.mark.parametrize(
    ("slots", "message"),
    [
        ([], "Donnez au moins une demi-journée"),
        ([Slot(at(9, days=8), 180), Slot(at(11, days=8), 180)], "se chevauchent"),
        ([Slot(at(9, days=8), 180), Slot(at(9, days=8), 60)], "se chevauchent"),
    ],
)
def test_half_days_are_there_and_apart(trainer, slots, message):
    with pytest.raises(OperationRefused, match=message):
        plan_session(
            by=trainer, training=TrainingFactory(), slots=slots, trainers=[trainer.person], place="Ici", capacity=8
        )


def test_nobody_teaches_in_two_places_at_once(trainer, session):
    def plan(slots, who):
        return plan_session(by=trainer, training=TrainingFactory(), slots=slots, trainers=who, place="Ici", capacity=8)

    with pytest.raises(OperationRefused, match="déjà prise par") as refusal:
        plan([Slot(at(11, days=14), 180)], [trainer.person])
    assert refusal.value.field == "trainers"
    assert plan([Slot(at(11, days=14), 180)], [PersonFactory()])
    assert plan([Slot(at(12, days=14), 120)], [trainer.person]), "between the morning and the afternoon"
    assert plan([Slot(at(9, days=13), 180)], [trainer.person])


def test_cancelled_session_frees_who_led_it(trainer, session):
    cancel_session(by=trainer, session=session, because="Neige")
    assert plan_session(
        by=trainer, training=session.training, slots=whole_day(14), trainers=[trainer.person], place="Ici", capacity=8
    )


def test_cohort_session_is_not_announced(trainer):
    cohort = Cohort.objects.create(name="Promotion", starts_on=timezone.localdate())
    with pytest.raises(OperationRefused, match="n’est pas annoncée"):
        plan_session(
            by=trainer,
            training=TrainingFactory(),
            slots=whole_day(9),
            trainers=[trainer.person],
            place="Ici",
            capacity=8,
            cohort=cohort,
            is_public=True,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(cohort=cohort, is_public=True)


def test_places_are_given_then_turns(cast, session):
    people = [MembershipFactory(structure=cast.structure_a).person for _ in range(4)]
    states = [enrol(by=cast.leader, session=session, person=one, structure=cast.structure_a).state for one in people]
    assert states == ["confirmed", "confirmed", "waiting", "waiting"]


def test_enrolling_again_changes_nothing(cast, session):
    first = enrol(by=cast.staff, session=session, person=cast.staff.person, structure=cast.structure_a)
    again = enrol(by=cast.leader, session=session, person=cast.staff.person, structure=cast.structure_a)
    assert (first, Enrolment.objects.count()) == (again, 1)


def test_place_given_back_goes_to_the_first_who_waits(cast, session):
    full = [EnrolmentFactory(session=session), EnrolmentFactory(session=session, person=cast.staff.person)]
    late, later = (EnrolmentFactory(session=session, state=EnrolmentState.WAITING) for _ in range(2))
    cancel_enrolment(by=cast.staff, enrolment=full[1])
    cancel_enrolment(by=cast.staff, enrolment=full[1])
    states = {one.pk: one.state for one in Enrolment.objects.all()}
    assert [states[one.pk] for one in (full[1], late, later)] == ["cancelled", "confirmed", "waiting"]


def test_turn_given_back_moves_nobody(cast, session):
    for _ in range(2):
        EnrolmentFactory(session=session)
    mine = EnrolmentFactory(session=session, person=cast.staff.person, state=EnrolmentState.WAITING)
    other = EnrolmentFactory(session=session, state=EnrolmentState.WAITING)
    cancel_enrolment(by=cast.staff, enrolment=mine)
    other.refresh_from_db()
    assert other.state == EnrolmentState.WAITING


def test_more_places_go_to_those_who_wait_in_their_order(trainer, session):
    for _ in range(2):
        EnrolmentFactory(session=session)
    waiting = [EnrolmentFactory(session=session, state=EnrolmentState.WAITING) for _ in range(3)]
    edit_session(by=trainer, session=session, **placed(session, capacity=4))
    states = [Enrolment.objects.get(pk=one.pk).state for one in waiting]
    assert states == ["confirmed", "confirmed", "waiting"]


def test_fewer_places_than_people_is_refused(trainer, session):
    for _ in range(2):
        EnrolmentFactory(session=session)
    with pytest.raises(OperationRefused, match="2 personnes ont déjà leur place") as refusal:
        edit_session(by=trainer, session=session, **placed(session, capacity=1))
    assert refusal.value.field == "capacity"


def test_session_begun_takes_nobody_and_lets_nobody_go(cast):
    begun = SessionFactory(slots=just_now())
    mine = EnrolmentFactory(session=begun, person=cast.staff.person)
    with pytest.raises(OperationRefused, match="on ne s’y inscrit plus"):
        enrol(by=cast.leader, session=begun, person=cast.leader.person)
    with pytest.raises(OperationRefused, match="une absence se note"):
        cancel_enrolment(by=cast.staff, enrolment=mine)


def test_cancelled_session_takes_nobody_and_has_nothing_to_give_back(cast, trainer, session):
    mine = EnrolmentFactory(session=session, person=cast.volunteer.person)
    cancel_session(by=trainer, session=session, because="Neige")
    told = Job.objects.count()
    with pytest.raises(OperationRefused, match="annulée"):
        enrol(by=cast.staff, session=session, person=cast.staff.person)
    with pytest.raises(OperationRefused, match="annulée"):
        cancel_enrolment(by=trainer, enrolment=mine)
    mine.refresh_from_db()
    assert (mine.state, Job.objects.count()) == (EnrolmentState.CONFIRMED, told)


def test_somebody_elses_people_are_not_enrolled(cast, session):
    stranger, member_of_b = PersonFactory(), MembershipFactory(structure=cast.structure_b).person
    for by, person, structure in [
        (cast.leader, stranger, None),
        (cast.leader, stranger, cast.structure_a),
        (cast.leader, member_of_b, cast.structure_b),
        (cast.staff, cast.leader.person, cast.structure_a),
        (cast.board, cast.staff.person, cast.structure_a),
        (cast.former_practitioner, cast.staff.person, cast.structure_a),
        (cast.staff, cast.staff.person, cast.structure_b),
    ]:
        with pytest.raises(OperationRefused, match="Vous ne pouvez pas inscrire"):
            enrol(by=by, session=session, person=person, structure=structure)
    assert not Enrolment.objects.exists()


def test_leader_and_practitioner_enrol_the_people_of_the_structure(cast, session):
    for by, person in [(cast.leader, cast.staff.person), (cast.practitioner, cast.volunteer.person)]:
        assert enrol(by=by, session=session, person=person, structure=cast.structure_a).enrolled_by == by.person


def test_cohort_session_is_for_its_structures(cast, trainer):
    cohort = Cohort.objects.create(name="Promotion", starts_on=timezone.localdate())
    cohort.places.create(structure=cast.structure_a, since=timezone.localdate())
    session = SessionFactory(cohort=cohort, trainers=[trainer.person])
    assert enrol(by=cast.leader, session=session, person=cast.staff.person, structure=cast.structure_a)
    with pytest.raises(OperationRefused, match="réservée à une promotion"):
        enrol(by=cast.leader_b, session=session, person=cast.leader_b.person, structure=cast.structure_b)
    assert enrol(by=trainer, session=session, person=cast.volunteer.person, structure=cast.structure_a)


def test_cancelling_tells_why_to_those_who_counted_on_it(cast, trainer, session):
    EnrolmentFactory(session=session, person=cast.staff.person)
    EnrolmentFactory(session=session, person=cast.volunteer.person, state=EnrolmentState.WAITING)
    EnrolmentFactory(session=session, person=cast.leader.person, state="cancelled", cancelled_at=timezone.now())
    cancel_session(by=trainer, session=session, because="La salle est inondée.")
    cancel_session(by=trainer, session=session, because="Une autre raison.")
    told = f"Annulée\u00a0: {session.training.title}"
    assert [mails_to(user.email) for user in (cast.staff, cast.volunteer, cast.leader)] == [[told], [told], []]
    bodies = [job.payload["body"] for job in Job.objects.filter(kind="mail")]
    assert all("La salle est inondée." in body for body in bodies)
    assert Session.objects.get().cancelled_because == "La salle est inondée."


def test_session_begun_is_not_cancelled(trainer):
    begun = SessionFactory(slots=just_now(), trainers=[trainer.person])
    with pytest.raises(OperationRefused, match="déjà commencé"):
        cancel_session(by=trainer, session=begun, because="Trop tard")


@pytest.mark.parametrize("who", ["practitioner", "leader", "member"])
def test_others_keep_no_session(cast, session, who):
    begun = SessionFactory(slots=just_now())
    for refused in (
        lambda by: edit_session(by=by, session=session, **placed(session)),
        lambda by: cancel_session(by=by, session=session, because="Non"),
        lambda by: take_attendance(by=by, half_day=begun.half_days.get(), present=[], expected_version=1),
    ):
        with pytest.raises(OperationRefused):
            refused(cast.users[who])


def test_practitioner_keeps_the_session_they_lead_until_their_role_ends(cast, session):
    session.trainers.add(cast.practitioner.person)
    assert edit_session(by=cast.practitioner, session=session, **placed(session)).version == 2
    cast.practitioner.role_grants.update(until=timezone.localdate())
    fresh = type(cast.practitioner).objects.get(pk=cast.practitioner.pk)
    session.refresh_from_db()
    with pytest.raises(OperationRefused):
        edit_session(by=fresh, session=session, **placed(session))


def test_attendance_is_taken_and_corrected(trainer):
    session = SessionFactory(slots=just_now(), trainers=[trainer.person])
    came, missing = EnrolmentFactory(session=session), EnrolmentFactory(session=session)
    EnrolmentFactory(session=session, state=EnrolmentState.WAITING)
    half_day = session.half_days.get()
    taken = take_attendance(by=trainer, half_day=half_day, present=[came.pk], expected_version=1)
    assert dict(Attendance.objects.values_list("enrolment", "is_present")) == {came.pk: True, missing.pk: False}
    take_attendance(by=trainer, half_day=half_day, present=[missing.pk], expected_version=taken.version)
    assert dict(Attendance.objects.values_list("enrolment", "is_present")) == {came.pk: False, missing.pk: True}


def test_attendance_taken_by_two_is_said_to_be_stale(trainer, cast):
    session = SessionFactory(slots=just_now(), trainers=[trainer.person])
    came = EnrolmentFactory(session=session)
    take_attendance(by=trainer, half_day=session.half_days.get(), present=[came.pk], expected_version=1)
    with pytest.raises(StaleEdit):
        take_attendance(by=cast.coordinator, half_day=session.half_days.get(), present=[], expected_version=1)
    assert Attendance.objects.get().is_present


def test_nobody_is_present_in_advance(trainer, session):
    with pytest.raises(OperationRefused, match="se notent le jour même"):
        take_attendance(by=trainer, half_day=session.half_days.first(), present=[], expected_version=1)


def test_half_day_attended_is_neither_moved_nor_taken_away(trainer):
    session = SessionFactory(
        slots=[*just_now(), Slot(timezone.now() + timedelta(days=3), 60)], trainers=[trainer.person]
    )
    EnrolmentFactory(session=session)
    first, last = session.half_days.all()
    take_attendance(by=trainer, half_day=first, present=[], expected_version=1)
    with pytest.raises(OperationRefused, match="déjà notées"):
        edit_session(by=trainer, session=session, **placed(session, slots=[Slot(last.starts_at, 60)]))
    edit_session(by=trainer, session=session, **placed(session, slots=[Slot(first.starts_at, 90)]))
    assert [(one.pk, one.minutes) for one in session.half_days.all()] == [(first.pk, 90)]
    assert Attendance.objects.count() == 1


def test_mails_go_to_the_account_else_to_the_address_written_down(cast, session):
    nobody, known = PersonFactory(), PersonFactory(email="contact@essai.example")
    for person in (known, nobody):
        MembershipFactory(structure=cast.structure_a, person=person)
    for person in (cast.staff.person, known):
        enrol(by=cast.leader, session=session, person=person, structure=cast.structure_a)
    session.capacity = 3
    session.save()
    enrol(by=cast.leader, session=session, person=nobody, structure=cast.structure_a)
    title = session.training.title
    assert mails_to(cast.staff.email) == [f"Votre place\u00a0: {title}"]
    assert mails_to("contact@essai.example") == [f"Votre place\u00a0: {title}"]
    assert Job.objects.filter(kind="mail").count() == 2


def test_whoever_moves_up_is_told(cast, session):
    for _ in range(2):
        EnrolmentFactory(session=session)
    waiting = enrol(by=cast.staff, session=session, person=cast.staff.person)
    assert waiting.state == EnrolmentState.WAITING
    given_back = session.enrolments.confirmed().first()
    cancel_enrolment(by=UserFactory(roles=[Role.COORDINATOR]), enrolment=given_back)
    title = session.training.title
    assert mails_to(cast.staff.email) == [f"Liste d’attente\u00a0: {title}", f"Une place s’est libérée\u00a0: {title}"]


def test_enrolment_dated_in_the_past_tells_nobody(cast):
    session = SessionFactory(slots=whole_day(-3))
    enrol(by=cast.staff, session=session, person=cast.staff.person, asked_at=timezone.now() - timedelta(days=30))
    assert not Job.objects.exists()
