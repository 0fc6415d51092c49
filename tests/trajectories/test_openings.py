"""A text opened by the coordination: one object, an hour, a reason, in the sight of those it belongs to."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessAct, AccessEvent, Circle
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from tests.factories.cast import Cast
from tests.factories.world import World, furnish, give_passwords
from tests.visitor import Visitor
from trajectories.models import InterventionShare, NextStep, ProgressReport, TextOpening, Trajectory, Trial
from trajectories.operations import open_text

REASON = "Répondre à une réclamation."


@pytest.fixture
def world(cast: Cast) -> World:
    me = cast.practitioner
    return furnish(cast.trajectory_a, practitioner=me.person, drafted_by=me.person, journal_of=me, leader=cast.leader)


@pytest.fixture
def visitor(cast: Cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.coordinator))


def readable(cast: Cast) -> dict[str, int]:
    """How many of each the coordinator reads."""
    me = cast.coordinator
    return {
        "words": Trajectory.objects.readable_by(me).count(),
        "trials": Trial.objects.visible_to(me).count(),
        "steps": NextStep.objects.visible_to(me).count(),
        "accounts": InterventionShare.objects.readable_by(me).count(),
        "reports": ProgressReport.objects.visible_to(me).count(),
    }


NOTHING = {"words": 0, "trials": 0, "steps": 0, "accounts": 0, "reports": 0}


def test_shared_texts_open_and_neither_account_nor_report(cast, world):
    assert readable(cast) == NOTHING
    open_text(by=cast.coordinator, target=world.trajectory, reason=REASON)
    # The step that was promised in an intervention stays within the circle of its account.
    assert readable(cast) == NOTHING | {"words": 1, "trials": 2, "steps": 2}


def test_one_account_opens_and_no_other(cast, world):
    share = world.interventions[Circle.TEAM].shares.get()
    open_text(by=cast.coordinator, target=share, reason=REASON)
    assert list(InterventionShare.objects.readable_by(cast.coordinator)) == [share]
    assert readable(cast) == NOTHING | {"accounts": 1}


def test_one_report_opens_and_no_other(cast, world):
    open_text(by=cast.coordinator, target=world.report, reason=REASON)
    assert readable(cast) == NOTHING | {"reports": 1}


def test_from_the_trajectory_to_its_words_in_two_pages(cast, world, visitor):
    assert "trajectory.aim" not in visitor.open(world.trajectory.get_absolute_url()).words
    visitor.click("Ouvrir un texte réservé")
    visitor.press("Ouvrir ce texte", reason=REASON)
    assert visitor.page.address == world.trajectory.get_absolute_url()
    assert "trajectory.aim" in visitor.page.words
    assert "trial.title" in visitor.open(reverse("trials", args=[world.trajectory.public_id])).words


def test_from_an_intervention_to_its_account(cast, world, visitor):
    visitor.open(world.interventions[Circle.DIRECTION].get_absolute_url())
    assert "share.account" not in visitor.page.words
    visitor.click("Ouvrir ce texte")
    visitor.press("Ouvrir ce texte", reason=REASON)
    assert "share.account.direction" in visitor.page.words


def test_report_is_downloaded_and_the_download_written(cast, world, visitor):
    visitor.open(reverse("text_open", args=[world.trajectory.public_id]))
    visitor.press("Ouvrir ce texte", reason=REASON, what=str(world.report.public_id))
    file = visitor.client.get(reverse("report_file", args=[world.report.public_id]))
    assert file.getvalue() == b"%PDF-1.7"
    event = AccessEvent.objects.get(act=AccessAct.DOWNLOADED)
    assert (event.by, event.about, event.from_outside) == (cast.coordinator, world.report.public_id, True)


def test_reason_is_asked_for(cast, world, visitor):
    visitor.open(reverse("text_open", args=[world.trajectory.public_id]))
    visitor.press("Ouvrir ce texte", reason="  ")
    assert visitor.page.errors() != {}
    assert not TextOpening.objects.filter(opened_by=cast.coordinator).exists()
    with pytest.raises(OperationRefused):
        open_text(by=cast.coordinator, target=world.trajectory, reason=" ")


def test_page_asks_again_who_one_is(cast, world, client):
    give_passwords([cast.coordinator])
    client.force_login(cast.coordinator)
    answer = client.get(reverse("text_open", args=[world.trajectory.public_id]))
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_owners_are_told_without_a_word_of_it_and_read_why_on_their_page(cast, world, signed_in):
    open_text(by=cast.coordinator, target=world.report, reason=REASON)
    for job in Job.objects.filter(kind="mail"):
        run_job(job.pk)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([cast.leader.email, cast.practitioner.email])
    assert not any(REASON in letter.body or "bilan" in letter.body for letter in mail.outbox)
    for owner in (cast.leader, cast.practitioner):
        words = Visitor(signed_in(owner)).open(reverse("looks", args=[cast.structure_a.public_id])).words
        assert f"{cast.coordinator.person.display_name} a ouvert le bilan du" in words
        assert REASON in words


def test_hour_closes_it(cast, world):
    open_text(by=cast.coordinator, target=world.trajectory, reason=REASON)
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert readable(cast) == NOTHING


def test_role_withdrawn_closes_it(cast, world):
    open_text(by=cast.coordinator, target=world.trajectory, reason=REASON)
    cast.coordinator.role_grants.update(until=timezone.localdate())
    del cast.coordinator.roles
    assert readable(cast) == NOTHING


def test_reading_is_all_that_opens(cast, world, visitor):
    open_text(by=cast.coordinator, target=world.trajectory, reason=REASON)
    assert visitor.client.post(reverse("words", args=[world.trajectory.public_id]), {"aim": "x"}).status_code == 403
    assert visitor.client.post(reverse("trials", args=[world.trajectory.public_id]), {"title": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["practitioner", "leader", "staff", "other_practitioner", "trainer", "nobody"])
def test_nobody_else_opens_anything(cast, world, name):
    with pytest.raises(OperationRefused):
        open_text(by=cast.users[name], target=world.trajectory, reason=REASON)


@pytest.mark.parametrize(
    ("name", "status"),
    [("leader", 200), ("practitioner", 200), ("coordinator", 403), ("staff", 403), ("board", 403), ("leader_b", 404)],
)
def test_who_looked_is_told_to_those_who_lead_and_accompany(cast, signed_in, name, status):
    assert signed_in(cast.users[name]).get(reverse("looks", args=[cast.structure_a.public_id])).status_code == status
