"""Where each person lands, and that their day's work is there, and nobody else's."""

import pytest

from accounts.models import Role
from community.models import ContributionKind
from tests.factories.community import ContributionFactory, ReportFactory
from tests.factories.people import UserFactory
from tests.factories.structures import MembershipFactory, StructureFactory
from tests.factories.trainings import EnrolmentFactory, SessionFactory, whole_day
from tests.factories.trajectories import NextStepFactory, ReadingFactory, TrajectoryFactory
from tests.visitor import Visitor
from trainings.models import EnrolmentState


@pytest.fixture
def visit(cast, signed_in):
    return lambda user: Visitor(signed_in(user)).open("/")


@pytest.mark.parametrize("name", ["leader", "board"])
def test_whoever_directs_one_structure_lands_on_its_trajectory(cast, visit, name):
    assert visit(cast.users[name]).address == cast.trajectory_a.get_absolute_url()


def test_whoever_directs_two_structures_chooses(cast, visit):
    other = TrajectoryFactory(structure=StructureFactory(name="Gamma"))
    MembershipFactory(structure=other.structure, person=cast.leader.person, role="leader")
    page = visit(cast.leader)
    assert page.address == "/"
    assert {"Notre trajectoire : Alpha", "Notre trajectoire : Gamma"} <= page.links.keys()


def test_leader_who_also_trains_finds_both(cast, visit):
    cast.leader.role_grants.create(role=Role.TRAINER, since="2020-01-01")
    page = visit(cast.leader)
    assert page.links["Notre trajectoire : Alpha"] == cast.trajectory_a.get_absolute_url()
    assert page.section("Mes sessions") == "Vous n’animez aucune session à venir. Ouvrir le calendrier"


@pytest.mark.parametrize("name", ["staff", "volunteer"])
def test_employee_and_volunteer_find_their_structure_their_promises_their_sessions(cast, visit, name):
    me = cast.users[name].person
    NextStepFactory(trajectory=cast.trajectory_a, text="Relire le compte rendu", owner=me)
    NextStepFactory(trajectory=cast.trajectory_a, text="Écrire au bailleur", owner=cast.leader.person)
    going, open_one = (
        SessionFactory(training__title="Décrire son travail"),
        SessionFactory(training__title="Passer la main"),
    )
    EnrolmentFactory(session=going, person=me, structure=cast.structure_a)
    page = visit(cast.users[name])
    assert page.links["Notre trajectoire : Alpha"] == cast.trajectory_a.get_absolute_url()
    assert page.section("Ce que vous avez promis") == "Relire le compte rendu Fait : Relire le compte rendu"
    assert page.section("Où je suis inscrit·e").startswith("Décrire son travail")
    assert page.section("Où vous pouvez venir").endswith("Passer la main 12 places Toutes les sessions")
    assert page.links["Passer la main"] == open_one.get_absolute_url()


def test_turn_on_the_waiting_list_is_said(cast, visit):
    EnrolmentFactory(person=cast.staff.person, state=EnrolmentState.WAITING)
    assert "liste d’attente" in visit(cast.staff).section("Où je suis inscrit·e")


def test_draft_reading_waits_on_the_home(cast, visit):
    ReadingFactory(trajectory=cast.trajectory_a, viewpoint="team", created_by=cast.staff.person)
    assert "Une lecture de Alpha attend d’être finie" in visit(cast.staff).words
    assert "attend d’être finie" not in visit(cast.volunteer).words


def test_trainer_finds_attendance_to_take_and_sessions_to_lead(cast, visit):
    maud, other = (UserFactory(roles=[Role.TRAINER]) for _ in range(2))
    past = SessionFactory(training__title="Passer la main", trainers=[maud.person], slots=whole_day(-2))
    EnrolmentFactory(session=past)
    SessionFactory(training__title="Décrire son travail", trainers=[maud.person])
    page = visit(maud)
    rank = f"{past.get_absolute_url()}presences/1/"
    assert rank in page.links.values()
    assert page.section("Présences à noter").count("Passer la main") == 2
    assert "Décrire son travail" in page.section("Mes prochaines sessions")
    assert "Présences à noter" not in visit(other).words


def test_attendance_that_nobody_can_have_is_not_asked_for(cast, visit):
    maud = UserFactory(roles=[Role.TRAINER])
    SessionFactory(trainers=[maud.person], slots=whole_day(-2))
    assert "Présences à noter" not in visit(maud).words


def test_attendance_once_taken_leaves_the_home(cast, visit):
    maud = UserFactory(roles=[Role.TRAINER])
    past = SessionFactory(trainers=[maud.person], slots=whole_day(-2))
    EnrolmentFactory(session=past)
    past.half_days.update(taken_at=past.begins_at)
    assert "Présences à noter" not in visit(maud).words


def test_member_of_the_community_finds_what_waits_for_an_answer(cast, visit):
    mine = ReportFactory(title="Trop de questions", created_by=cast.member.person, shared=True)
    ReportFactory(title="Le tableau", created_by=cast.member.person)
    ReportFactory(title="Le brouillon d’une autre")
    ReportFactory(title="Compter les cafés", shared=True)
    ContributionFactory(report=mine, kind=ContributionKind.DISAGREEMENT)
    page = visit(cast.member)
    assert page.section("Un désaccord attend votre réponse").startswith("Trop de questions")
    community = page.section("La communauté")
    assert "brouillon Le tableau" in community
    assert "Compter les cafés" in community
    assert "Le brouillon d’une autre" not in community
    assert page.links["Écrire un retour d’expérience"] == "/communaute/retours/nouveau/"


def test_practitioner_finds_sessions_and_community_beside_structures(cast, visit):
    EnrolmentFactory(person=cast.practitioner.person, session__training__title="La visite croisée")
    ReportFactory(title="Compter les cafés", shared=True)
    page = visit(cast.practitioner)
    assert "Alpha" in page.section("Mes structures")
    assert page.section("Où je suis inscrit·e").startswith("La visite croisée")
    assert "Compter les cafés" in page.section("La communauté")


def test_coordination_sees_the_next_sessions(cast, visit):
    SessionFactory(training__title="La visite croisée")
    assert "La visite croisée" in visit(cast.coordinator).section("Prochaines sessions")


def test_account_without_anything_is_told_what_to_do(cast, visit):
    page = visit(cast.nobody)
    assert "Rien ne vous attend pour l’instant" in page.words
    assert page.links["Ouvrir le glossaire"] == "/glossaire/"


@pytest.mark.parametrize(
    ("name", "has_community"), [("practitioner", True), ("member", True), ("staff", False), ("coordinator", False)]
)
def test_masthead_leads_to_the_community_those_who_may_read_it(cast, visit, name, has_community):
    links = visit(cast.users[name]).links
    assert ("Communauté" in links) == has_community
    assert {"Accueil", "Structures", "Agenda", "Formations", "Chercher"} <= links.keys()
