"""Who reads a text, as its page names them, is whoever its rule opens it to: for each text and each person."""

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import Circle, Role, User
from accounts.permissions import TABLE, Standing, act
from structures.models import LocalRole
from structures.readers import KINDS, readers_of
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.community import ReportFactory
from tests.factories.people import UserFactory
from tests.factories.structures import MembershipFactory
from tests.factories.world import World, furnish
from tests.visitor import Visitor
from trajectories.models import InterventionShare
from trajectories.models.interventions import InterventionShareQuerySet


@pytest.fixture
def world(cast: Cast) -> World:
    """What belongs to A, written by the cast, and the same around B."""
    me = cast.practitioner
    people_b = {"practitioner": cast.other_practitioner.person, "drafted_by": cast.leader_b.person}
    furnish(cast.trajectory_b, **people_b, journal_of=cast.other_practitioner, leader=cast.leader_b)
    people_a = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people_a, present=cast.staff.person, journal_of=me, leader=cast.leader)


def told(row, kind) -> set[User]:
    return {reader.user for reader in readers_of(row, kind.rule)}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", KINDS.names)
def test_each_is_among_the_readers_of_a_text_if_and_only_if_its_rule_gives_it_to_them(cast, name):
    """Asked one by one, as a page does, of people read anew: whoever left has no account open."""
    User.objects.filter(pk=cast.board.pk).update(is_active=False)
    kind = KINDS[name]
    rows = list(kind.rule(cast.practitioner).model._default_manager.all())
    assert len(rows) > 1
    for row in rows:
        everybody = User.objects.filter(is_active=True)
        opened = {user for user in everybody if kind.rule(user).filter(pk=row.pk).exists()}
        assert told(row, kind) == opened


READS_ACCOUNT = {
    Circle.STRUCTURE: {"practitioner", "leader", "board", "staff", "volunteer"},
    Circle.DIRECTION: {"practitioner", "leader", "board"},
    Circle.TEAM: {"practitioner"},
    Circle.PARTICIPANTS: {"practitioner", "staff"},
}


def named(cast: Cast, users: set[User]) -> set[str]:
    return {name for name, user in cast.users.items() if user in users}


@pytest.mark.parametrize("circle", READS_ACCOUNT)
def test_account_has_the_readers_of_its_circle(cast, world, circle):
    share = world.interventions[circle].shares.get()
    assert named(cast, told(share, KINDS["compte-rendu"])) == READS_ACCOUNT[circle]


def test_rule_that_opens_more_is_told_as_it_is(cast, world, monkeypatch):
    """The list has no rule of its own that could go on saying what is no longer true."""
    monkeypatch.setattr(InterventionShareQuerySet, "readable_by", lambda self, user: self.all())
    share = world.interventions[Circle.TEAM].shares.get()
    assert named(cast, told(share, KINDS["compte-rendu"])) == set(cast.users)


@pytest.mark.parametrize(
    ("line", "circle"),
    [
        ("read_team_account", Circle.TEAM),
        ("read_direction_account", Circle.DIRECTION),
        ("read_structure_account", Circle.STRUCTURE),
        ("read_exchange", Circle.PARTICIPANTS),
    ],
)
def test_line_of_the_table_closes_its_circle_and_no_other(cast, world, monkeypatch, line, circle):
    part = next(part for part in TABLE if line in part.acts)
    monkeypatch.setitem(part.acts, line, act("Ne rien lire", Standing.FUNDER))
    shares = {one: world.interventions[one].shares.get() for one in READS_ACCOUNT}
    closed = {one for one, share in shares.items() if not named(cast, told(share, KINDS["compte-rendu"]))}
    assert closed == {circle}


def test_journal_has_one_reader(cast, world):
    assert told(world.page, KINDS["journal"]) == {cast.practitioner}


def test_many_people_are_asked_about_in_as_few_queries(cast, world, django_assert_num_queries):
    share = world.interventions[Circle.STRUCTURE].shares.get()
    for _ in range(120):
        MembershipFactory(structure=cast.structure_a, person=UserFactory().person, role=LocalRole.VOLUNTEER)
    with django_assert_num_queries(6):
        assert len(readers_of(share, KINDS["compte-rendu"].rule)) == 125


def readers_page(visitor: Visitor, kind: str, about: str, world: World):
    return visitor.open(reverse(f"readers_{kind}", kwargs=kwargs_of(about, world)))


@pytest.fixture
def visits(signed_in, cast):
    return lambda name: Visitor(signed_in(cast.users[name]))


