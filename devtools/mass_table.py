"""Rows that are written by COPY, table by table."""

from typing import Any

import psycopg
from psycopg import sql


class Table:
    """Rows of one table that wait for the next COPY. What is not given takes the default of its model."""

    def __init__(self, model: Any, *columns: str) -> None:
        fields = {one.column: one for one in model._meta.concrete_fields if not one.generated}
        constants = {
            name: one.get_default() for name, one in fields.items() if name not in {"id", *columns} and not one.null
        }
        self.name: str = model._meta.db_table
        self.history = [one._meta for one in _histories_of(model)]
        self.columns = ["id", *columns, *constants]
        self.constants = tuple(constants.values())
        self.first = self.next = 0
        self.rows: list[tuple[Any, ...]] = []

    def begin(self, connection: psycopg.Connection) -> None:
        query = sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(self.name))
        self.first = self.next = one_of(connection, query)

    def add(self, *values: Any) -> int:
        """The key of the new row."""
        key = self.next
        self.rows.append((key, *values, *self.constants))
        self.next += 1
        return key

    def copy(self, connection: psycopg.Connection) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        words = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self.name), names)
        with connection.cursor() as cursor, cursor.copy(words) as copy:
            for row in self.rows:
                copy.write_row(row)
        self.rows.clear()

    def finish(self, connection: psycopg.Connection) -> None:
        """Its sequence goes on after the rows, and its history tells that they were written."""
        table = sql.Identifier(self.name)
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                sql.Literal(self.name), table
            )
        )
        for history in self.history:
            kept = [one.column for one in history.concrete_fields if not one.column.startswith("pgh_")]
            columns = sql.SQL(", ").join(map(sql.Identifier, kept))
            connection.execute(
                sql.SQL(
                    "INSERT INTO {} (pgh_created_at, pgh_label, pgh_obj_id, {}) "
                    "SELECT now(), 'insert', id, {} FROM {} WHERE id >= {} ORDER BY id"
                ).format(sql.Identifier(history.db_table), columns, columns, table, sql.Literal(self.first))
            )


def _histories_of(model: Any) -> list[Any]:
    from efc_platform.shared.database_roles import event_models

    return [one for one in event_models() if getattr(one, "pgh_tracked_model", None) is model]


def one_of(connection: psycopg.Connection, query: Any, *parameters: Any) -> Any:
    """The only value of a row that must be there."""
    row = connection.execute(query, parameters).fetchone()
    if row is None:
        raise LookupError("the demonstration is not in this database")
    return row[0]
