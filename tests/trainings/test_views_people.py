"""Who comes and who came, on pages: names, places, turns, attendance, papers."""

import pytest
from django.utils import timezone

from efc_platform.backstage.models import Job
from tests.factories.people import PersonFactory
from tests.factories.structures import MembershipFactory
from tests.factories.trainings import (
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    TrainingFactory,
    just_now,
    whole_day,
)
from trainings.models import Attendance, Enrolment, EnrolmentState, Regime, Session
from trainings.queries import candidates

ENROL, TAKE, CANCEL = "Inscrire", "Enregistrer les présences", "Annuler l’inscription"


def key_of(user, session: Session, person=None) -> str:
    return next(one.key for one in candidates(user, session) if one.person == (person or user.person))


def session_at(session: Session) -> str:
    return session.get_absolute_url()


def test_names_are_read_by_the_session_and_by_their_own(visits, cast, session):
    ours = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    theirs = EnrolmentFactory(session=session, person=PersonFactory(last_name="Zéphyr"), structure=cast.structure_b)
    words = {name: visits(name).open(session_at(session)).words for name in cast.users}
    for enrolment, readers in [
        (ours, {"coordinator", "trainer", "leader", "practitioner", "staff"}),
        (theirs, {"coordinator", "trainer", "leader_b"}),
    ]:
        name = enrolment.person.display_name
        # One's own name stands at the top of every page.
        shown = {who for who, text in words.items() if text.count(name) > (cast.users[who].person == enrolment.person)}
        assert shown == readers
    assert "La liste entière n’est lue que par" in words["leader"]
    assert "La liste entière" not in words["trainer"]


def test_places_are_counted_for_all(visits, session):
    for state in (EnrolmentState.CONFIRMED, EnrolmentState.WAITING):
        EnrolmentFactory(session=session, state=state)
    page = visits("nobody").open(session_at(session))
    assert "12 en tout, 11 libres, 1 personne en attente" in page.words
    assert "Vous n’avez inscrit personne." in page.words


def test_one_enrols_oneself_and_gives_the_place_back(visits, cast, session):
    staff = visits("staff")
    staff.open(session_at(session))
    staff.click(ENROL)
    page = staff.press(ENROL)
    name = cast.staff.person.display_name
    assert page.messages == [f"{name} a une place."]
    assert "Vous avez votre place." in page.words
    form = staff.click(f"Annuler l’inscription de {name}")
    assert "La place est rendue aussitôt" in form.words
    assert "est prévenu·e" not in form.words
    for _ in range(2):
        page = staff.press(CANCEL, page=form)
        assert page.messages == [f"L’inscription de {name} est annulée."]
    assert "Vous n’avez inscrit personne." in page.words
    assert list(Enrolment.objects.values_list("state", flat=True)) == [EnrolmentState.CANCELLED]


def test_opening_the_cancellation_changes_nothing_and_leads_back(visits, cast, session):
    place = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    page = visits("leader").open(f"/inscriptions/{place.public_id}/annuler/")
    assert page.heading == f"Annuler l’inscription de {cast.staff.person.display_name}"
    assert "est prévenu·e par un message" in page.words
    assert page.links["Garder sa place"] == session_at(session)
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


def test_turn_given_back_is_said_to_be_lost(visits, cast, session):
    turn = EnrolmentFactory(session=session, person=cast.staff.person, state=EnrolmentState.WAITING)
    page = visits("staff").open(f"/inscriptions/{turn.public_id}/annuler/")
    assert "s’inscrire à nouveau remet au bout de la liste" in page.words


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"state": EnrolmentState.CANCELLED, "cancelled_at": timezone.now()}, "est déjà annulée"),
        ({"session__slots": just_now()}, "une absence se note sur la feuille de présence"),
        ({"session__cancelled_at": timezone.now()}, "il n’y a plus rien à défaire"),
    ],
)
def test_cancellation_that_comes_too_late_is_not_offered(visits, cast, traits, said):
    place = EnrolmentFactory(person=cast.staff.person, **traits)
    page = visits("staff").open(f"/inscriptions/{place.public_id}/annuler/")
    assert said in page.words
    assert "Annuler l’inscription" not in [words for form in page.forms() for words in form.itertext()]


def test_leader_enrols_several_at_once_the_last_ones_waiting(visits, cast):
    session = SessionFactory(capacity=1)
    nadia = visits("leader")
    nadia.open(f"{session_at(session)}inscrire/")
    people = [cast.staff.person, cast.volunteer.person]
    page = nadia.press(ENROL, people=[key_of(cast.leader, session, one) for one in people])
    assert page.messages[0] == f"{people[0].display_name} a une place."
    assert page.messages[1].startswith(f"Attention : {people[1].display_name} est sur la liste d’attente")
    again = nadia.open(f"{session_at(session)}inscrire/")
    assert again.section("Déjà inscrit·es") == f"{people[0].display_name} {people[1].display_name} liste d’attente"
    assert people[0].display_name not in dict.fromkeys(form.get("value") for form in again.tree.iter("input"))