def test_readers_are_named_in_their_places(cast, world, visits):
    words = readers_page(visits("leader"), "compte-rendu", "intervention", world).words
    people = {name: cast.users[name].person.display_name for name in READS_ACCOUNT[Circle.STRUCTURE]}
    for heading, name in (
        ("L’équipe d’accompagnement", "practitioner"),
        ("La dirigeance", "leader"),
        ("Le conseil d’administration", "board"),
        ("L’équipe salariée", "staff"),
        ("Les bénévoles", "volunteer"),
    ):
        assert f"{heading} {people[name]}" in words
    assert "Aucun texte ne s’ouvre à elle sans qu’une trace en soit gardée." in words
    assert cast.coordinator.person.display_name not in words


def test_many_are_said_by_their_number(cast, world, visits):
    for _ in range(12):
        MembershipFactory(structure=cast.structure_a, person=UserFactory().person, role=LocalRole.VOLUNTEER)
    words = readers_page(visits("leader"), "compte-rendu", "intervention", world).words
    assert "Les bénévoles les 13 bénévoles" in words
    assert cast.volunteer.person.display_name not in words


def test_those_present_are_told_to_each_other_and_to_nobody_else(cast, world, visits):
    page = readers_page(visits("staff"), "compte-rendu", "exchange", world)
    assert cast.practitioner.person.display_name in page.words
    assert cast.leader.person.display_name not in page.words
    assert readers_page(visits("leader"), "compte-rendu", "exchange", world).status == 404


@pytest.mark.parametrize("about", ["shared_report", "contribution"])
def test_community_does_not_learn_from_the_readers_which_structure_a_report_comes_from(cast, world, visits, about):
    kind = {"shared_report": "retour"}.get(about, about)
    inside = ("leader", "board")
    for name in ("member", "trainer", "other_practitioner"):
        words = readers_page(visits(name), kind, about, world).words
        assert [one for one in inside if cast.users[one].person.display_name in words] == []
        assert "s’il vient d’une structure, et sans qu’on la nomme ici" in words


def test_report_of_no_structure_is_told_to_the_community_in_the_same_words(cast, world, visits):
    free = ReportFactory(shared=True, is_about_structure=False, structure=None)
    page = visits("member").open(reverse("readers_retour", args=[free.public_id]))
    about = readers_page(visits("member"), "retour", "shared_report", world)
    said = "La direction de la structure d’où vient ce texte s’il vient d’une structure, et sans qu’on la nomme ici"
    assert (said in page.words, said in about.words) == (True, True)


def test_those_who_sign_a_report_see_who_directs_its_structure(cast, world, visits):
    words = readers_page(visits("practitioner"), "retour", "shared_report", world).words
    assert cast.leader.person.display_name in words


def test_session_does_not_name_those_who_have_nothing_to_do_with_whoever_asks(cast, world, visits):
    words = readers_page(visits("leader_b"), "session", "session", world).words
    assert cast.leader.person.display_name not in words
    assert cast.trainer.person.display_name in words


def test_page_of_readers_leads_to_no_reader_without_an_account(cast, world):
    """Somebody written down in the structure, like many volunteers, has nothing to read with."""
    share = InterventionShare.objects.get(intervention=world.interventions[Circle.STRUCTURE])
    assert world.membership.person_id not in {one.person_id for one in told(share, KINDS["compte-rendu"])}


def test_every_model_with_a_visible_text_has_its_kind(db):
    """A text that others read says who they are, or is read as another is."""
    covered = {kind.rule(UserFactory()).model.__name__ for kind in KINDS}
    labels = ("structures", "trajectories", "trainings", "community")
    visible = {
        model.__name__
        for label in labels
        for model in apps.get_app_config(label).get_models()
        if hasattr(model._default_manager, "visible_to") or hasattr(model._default_manager, "readable_by")
    }
    assert visible - covered == {
        "AddedModality",
        "Appointment",
        # A few words beside a fact: those who read the reading.
        "Evidence",
        # Everybody's words once they are published; coordination's until then.
        "FrameworkVersion",
        "FundingOperation",
        "Intervention",
        "InterventionImport",
        "JoinRequest",
        # Floors that tell of nobody.
        "StepTable",
        "StructureImport",
        "StructureMerge",
        # A word whose page says whose it is.
        "Tag",
        "TextOpening",
        # A story of an exercise: those who read the exercise.
        "Vignette",
    }


def test_role_that_ended_reads_no_more(cast, world):
    share = world.interventions[Circle.TEAM].shares.get()
    cast.practitioner.role_grants.filter(role=Role.PRACTITIONER).update(until="2024-01-01")
    assert told(share, KINDS["compte-rendu"]) == set()
