"""What the database holds, whichever way it is written there."""

from collections.abc import Iterator

from django.db import connection


def rows_of_the_database() -> Iterator[str]:
    """Every row of every table as PostgreSQL writes it, events and sessions included."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            yield from (row for (row,) in cursor.fetchall())
