"""Django's own `migrate`, which never makes the people at work queue behind it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Whoever comes after a lock that is waited for waits too: two seconds are the most that anybody is held up.
LOCK_SECONDS = 2
PAUSE_SECONDS = 3


class Command(Migrate):
    """A change of table needs it alone for an instant. When somebody's work holds it, the change gives up after two
    seconds, lets those who wait pass, and comes back; a whole migration is undone and done again, so that nothing is
    left halfway. What lasts without holding anybody up (an index built beside, rows filled in) may last.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--patience", type=float, default=300, metavar="SECONDES", help="combien de temps revenir à la charge"
        )

    def handle(self, *args: Any, patience: float = 300, **options: Any) -> None:
        connection, deadline = connections[options["database"]], time.monotonic() + patience
        while True:
            try:
                with _bounded(connection):
                    _forget_half_built_indexes(connection)
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    raise
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"Depuis {patience:.0f} secondes, la table à changer reste prise par un autre travail, une "
                        "sauvegarde peut-être. Rien n’est changé à moitié, et le site répond\u00a0: relancez la "
                        "commande quand ce travail est fini."
                    ) from error
                self.stderr.write("Une table est prise par un autre travail\u00a0: nouvel essai dans trois secondes.")
                time.sleep(PAUSE_SECONDS)


@contextmanager
def _bounded(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For this command alone: tests and restorations migrate on a connection that then serves."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET lock_timeout = '{LOCK_SECONDS}s'; SET statement_timeout = 0;"
            " SET idle_in_transaction_session_timeout = 0"
        )
    try:
        yield
    except BaseException:
        connection.close()
        raise
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout; RESET statement_timeout; RESET idle_in_transaction_session_timeout")


def _forget_half_built_indexes(connection: BaseDatabaseWrapper) -> None:
    """Those that a wait interrupted: they serve nobody, and their name is needed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE NOT indisvalid AND pg_get_userbyid(relowner) = current_user"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