def test_enrolment_sent_twice_is_one_and_says_the_same(visits, cast, session):
    nadia = visits("leader")
    form = nadia.open(f"{session_at(session)}inscrire/")
    key = key_of(cast.leader, session, cast.staff.person)
    first, second = (nadia.press(ENROL, page=form, people=[key]) for _ in range(2))
    assert first.messages == second.messages == [f"{cast.staff.person.display_name} a une place."]
    assert (Enrolment.objects.count(), Job.objects.filter(kind="mail").count()) == (1, 1)


def test_nobody_chosen_is_said_beside_the_names(visits, session):
    nadia = visits("leader")
    nadia.open(f"{session_at(session)}inscrire/")
    assert nadia.press(ENROL).errors() == {"people": "Choisissez qui vient."}


def test_page_opened_before_the_cancellation_says_why_nobody_comes(visits, cast, session):
    nadia = visits("leader")
    form = nadia.open(f"{session_at(session)}inscrire/")
    Session.objects.update(cancelled_at=timezone.now(), cancelled_because="Neige")
    page = nadia.press(ENROL, page=form, people=[key_of(cast.leader, session)])
    assert "On ne s’inscrit plus à cette session" in page.words
    assert not Enrolment.objects.exists()


def test_when_all_are_enrolled_the_page_says_so(visits, cast, session):
    EnrolmentFactory(session=session, person=cast.nobody.person)
    page = visits("nobody").open(f"{session_at(session)}inscrire/")
    assert "Toutes les personnes que vous pouvez inscrire le sont déjà." in page.words


def test_place_is_not_given_back_by_a_stranger_nor_once_begun(visits, cast, signed_in):
    begun = SessionFactory(slots=just_now())
    mine = EnrolmentFactory(session=begun, person=cast.staff.person, structure=cast.structure_a)
    address = f"/inscriptions/{mine.public_id}/annuler/"
    assert signed_in(cast.leader_b).post(address).status_code == 404
    answer = signed_in(cast.staff).post(address)
    assert answer.status_code == 409
    assert "une absence se note sur la feuille de présence" in answer.content.decode()
    mine.refresh_from_db()
    assert mine.state == EnrolmentState.CONFIRMED


def test_place_in_a_session_one_no_longer_sees_is_given_back_all_the_same(visits, cast, cohort_session, signed_in):
    mine = EnrolmentFactory(session=cohort_session, person=PersonFactory(), structure=cast.structure_b)
    page = signed_in(cast.leader_b).post(f"/inscriptions/{mine.public_id}/annuler/", follow=True)
    assert page.redirect_chain == [("/formations/", 302)]
    mine.refresh_from_db()
    assert mine.state == EnrolmentState.CANCELLED


def test_attendance_ticks_everybody_the_first_time_and_what_was_noted_after(visits, cast):
    session = SessionFactory(slots=just_now(), trainers=[cast.trainer.person])
    ana, bea = (
        EnrolmentFactory(session=session, person=PersonFactory(first_name=name, last_name=""))
        for name in ("Ana", "Béa")
    )
    EnrolmentFactory(session=session, person=PersonFactory(first_name="Cléo"), state=EnrolmentState.WAITING)
    maud = visits("trainer")
    page = maud.open(f"{session_at(session)}presences/1/")
    assert "Cléo" not in page.words
    page = maud.press(TAKE)
    assert page.words.count("venu·e") == 2
    maud.open(f"{session_at(session)}presences/1/")
    page = maud.press(TAKE, present=[str(bea.pk)])
    assert "Ana absent·e" in page.words
    assert "Béa venu·e" in page.words
    page = maud.open(f"{session_at(session)}presences/1/")
    maud.press(TAKE)
    assert dict(Attendance.objects.values_list("enrolment", "is_present")) == {ana.pk: False, bea.pk: True}
    assert "présences notées par" in maud.page.words


def test_attendance_that_nobody_took_is_said_once(visits, cast):
    session = SessionFactory(slots=whole_day(-2), trainers=[cast.trainer.person])
    mine = EnrolmentFactory(session=session, person=cast.staff.person)
    assert visits("staff").open(session_at(session)).words.count("présence pas encore notée") == 1
    AttendanceFactory(enrolment=mine)
    assert "venu·e · pas encore notée" in visits("staff").open(session_at(session)).words


