"""The application's role works, and undoes nothing of what is kept as proof."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts.models import AccessAct, AccessEvent, Person
from efc_platform.shared.database_roles import (
    append_only_models,
    check_application_role,
    event_models,
    excess_of_rights,
)
from tests.database_roles import as_owner
from tests.factories.people import PersonFactory

EVENTS = sorted(one._meta.db_table for one in event_models())
PROOFS = sorted(one._meta.db_table for one in append_only_models())
pytestmark = pytest.mark.django_db


def refused(statement: str) -> str:
    """What the database answers to the application."""
    with pytest.raises(DatabaseError) as answer, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(answer.value).split("\n")[0]


def test_tests_themselves_run_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.APPLICATION_ROLE,)
        assert excess_of_rights(cursor) == ""
    assert check_application_role(databases=["default"]) == []


def test_there_is_history_to_keep():
    assert len(EVENTS) > 20
    assert set(PROOFS) >= {"accounts_accessevent", "accounts_historyseal", "accounts_historyrewrite"}


@pytest.mark.parametrize("table", [*EVENTS, *PROOFS])
@pytest.mark.parametrize("words", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_kept_as_proof_is_not_rewritten(table, words):
    key = "pgh_id" if table in EVENTS else "id"
    assert refused(words.format(table, key, key)) == f"permission denied for table {table}"


@pytest.mark.parametrize("table", EVENTS)
def test_not_even_the_owner_empties_a_history(table):
    """Found from the registry: a model tracked tomorrow is in this list tomorrow."""
    with as_owner() as own, pytest.raises(psycopg.errors.RaiseException, match="keeps what was written: no TRUNCATE"):
        own.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize("table", PROOFS)
@pytest.mark.parametrize("words", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_owner_rewrites_no_proof_either(table, words):
    with as_owner() as own, pytest.raises(psycopg.errors.RaiseException, match="keeps what was written"):
        own.execute(words.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE pirate (id int)",
        "DROP TABLE trajectories_trial",
        "ALTER TABLE accounts_personevent DISABLE TRIGGER ALL",
        "DROP TRIGGER refuse_rewriting ON accounts_accessevent",
        "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "DELETE FROM pghistory_context",
        "TRUNCATE accounts_person CASCADE",
        "DELETE FROM django_migrations",
    ],
)
def test_application_changes_no_table_and_no_trigger(statement):
    answer = refused(statement)
    assert any(words in answer for words in ("permission denied", "must be owner"))


def test_claiming_to_rewrite_lawfully_gives_the_application_nothing():
    AccessEvent.objects.create(act=AccessAct.REFUSED)
    assert refused("SET LOCAL efc.rewriting = on; DELETE FROM accounts_accessevent").startswith("permission denied")
    assert refused("SET LOCAL pgtrigger.ignore = '{}'; DELETE FROM accounts_personevent").startswith(
        "permission denied"
    )


def test_ordinary_work_goes_on_and_is_told():
    person = PersonFactory(first_name="Nadia")
    Person.objects.filter(pk=person.pk).update(first_name="Nadja")
    Person.objects.filter(pk=person.pk).delete()
    told = Person.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "first_name")
    assert list(told) == [("insert", "Nadia"), ("update", "Nadja"), ("delete", "Nadja")]


def test_context_of_a_past_event_stays():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pghistory_context (id, metadata, created_at, updated_at)"
            " VALUES (gen_random_uuid(), '{}', now() - interval '2 hours', now())"
        )
    assert refused("UPDATE pghistory_context SET metadata = '{\"user\": 1}'") == "the context of a past event stays"


def test_log_of_accesses_is_not_forgotten_before_its_time():
    assert refused("SELECT purge_access_events(current_date)") == "the log of accesses is kept six months at least"


def test_owner_in_the_place_of_the_application_is_found_out():
    with as_owner() as own, own.cursor() as cursor:
        assert excess_of_rights(cursor) == "owner of the tables"


def manage(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command on this test's database, with the environment of `make test`: both roles."""
    named = {
        name: urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{connection.settings_dict['NAME']}"))
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **named}, capture_output=True, text=True)


def test_commands_run_as_the_application_and_only_migrating_as_the_owner():
    said = "from django.conf import settings; print(settings.DATABASES['default']['USER'], settings.RUNS_AS_OWNER)"
    role, is_owner = manage("shell", "--no-imports", "-c", said).stdout.split()
    assert (role, is_owner) == (settings.APPLICATION_ROLE, "False")
    # Told again, the rights and the triggers are what they were.
    assert manage("migrate", "--no-input").returncode == 0
    assert manage("check", "--database", "default").returncode == 0
