"""The seals of each night: what a superuser changes by hand is found, what the law changes is not taken for it."""

import logging
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.audit import record_access
from accounts.models import AccessAct, AccessEvent, HistoryCheck, HistoryRewrite, HistorySeal, Person
from accounts.operations import forget_in_history, purge_access_events, seal_history, verify_history
from accounts.tasks import seal_history as seal_task
from accounts.tasks import verify_history as verify_task
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.database_roles import as_owner
from tests.factories.people import PersonFactory

# Committed, for another connection tampers with what was written.
pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = "accounts_personevent"


def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


@pytest.fixture
def sealed() -> Person:
    """Somebody whose name was changed once, sealed."""
    person = PersonFactory(first_name="Nadia")
    Person.objects.filter(pk=person.pk).update(first_name="Nadja")
    seal_history(until=tomorrow())
    return person


@pytest.fixture
def tampering():
    """A hand that triggers do not stop, as a superuser with session_replication_role = replica has."""

    def change(statement: str) -> None:
        table = statement.split("accounts_")[1].split()[0]
        with as_owner() as own:
            own.execute(f"ALTER TABLE accounts_{table} DISABLE TRIGGER USER")
            own.execute(statement)
            own.execute(f"ALTER TABLE accounts_{table} ENABLE TRIGGER USER")

    return change


def test_what_nobody_touched_holds(sealed):
    check = verify_history()
    assert check.problems == []
    assert (check.seals, check.rows) == (HistorySeal.objects.count(), 2)


def test_one_name_changed_by_hand_is_found(sealed, tampering):
    tampering(f"UPDATE {EVENTS} SET first_name = 'Nadine' WHERE first_name = 'Nadia'")
    day = HistorySeal.objects.get(table_name=EVENTS).day
    assert verify_history().problems == [
        f"Au moins une ligne n’est plus ce qui a été scellé (dans {EVENTS}, sceau du {day:%d/%m/%Y})."
    ]


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {EVENTS} WHERE first_name = 'Nadia'",
        f"UPDATE {EVENTS} SET pgh_created_at = pgh_created_at - interval '1 day'",
        f"UPDATE {EVENTS} SET pgh_label = 'insert'",
        f"UPDATE {EVENTS} SET pgh_id = pgh_id + 1000",
        "UPDATE accounts_historyseal SET rows = 3",
        "UPDATE accounts_historyseal SET day = day - 1",
        "DELETE FROM accounts_historyseal WHERE id = (SELECT min(id) FROM accounts_historyseal)",
    ],
)
def test_any_other_trace_of_a_hand_is_found_too(sealed, tampering, statement):
    PersonFactory()
    seal_history(until=tomorrow())
    assert verify_history().problems == []
    tampering(statement)
    assert verify_history().problems != []


def test_whose_act_it_was_is_sealed_with_it(sealed):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pghistory_context (id, metadata, created_at, updated_at)"
            " VALUES ('0f0f0f0f-0000-4000-8000-000000000000', '{\"user\": 1}', now(), now())"
        )
        cursor.execute(
            f"INSERT INTO {EVENTS} (pgh_created_at, pgh_label, pgh_context_id, pgh_obj_id, id, public_id, first_name,"
            " last_name, gender, email, phone, created_at, version) SELECT now(), 'update',"
            " '0f0f0f0f-0000-4000-8000-000000000000', pgh_obj_id, id, public_id, 'Nadja', last_name, gender, email,"
            f" phone, created_at, version FROM {EVENTS} LIMIT 1"
        )
    seal_history(until=tomorrow())
    assert verify_history().problems == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pghistory_context SET metadata = '{\"user\": 2}'")
    assert len(verify_history().problems) == 1


def test_night_after_night_only_what_is_new_is_sealed(sealed):
    assert seal_history(until=tomorrow()) == []
    PersonFactory()
    (seal,) = seal_history(until=tomorrow())
    first = HistorySeal.objects.filter(table_name=EVENTS).first()
    assert (seal.table_name, seal.first_id, seal.rows) == (EVENTS, first.last_id + 1, 1)
    assert verify_history().problems == []


def test_night_of_the_clock_seals_the_days_before_today():
    PersonFactory()
    seal_task()
    assert not HistorySeal.objects.exists()
    with time_machine.travel(tomorrow(), tick=False):
        seal_task()
        verify_task()
    assert HistorySeal.objects.get().day == datetime.now(UTC).date()
    assert HistoryCheck.objects.get().problems == []


def test_head_of_the_chain_leaves_the_database(caplog):
    PersonFactory()
    with caplog.at_level(logging.INFO, "accounts.seals"):
        seal_history(until=tomorrow())
    assert HistorySeal.objects.last().chain in caplog.text


def test_coordination_is_told_by_mail_and_the_logs_say_it(sealed, tampering, cast, caplog, signed_in):
    tampering(f"UPDATE {EVENTS} SET first_name = 'Nadine' WHERE first_name = 'Nadia'")
    check = verify_history()
    assert check.problems[0] in caplog.text
    run_job(Job.objects.get(kind="mail").pk)
    assert [letter.to for letter in mail.outbox] == [[cast.coordinator.email]]
    assert "Nadi" not in mail.outbox[0].body
    page = signed_in(cast.coordinator).get("/historique/etat/").content.decode()
    assert "L’historique a été modifié en dehors de la plateforme." in page


def test_erasure_holds_and_is_written_down(sealed, tampering):
    event = Person.pgh_event_model.objects.filter(pgh_obj_id=sealed.pk).earliest("pgh_id")
    assert forget_in_history(model=Person, columns=["first_name"], pgh_id=event.pgh_id) == 1
    assert verify_history().problems == []
    written = HistoryRewrite.objects.get()
    assert (written.table_name, written.row_id, written.reason) == (
        EVENTS,
        event.pgh_id,
        "Effacement d’une personne (RGPD, article 17)",
    )
    tampering(f"UPDATE {EVENTS} SET first_name = 'Nadine' WHERE pgh_id = {event.pgh_id}")
    assert len(verify_history().problems) == 1


def test_erased_twice_holds_as_well(sealed):
    event = Person.pgh_event_model.objects.filter(pgh_obj_id=sealed.pk).earliest("pgh_id")
    for column in ("first_name", "last_name"):
        forget_in_history(model=Person, columns=[column], pgh_id=event.pgh_id)
    seal_history(until=tomorrow())
    assert verify_history().problems == []


def test_accesses_are_forgotten_when_their_time_has_come_and_the_seals_hold(cast):
    with time_machine.travel(timezone.now() - timedelta(days=400), tick=False):
        record_access(by=cast.leader, act=AccessAct.REFUSED)
        seal_history(until=tomorrow())
    record_access(by=cast.leader, act=AccessAct.REFUSED)
    seal_history(until=tomorrow())
    before = AccessEvent.objects.count()
    assert purge_access_events(before=timezone.now() - timedelta(days=365)) == 1
    assert AccessEvent.objects.count() == before - 1
    assert verify_history().problems == []


def test_an_owner_without_a_superuser_cannot_set_triggers_aside():
    with as_owner() as own, pytest.raises(psycopg.errors.InsufficientPrivilege):
        own.execute("SET session_replication_role = replica")


@pytest.mark.parametrize(
    "words", ["UPDATE accounts_personevent SET version = version", "DELETE FROM accounts_personevent"]
)
def test_owner_meets_the_triggers_where_the_application_has_no_right(sealed, words):
    with as_owner() as own, pytest.raises(psycopg.errors.RaiseException, match="Cannot update or delete rows"):
        own.execute(words)
