"""Who is told what of a session: those enrolled, once, where an address is known."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Category, Notice, Rhythm, User
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.factories.notices import want_mails
from tests.factories.people import PersonFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory, whole_day
from trainings.models import EnrolmentState
from trainings.notifications import tell_cancellation, tell_enrolment, tell_promotion
from trainings.operations import Slot, cancel_enrolment, edit_session, enrol, plan_session


def sent() -> list[tuple[str, str, str]]:
    """Each letter that left: to whom, its subject, its words."""
    for job in Job.objects.filter(kind="mail").order_by("pk"):
        run_job(job.pk)
    return [(one.to[0], one.subject, one.body) for one in mail.outbox]


@pytest.fixture
def mine(cast, session):
    return EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)


def test_place_is_told_with_its_half_days_where_it_is_and_a_way_to_give_it_back(cast, mine):
    tell_enrolment(mine)
    [(to, subject, body)] = sent()
    assert (to, subject) == (cast.staff.email, "Votre place\u00a0: Décrire son travail")
    assert mine.session.place in body
    assert "de 9\u00a0h à 12\u00a0h" in body
    assert "de 14\u00a0h à 17\u00a0h" in body
    assert f"{mine.session.get_absolute_url()}\n" in body
    assert "de quoi annuler si besoin" in body


def test_turn_is_told_as_a_turn(mine):
    mine.state = EnrolmentState.WAITING
    tell_enrolment(mine)
    [(_to, subject, body)] = sent()
    assert subject == "Liste d’attente\u00a0: Décrire son travail"
    assert "Vous avez une place" not in body


def test_the_same_news_leaves_once(mine):
    for _ in range(2):
        tell_enrolment(mine)
        tell_promotion(mine)
    assert [subject.partition("\u00a0")[0] for _to, subject, _body in sent()] == [
        "Votre place",
        "Une place s’est libérée",
    ]


def test_cancellation_says_why_and_offers_no_place_to_give_back(session, mine):
    session.cancelled_because = "La salle est inondée."
    session.save()
    tell_cancellation(session)
    [(_to, subject, body)] = sent()
    assert subject == "Annulée\u00a0: Décrire son travail"
    assert "La salle est inondée." in body
    assert "de quoi annuler" not in body


def test_person_without_an_account_is_written_to_without_a_link(session):
    tell_enrolment(EnrolmentFactory(session=session, person=PersonFactory(email="ana@essai.example")))
    [(to, _subject, body)] = sent()
    assert to == "ana@essai.example"
    assert session.get_absolute_url() not in body


def test_closed_account_gives_neither_its_address_nor_a_link(cast, mine):
    User.objects.filter(pk=cast.staff.pk).update(is_active=False)
    mine.person.email = "ailleurs@essai.example"
    mine.person.save()
    tell_enrolment(type(mine).objects.get())
    [(to, _subject, body)] = sent()
    assert to == "ailleurs@essai.example"
    assert mine.session.get_absolute_url() not in body


def test_whoever_left_no_address_is_told_nothing(session):
    enrolment = EnrolmentFactory(session=session)
    tell_enrolment(enrolment)
    tell_promotion(enrolment)
    tell_cancellation(session)
    assert not Job.objects.exists()


def test_nobody_is_promised_a_place_in_what_has_begun(cast):
    session = SessionFactory(capacity=1, slots=whole_day(-1), trainers=[cast.trainer.person])
    EnrolmentFactory(session=session)
    waiting = EnrolmentFactory(session=session, person=cast.staff.person, state=EnrolmentState.WAITING)
    edit_session(
        by=cast.trainer,
        session=session,
        expected_version=1,
        slots=whole_day(-1),
        trainers=[cast.trainer.person],
        capacity=5,
    )
    waiting.refresh_from_db()
    assert (waiting.state, Job.objects.count()) == (EnrolmentState.WAITING, 0)


def test_place_given_back_by_somebody_else_is_told_to_whoever_had_it(cast, mine):
    cancel_enrolment(by=cast.leader, enrolment=mine)
    [(to, subject, body)] = sent()
    assert (to, subject) == (cast.staff.email, "Inscription annulée\u00a0: Décrire son travail")
    assert f"C’est {cast.leader.person.display_name} qui l’a fait" in body
    assert "de quoi annuler" not in body


def test_giving_back_a_place_tells_the_next_alone(cast, session):
    session.capacity = 1
    session.save()
    given_back = EnrolmentFactory(session=session, person=cast.volunteer.person)
    moment = timezone.now() - timedelta(hours=2)
    for rank, user in enumerate((cast.staff, cast.leader)):
        EnrolmentFactory(
            session=session, person=user.person, state=EnrolmentState.WAITING, asked_at=moment + timedelta(minutes=rank)
        )
    cancel_enrolment(by=cast.volunteer, enrolment=given_back)
    assert [to for to, _subject, _body in sent()] == [cast.staff.email]


def news() -> dict[User, str]:
    return {one.recipient: one.title for one in Notice.objects.filter(category=Category.TRAININGS)}


def plan(cast, **more):
    sheet = {
        "place": "À la bourse du travail",
        "capacity": 8,
        "slots": whole_day(20),
        "trainers": [cast.trainer.person],
    }
    training = SessionFactory(training__title="Décrire son travail").training
    return plan_session(by=cast.trainer, training=training, **sheet | more)


def test_session_of_a_cohort_is_news_to_its_structures_and_to_those_who_accompany_them(cast, cohort):
    plan(cast, cohort=cohort)
    inside = (cast.practitioner, cast.leader, cast.board, cast.staff, cast.volunteer)
    assert news() == dict.fromkeys(inside, "Une session s’ouvre pour votre promotion · Décrire son travail")


def test_session_for_all_and_one_already_held_are_news_to_nobody(cast, cohort):
    plan(cast)
    plan(cast, cohort=cohort, slots=whole_day(-20))
    assert news() == {}


def change(cast, session, **sheet):
    kept = {"slots": [Slot(one.starts_at, one.minutes) for one in session.half_days.all()]}
    kept |= {"trainers": list(session.trainers.all()), "capacity": session.capacity}
    edit_session(by=cast.trainer, session=session, expected_version=session.version, **kept | sheet)


def test_session_that_moves_is_news_to_those_who_count_on_it(cast, session, mine):
    given_back = {"state": EnrolmentState.CANCELLED, "cancelled_at": timezone.now()}
    EnrolmentFactory(session=session, person=cast.volunteer.person, **given_back)
    change(cast, session, information="Apportez un carnet.")
    assert news() == {}
    session.refresh_from_db()
    change(cast, session, slots=whole_day(30))
    title = "Une session a changé de dates ou de lieu · Décrire son travail"
    assert news() == {cast.staff: title}
    session.refresh_from_db()
    change(cast, session, place="Ailleurs")
    assert Notice.objects.filter(recipient=cast.staff, title=title).count() == 2


def test_appointment_is_noted_here_and_its_mail_leaves_at_once_whatever_one_chose(cast, session):
    want_mails([cast.staff], Rhythm.NEVER)
    enrol(by=cast.staff, session=session, person=cast.staff.person)
    noted = Notice.objects.get()
    assert (noted.recipient, noted.title) == (cast.staff, "Vous avez une place · Décrire son travail")
    assert (noted.category, noted.url) == ("", session.get_absolute_url())
    assert [to for to, _subject, _body in sent()] == [cast.staff.email]
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
