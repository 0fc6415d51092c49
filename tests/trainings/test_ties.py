"""An intervention tied to a session: chosen in its form, shown on both pages, each to whoever sees the other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused
from tests.factories.structures import CohortFactory
from tests.factories.trainings import SessionFactory
from tests.factories.trajectories import InterventionFactory
from tests.visitor import Visitor
from trainings.models import Session, SessionIntervention
from trainings.operations import tie_sessions
from trainings.queries import sessions_to_tie

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def noted(cast):
    share = {"trajectory": cast.trajectory_a, "account": "Fait."}
    return InterventionFactory(created_by=cast.practitioner.person, title="Le jour du tri", share=share)


def past_session(**more) -> Session:
    made = SessionFactory(**more)
    then = timezone.now() - timedelta(days=3)
    Session.objects.filter(pk=made.pk).update(begins_at=then, ends_at=then + timedelta(hours=3))
    made.refresh_from_db()
    return made


def tied(intervention) -> list[Session]:
    return [one.session for one in SessionIntervention.objects.filter(intervention=intervention)]


def test_session_is_chosen_while_noting_and_shown_on_both_pages(cast, visit):
    session = past_session()
    visitor = visit("practitioner")
    visitor.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}")
    page = visitor.press(
        "Enregistrer",
        minutes="2 h",
        modality="other",
        account="La journée de formation.",
        tie_session=str(session.public_id),
    )
    assert session.training.title in page.section("Sessions")
    there = visitor.open(session.get_absolute_url())
    assert "Autre" in there.section("Les interventions reliées")
    assert "Alpha" in there.section("Les interventions reliées")


def test_session_is_let_go_when_it_is_no_longer_chosen(cast, visit, noted):
    session = past_session()
    tie_sessions(by=cast.practitioner, intervention=noted, sessions=[session.public_id])
    visitor = visit("practitioner")
    visitor.open(f"{noted.get_absolute_url()}modifier/")
    visitor.press("Enregistrer")
    assert tied(noted) == [session]
    visitor.open(f"{noted.get_absolute_url()}modifier/")
    visitor.press("Enregistrer", tie_session=[])
    assert tied(noted) == []


def test_session_that_one_does_not_see_is_neither_offered_nor_tied_nor_let_go(cast, noted):
    hidden = past_session(cohort=CohortFactory(), is_public=False)
    SessionIntervention.objects.create(session=hidden, intervention=noted)
    other = past_session(cohort=CohortFactory(), is_public=False)
    assert sessions_to_tie(cast.practitioner, noted) == []
    tie_sessions(by=cast.practitioner, intervention=noted, sessions=[other.public_id])
    assert tied(noted) == [hidden]


def test_session_to_come_and_one_that_was_cancelled_are_not_offered(cast):
    SessionFactory()
    gone = past_session()
    Session.objects.filter(pk=gone.pk).update(cancelled_at=timezone.now(), cancelled_because="Neige")
    held = past_session()
    assert sessions_to_tie(cast.practitioner, None) == [held]


@pytest.mark.parametrize("name", ["leader", "coordinator", "other_practitioner", "former_practitioner"])
def test_who_did_not_lead_it_ties_nothing(cast, noted, name):
    session = past_session()
    with pytest.raises(OperationRefused, match="Seules les personnes qui ont mené"):
        tie_sessions(by=cast.users[name], intervention=noted, sessions=[session.public_id])
    assert tied(noted) == []


def test_session_page_says_nothing_of_an_intervention_to_whoever_does_not_see_it(cast, visit, noted):
    session = past_session()
    tie_sessions(by=cast.practitioner, intervention=noted, sessions=[session.public_id])
    seen = {
        name: "Les interventions reliées" in visit(name).open(session.get_absolute_url()).words
        for name in ("practitioner", "leader", "coordinator", "other_practitioner", "leader_b", "nobody")
    }
    assert seen == {
        "practitioner": True,
        "leader": True,
        "coordinator": True,
        "other_practitioner": False,
        "leader_b": False,
        "nobody": False,
    }


def test_intervention_page_names_only_the_sessions_that_one_sees(cast, visit, noted):
    hidden = past_session(cohort=CohortFactory(), is_public=False)
    SessionIntervention.objects.create(session=hidden, intervention=noted)
    assert hidden.training.title not in visit("leader").open(noted.get_absolute_url()).words
    assert hidden.training.title in visit("coordinator").open(noted.get_absolute_url()).words