def test_attendance_taken_by_two_is_shown_both_ways(visits, cast):
    session = SessionFactory(slots=just_now(), trainers=[cast.trainer.person])
    ana, bea = (
        EnrolmentFactory(session=session, person=PersonFactory(first_name=name, last_name=""))
        for name in ("Ana", "Béa")
    )
    maud, claire = visits("trainer"), visits("coordinator")
    for visitor in (maud, claire):
        visitor.open(f"{session_at(session)}presences/1/")
    maud.press(TAKE, present=[str(ana.pk)])
    page = claire.press(TAKE, present=[str(bea.pk)])
    assert "Ana Ce que vous avez écrit Béa" in page.section("Ce texte a changé entre-temps : Présences")
    assert dict(Attendance.objects.values_list("enrolment", "is_present")) == {ana.pk: True, bea.pk: False}
    claire.press(TAKE)
    assert dict(Attendance.objects.values_list("enrolment", "is_present")) == {ana.pk: False, bea.pk: True}


def test_nobody_is_present_in_advance(visits, cast, session):
    EnrolmentFactory(session=session)
    maud = visits("trainer")
    assert not [label for label in maud.open(session_at(session)).links if "présences" in label]
    maud.open(f"{session_at(session)}presences/1/")
    assert "les présences se notent le jour même" in maud.press(TAKE).words
    assert not Attendance.objects.exists()


def test_attendance_without_anybody_says_so(visits, cast):
    session = SessionFactory(slots=just_now(), trainers=[cast.trainer.person])
    page = visits("trainer").open(f"{session_at(session)}presences/1/")
    assert "Personne n’a de place dans cette session" in page.words
    assert page.links["Revenir à la session"] == session_at(session)


@pytest.mark.parametrize("rank", [0, 3, 99])
def test_half_day_that_is_not_there_is_not_found(visits, session, rank):
    assert visits("trainer").open(f"{session_at(session)}presences/{rank}/").status == 404


@pytest.mark.parametrize(
    ("regime", "heading", "said"),
    [
        (Regime.TRAINING, "Feuille d’émargement", "Chaque personne signe pour chaque demi-journée"),
        (Regime.EXCHANGE, "Liste de présence", "cette liste ne prouve rien d’autre que d’avoir été là"),
    ],
)
def test_paper_is_that_of_the_regime(visits, cast, regime, heading, said):
    session = SessionFactory(training__regime=regime, trainers=[cast.trainer.person])
    place = EnrolmentFactory(session=session, structure=cast.structure_a)
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.WAITING)
    page = visits("trainer").open(f"{session_at(session)}feuille/")
    assert page.heading == heading
    assert said in page.words
    assert place.person.display_name in page.words
    assert waiting.person.display_name not in page.words
    # Whoever trains signs a sheet; a list of presence asks nothing of who hosts.
    assert ("forme" in [word.strip(",.") for word in page.words.split()]) is (regime == Regime.TRAINING)


def test_accompaniment_leaves_no_paper(visits, cast):
    session = SessionFactory(training__regime=Regime.ACCOMPANIMENT, trainers=[cast.trainer.person])
    EnrolmentFactory(session=session)
    assert "Aucun : un accompagnement se raconte" in visits("trainer").open(session_at(session)).words
    assert visits("trainer").open(f"{session_at(session)}feuille/").status == 404


def test_moment_leads_from_the_story_to_the_session(visits, cast):
    session = SessionFactory(training__title="Décrire son travail", slots=whole_day(-10))
    enrolment = EnrolmentFactory(session=session, person=PersonFactory(last_name="Zéphyr"), structure=cast.structure_a)
    AttendanceFactory(enrolment=enrolment)
    board = visits("board")
    story = board.open(f"{cast.trajectory_a.get_absolute_url()}histoire/")
    assert story.links["Décrire son travail"] == session_at(session)
    assert "Zéphyr" not in story.words


def test_training_is_found_by_the_search_box(visits):
    TrainingFactory(title="Décrire son travail")
    page = visits("nobody").open("/recherche/?q=decrire")
    assert page.section("Formations").startswith("Décrire son travail")


def test_member_who_left_is_offered_no_more(visits, cast, session):
    gone = MembershipFactory(structure=cast.structure_a, person=PersonFactory(last_name="Zéphyr"))
    nadia = visits("leader")
    form = nadia.open(f"{session_at(session)}inscrire/")
    assert "Zéphyr" in form.words
    key = key_of(cast.leader, session, gone.person)
    gone.until = timezone.localdate()
    gone.save()
    page = nadia.press(ENROL, page=form, people=[key])
    assert list(page.errors()) == ["people"]
    assert not Enrolment.objects.exists()
