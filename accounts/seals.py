"""What a seal is made of: the digests of rows, their union, the chain. Reads only."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from accounts.models import AccessEvent, HistoryRewrite, HistorySeal
from efc_platform.shared.database_roles import event_models

# So many identifiers in one question to the database: each stays far below its time limit.
STEP = 20_000
NOTHING = "0" * 64


@dataclass(frozen=True)
class Table:
    """A table of proofs: its key, when a row was written, who caused it (pghistory's context), what is sealed of it."""

    name: str
    key: str
    moment: str
    has_context: bool
    columns: tuple[str, ...]


def sealed_tables() -> dict[str, Table]:
    """The history of every tracked model, then the log of accesses and what was lawfully rewritten."""
    tables = [Table(one._meta.db_table, "pgh_id", "pgh_created_at", True, _columns(one)) for one in event_models()]
    tables += [Table(one._meta.db_table, "id", "at", False, _columns(one)) for one in (AccessEvent, HistoryRewrite)]
    return {table.name: table for table in sorted(tables, key=lambda table: table.name)}


def _columns(model) -> tuple[str, ...]:
    return tuple(sorted(column.column for column in model._meta.concrete_fields))


@dataclass(frozen=True)
class Rows:
    """So many rows, and their digest."""

    number: int
    digest: str


def row_digests(table: Table, ids: Sequence[int], columns: Sequence[str]) -> dict[int, str]:
    """The digest of each of these rows as it stands, over these columns."""
    query = sql.SQL("SELECT t.{key}, {digest} FROM {table} t {context} WHERE t.{key} = ANY(%s)")
    with connection.cursor() as cursor:
        cursor.execute(query.format(**_pieces(table, columns)), [list(ids)])
        return dict(cursor.fetchall())


def rows_between(table: Table, first: int, last: int, columns: Sequence[str]) -> Rows:
    """The rows of a range of identifiers, in order; one lawfully rewritten counts as it was, provided that it stands
    as that rewriting left it."""
    number, union = 0, hashlib.sha256()
    for start in range(first, last + 1, STEP):
        found, digest = _step(table, start, min(start + STEP - 1, last), columns)
        number += found
        union.update(digest.encode())
    return Rows(number, union.hexdigest())


def _step(table: Table, first: int, last: int, columns: Sequence[str]) -> tuple[int, str]:
    query = sql.SQL("""
        SELECT count(*), coalesce(encode(sha256(convert_to(string_agg(
            CASE WHEN lawful.now = row.digest THEN lawful.then ELSE row.digest END, '' ORDER BY row.id
        ), 'UTF8')), 'hex'), '')
        FROM (SELECT t.{key} AS id, {digest} AS digest FROM {table} t {context} WHERE t.{key} BETWEEN %s AND %s) AS row
        LEFT JOIN (
            SELECT row_id, (array_agg(old_digest ORDER BY id))[1] AS then,
                (array_agg(new_digest ORDER BY id DESC))[1] AS now
            FROM accounts_historyrewrite WHERE table_name = %s AND row_id BETWEEN %s AND %s GROUP BY row_id
        ) AS lawful ON lawful.row_id = row.id
    """)
    with connection.cursor() as cursor:
        parameters: tuple[int | str, ...] = (first, last, table.name, first, last)
        cursor.execute(query.format(**_pieces(table, columns)), parameters)
        return cursor.fetchone()


def _pieces(table: Table, columns: Sequence[str]) -> dict[str, sql.Composable]:
    """The parts of a query on that table. A list rather than an object: no name can be changed for another."""
    values: list[sql.Composable] = [sql.SQL("t.{}").format(sql.Identifier(name)) for name in columns]
    context: sql.Composable = sql.SQL("")
    if table.has_context:
        values.append(sql.SQL("c.metadata"))
        context = sql.SQL("LEFT JOIN pghistory_context c ON c.id = t.pgh_context_id")
    return {
        "key": sql.Identifier(table.key),
        "table": sql.Identifier(table.name),
        "context": context,
        "digest": sql.SQL("encode(sha256(convert_to(jsonb_build_array({})::text, 'UTF8')), 'hex')").format(
            sql.SQL(", ").join(values)
        ),
    }


def chained(previous: str, seal: HistorySeal) -> str:
    """The link of the chain: all that the seal says, and the link before it."""
    said = [previous, seal.day.isoformat(), seal.table_name, seal.first_id, seal.last_id, seal.rows, seal.columns]
    return hashlib.sha256(json.dumps([*said, seal.digest]).encode()).hexdigest()


def last_before(table: Table, after: int, moment: datetime) -> int | None:
    """The identifier of the last row written before that moment, beyond those already sealed."""
    query = sql.SQL("SELECT max({key}) FROM {table} WHERE {key} > %s AND {moment} < %s")
    names = {"key": sql.Identifier(table.key), "table": sql.Identifier(table.name)}
    with connection.cursor() as cursor:
        cursor.execute(query.format(**names, moment=sql.Identifier(table.moment)), [after, moment])
        return cursor.fetchone()[0]


def problems_of(seals: Iterator[HistorySeal]) -> Iterator[str]:
    """What does not hold, seal by seal from the first: the chain, the ranges, the rows themselves."""
    tables, previous, reached = sealed_tables(), NOTHING, dict[str, int]()
    for seal in seals:
        if seal.chain != chained(previous, seal):
            yield f"Le sceau du {seal.day:%d/%m/%Y} sur {seal.table_name} a été modifié, ou un sceau avant lui."
        if seal.first_id != reached.get(seal.table_name, 0) + 1:
            yield f"Il manque un sceau sur {seal.table_name} avant celui du {seal.day:%d/%m/%Y}."
        previous, reached[seal.table_name] = seal.chain, seal.last_id
        if problem := _problem_of_rows(seal, tables.get(seal.table_name)):
            yield problem


def _problem_of_rows(seal: HistorySeal, table: Table | None) -> str:
    where = f"dans {seal.table_name}, sceau du {seal.day:%d/%m/%Y}"
    if table is None or not set(seal.columns) <= set(table.columns):
        return f"Ce qui a été scellé n’est plus là\u00a0: une table ou une colonne a été retirée ({where})."
    found = rows_between(table, seal.first_id, seal.last_id, seal.columns)
    if found == Rows(seal.rows, seal.digest) or _is_forgotten(seal, found):
        return ""
    if found.number != seal.rows:
        return f"{seal.rows} lignes ont été scellées, il y en a {found.number} ({where})."
    return f"Au moins une ligne n’est plus ce qui a été scellé ({where})."


def _is_forgotten(seal: HistorySeal, found: Rows) -> bool:
    """The log of accesses leaves when its time has come."""
    horizon = timezone.now().date() - timedelta(days=settings.RETENTION["traces"])
    is_log = seal.table_name == AccessEvent._meta.db_table
    return is_log and found.number == 0 and seal.day < horizon
