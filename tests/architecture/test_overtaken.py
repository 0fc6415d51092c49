"""Whoever saves while another's saving ends is shown what the other wrote, on every form that carries a version."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, models, transaction
from django.urls import reverse

from tests.addresses import kwargs_of
from tests.architecture.test_mass_assignment import EVERY_EDIT
from tests.factories.cast import Cast
from tests.factories.world import World, furnish, give_passwords
from tests.forging import Edit
from tests.pausing import send

pytestmark = pytest.mark.usefixtures("transactional_db")
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def world(cast: Cast) -> World:
    give_passwords(cast.users.values())
    me = cast.practitioner
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)


def versioned(world: World) -> Iterator[tuple[Edit, models.Model]]:
    """The forms sent with the version that their own row has."""
    seen = set()
    for edit in EVERY_EDIT:
        row = edit.row(world)
        sent = edit.sent | edit.sent_of(world)
        if edit.address not in seen and "version" in sent and getattr(row, "version", None) == sent["version"]:
            seen.add(edit.address)
            yield edit, row


def held_until_both_wait(row: models.Model, sendings: list[threading.Thread]) -> None:
    """Both have read the row before either writes it: the lock that they wait for is let go then."""
    with transaction.atomic():
        type(row)._base_manager.select_for_update().get(pk=row.pk)
        for sending in sendings:
            sending.start()
        for _look in range(400):
            with connection.cursor() as cursor:
                # What others do is looked up anew.
                cursor.execute("SELECT pg_sleep(0.005), pg_stat_clear_snapshot()")
                cursor.execute(WAITING)
                waiting = cursor.fetchone()[0]
            if waiting >= sum(one.is_alive() for one in sendings):
                return


def test_of_two_who_save_the_same_form_at_once_one_is_shown_what_the_other_wrote(cast, world, signed_in):
    answers: dict[str, list[tuple[int, str]]] = {}
    opened_on: dict[str, str] = {}
    for edit, row in versioned(world):
        address = reverse(edit.address, kwargs=kwargs_of(edit.about, world))
        sent, given = edit.sent | edit.sent_of(world), answers.setdefault(edit.address, [])
        opened_on[edit.address] = str(sent["version"])

        def post(client, address=address, sent=sent, given=given) -> None:
            try:
                response = send(client, address, sent)
                form = response.context and response.context.get("form")
                given.append((response.status_code, str(form["version"].value()) if form else ""))
            finally:
                connection.close()

        clients = [signed_in(cast.users[edit.by]) for _who in range(2)]
        sendings = [threading.Thread(target=post, args=[client]) for client in clients]
        held_until_both_wait(row, sendings)
        for sending in sendings:
            sending.join(timeout=30)
    statuses = {name: sorted(status for status, _version in given) for name, given in answers.items()}
    assert [name for name, both in statuses.items() if both == [302, 302]] == [], "the second wrote over the first"
    won = {name for name, both in statuses.items() if both == [200, 302]}
    # A request is answered once: its page tells the second by whom, and asks for nothing any more.
    assert {name for name in won if opened_on[name] == dict(answers[name])[200]} == {"request"}
    assert len(won) > 25, "the others were refused to both: an earlier form had changed the world"
