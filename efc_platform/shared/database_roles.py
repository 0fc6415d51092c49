"""Two roles in the database: the owner migrates, the application writes, and what is kept as proof lets itself be
rewritten by neither (docs/adr/)."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import pghistory.models
from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

log = logging.getLogger(__name__)
# Set by the few functions of the owner that rewrite lawfully, for the length of one transaction.
REWRITING = "efc.rewriting"
# What the application may ask of the owner, whose rights these functions borrow.
LENT_FUNCTIONS = ("purge_access_events(date)", "forget_in_history(regclass, bigint[], text[])")

_REFUSE_REWRITING = """
CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('efc.rewriting', true) = 'on'
        AND pg_catalog.pg_get_userbyid((SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID)) = current_user
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% keeps what was written: no %', TG_TABLE_NAME, TG_OP;
END $$
"""

# pghistory completes the context while its request lasts; later, nobody says again who did what.
_KEEP_CONTEXT = """
CREATE OR REPLACE FUNCTION keep_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.created_at < now() - interval '1 hour' THEN
        RAISE EXCEPTION 'the context of a past event stays';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_context BEFORE UPDATE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION keep_context()
"""


def event_models() -> list[type[models.Model]]:
    """The history of every tracked model, found rather than listed: a new one is guarded like the others."""
    return [one for one in apps.get_models() if issubclass(one, pghistory.models.Event)]


def append_only_models() -> list[type[models.Model]]:
    """Those that say `is_append_only`: what was recorded is never changed."""
    return [one for one in apps.get_models() if getattr(one, "is_append_only", False)]


def keep_database(sender: AppConfig, using: str, **_more: Any) -> None:
    """After each migration, as the owner of the tables: triggers on what is kept as proof, rights of the application.

    Told again it changes nothing, and takes no lock on a table that is already guarded.
    """
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if not _is_owner(cursor):
            return
        present = set(connection.introspection.table_names(cursor))
        events = [table for table in _tables(event_models()) if table in present]
        proofs = [table for table in _tables(append_only_models()) if table in present]
        cursor.execute(_REFUSE_REWRITING)
        _guard(cursor, [*events, *({"pghistory_context"} & present)], "TRUNCATE")
        _guard(cursor, proofs, "UPDATE OR DELETE OR TRUNCATE")
        if "pghistory_context" in present:
            cursor.execute(_KEEP_CONTEXT)
        if _is_another(cursor, settings.APPLICATION_ROLE):
            _grant(cursor, settings.APPLICATION_ROLE, {*events, *proofs, "django_migrations"} & present)


def _tables(found: Iterable[type[models.Model]]) -> list[str]:
    return sorted(one._meta.db_table for one in found)


def _is_owner(cursor: CursorWrapper) -> bool:
    return _one(
        cursor,
        "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'django_migrations'"
        " AND tableowner = current_user)",
    )


def _is_another(cursor: CursorWrapper, role: str) -> bool:
    return _one(cursor, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND rolname <> current_user)", role)


def _one(cursor: CursorWrapper, query: str, *parameters: str) -> bool:
    cursor.execute(query, parameters)
    return bool(cursor.fetchone()[0])


def _guard(cursor: CursorWrapper, tables: list[str], against: str) -> None:
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'refuse_rewriting'")
    guarded = {name.strip('"') for (name,) in cursor.fetchall()}
    for table in [one for one in tables if one not in guarded]:
        trigger = "CREATE TRIGGER refuse_rewriting BEFORE {} ON {} EXECUTE FUNCTION refuse_rewriting()"
        cursor.execute(sql.SQL(trigger).format(sql.SQL(against), sql.Identifier(table)))


def _grant(cursor: CursorWrapper, role: str, kept: set[str]) -> None:
    """Ordinary work on ordinary tables; of what is kept as proof, adding and reading; no table of its own."""
    to, words = sql.Identifier(role), []
    words += [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(to),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(to),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(to),
        # The context of a request grows while it lasts; pghistory's own function updates it then.
        sql.SQL("REVOKE DELETE ON pghistory_context FROM {}").format(to),
    ]
    words += [sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(one), to) for one in sorted(kept)]
    words += [sql.SQL("REVOKE INSERT ON django_migrations FROM {}").format(to)]
    for function in [one for one in LENT_FUNCTIONS if _one(cursor, "SELECT to_regprocedure(%s) IS NOT NULL", one)]:
        words += [
            sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function)),
            sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(function), to),
        ]
    for one in words:
        cursor.execute(one)


def excess_of_rights(cursor: CursorWrapper) -> str:
    """In what the connected role could undo the history; empty when it could not."""
    cursor.execute(
        "SELECT rolsuper, EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
        " FROM pg_roles WHERE rolname = current_user"
    )
    is_super, is_owner = cursor.fetchone()
    return "superuser" if is_super else "owner of the tables" if is_owner else ""


@register(Tags.database)
def check_application_role(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_more: Any
) -> list[CheckMessage]:
    """`manage.py check --database default`: the application must own nothing. The owner's own commands are let be."""
    if settings.RUNS_AS_OWNER or "default" not in (databases or []):
        return []
    with connections["default"].cursor() as cursor:
        excess = excess_of_rights(cursor)
    hint = "Give DATABASE_URL a role of its own and DATABASE_OWNER_URL the owner: docs/production.md says how."
    return [Error(f"The application's database role is {excess}.", hint=hint, id="efc_platform.E002")] if excess else []
