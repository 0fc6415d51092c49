"""`migrate` gives way to whoever holds a table, and comes back."""

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.database_roles import as_owner, credentials

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owning():
    """As in production, where the owner of the tables migrates."""
    connection.close()
    connection.settings_dict.update(credentials("DATABASE_OWNER_URL"))
    yield
    connection.close()
    connection.settings_dict.update(credentials("DATABASE_URL"))


@pytest.fixture
def holder(owning):
    """Somebody else's work, which has the list of migrations for itself."""
    with as_owner() as other, other.transaction(force_rollback=True):
        other.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        yield other


class Releasing(StringIO):
    """Ends that work at the first word it is told."""

    def __init__(self, holder: psycopg.Connection) -> None:
        super().__init__()
        self.holder = holder

    def write(self, words: str) -> int:
        self.holder.execute("ROLLBACK")
        return super().write(words)


def migrate(**options) -> None:
    call_command("migrate", stdout=StringIO(), interactive=False, **options)


def test_what_was_held_is_done_at_the_next_try(holder):
    heard = Releasing(holder)
    migrate(stderr=heard)
    assert heard.getvalue().count("nouvel essai") == 1


def test_what_stays_held_is_left_whole_and_says_what_to_do(holder):
    with pytest.raises(CommandError, match="Rien n’est changé à moitié"):
        migrate(patience=0)


def test_the_limits_of_the_connection_are_those_of_before(owning):
    def limits() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            return cursor.fetchone()

    before = limits()
    assert "0" not in before
    migrate()
    assert limits() == before


def test_an_index_that_was_left_half_built_is_cleared(owning):
    with as_owner() as own:
        own.execute("CREATE TABLE half (number integer)")
        own.execute("INSERT INTO half VALUES (1), (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            own.execute("CREATE UNIQUE INDEX CONCURRENTLY half_built ON half (number)")
        migrate()
        found = own.execute("SELECT count(*) FROM pg_class WHERE relname = 'half_built'").fetchone()
        own.execute("DROP TABLE half")
    assert found == (0,)
