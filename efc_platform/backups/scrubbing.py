"""A copy for trials: all that `@classified` calls personal or confidential is replaced, on a server of its own."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import psycopg
from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from psycopg import sql

from accounts.models import User
from efc_platform.backstage.models import Draft, Submission
from efc_platform.backups.archive import Writer
from efc_platform.backups.keys import recipients, sealed
from efc_platform.backups.making import Moment, dumped, dumped_to, manifest_of, moment_of
from efc_platform.backups.programs import Base
from efc_platform.backups.restoring import restore_base
from efc_platform.backups.scratch import base_at, own_server
from efc_platform.backups.stores import Store
from efc_platform.backups.streams import written_by
from efc_platform.shared.classification import OTHERS, classified_models
from efc_platform.shared.database_roles import append_only_models, event_models
from trajectories.models import JournalEntry

_SHORT = 12
_WORDS = (models.CharField, models.TextField)


def make_scrubbed_copy(store: Store, public_keys: Sequence[str], *, password: str) -> str:
    """Writes the copy under a name that says what it is; `password` is the hash that every account gets."""
    recipients(public_keys)
    name = f"copie-d-essai-{timezone.now():%Y%m%dT%H%M%SZ}.tar.age"
    with tempfile.TemporaryDirectory(prefix="efc-scrub-") as folder, own_server() as url:
        dump, scratch = Path(folder) / "base.dump", base_at(url)
        with moment_of(Base.of(connection.settings_dict)) as moment:
            dumped_to(dump, moment)
        restore_base(dump, scratch)
        scrub(scratch, password)
        with moment_of(scratch) as scrubbed:
            store.write(name, sealed(written_by(lambda out: _write(out, scrubbed)), public_keys))
    return name


def _write(out: BinaryIO, moment: Moment) -> None:
    manifest, writer = manifest_of(moment), Writer(out)
    manifest.scrubbed, manifest.keys = True, {"journal": {}, "secret": {}}
    manifest.dump = dumped(moment, writer)
    writer.manifest(manifest)


def scrub(base: Base, password: str) -> None:
    """Triggers sleep meanwhile: they would keep in the history what is being taken away."""
    with base.connected() as own, own.transaction():
        own.execute("SET LOCAL session_replication_role = replica")
        for model in dropped_models():
            own.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(model._meta.db_table)))
        for model in classified_models():
            _replace(own, model)
        own.execute(sql.SQL("UPDATE {} SET password = %s").format(sql.Identifier(User._meta.db_table)), [password])


def dropped_models() -> list[type[models.Model]]:
    """Rows that are nothing but what one person wrote or did: journals, drafts, history, log, sessions, factors."""
    theirs = [apps.get_model(label) for label in OTHERS if label != "sessions.Session"]
    return [JournalEntry, Draft, Submission, *event_models(), *append_only_models(), *theirs]


def _replace(own: psycopg.Connection, model: type[models.Model]) -> None:
    changes = list(_changes(model))
    if changes:
        words = sql.SQL("UPDATE {} SET {}").format(sql.Identifier(model._meta.db_table), sql.SQL(", ").join(changes))
        own.execute(words)


def _changes(model: type[models.Model]) -> Iterator[sql.Composed]:
    said = model.classification  # type: ignore[attr-defined]
    for field in model._meta.local_concrete_fields:
        if field.name in said.personal | said.confidential and (value := replacement(field)) is not None:
            yield sql.SQL("{} = {}").format(sql.Identifier(str(field.column)), value)


def replacement(field: "models.Field") -> sql.Composable | None:
    """What stands in its place: empty stays empty, so that each row still says as much as it did. Links between rows,
    dates, figures and choices within a list stay: they are what the copy is for, and name nobody any more."""
    column = sql.Identifier(str(field.column))
    if isinstance(field, models.JSONField):
        return sql.SQL(
            "CASE jsonb_typeof({c}) WHEN 'object' THEN '{{}}'::jsonb WHEN 'array' THEN '[]'::jsonb ELSE {c} END"
        ).format(c=column)
    if isinstance(field, models.BinaryField):
        return sql.SQL("CASE WHEN {c} IS NULL THEN NULL ELSE ''::bytea END").format(c=column)
    if field.name == "gender":
        return sql.SQL("''")
    if not isinstance(field, _WORDS) or field.choices:
        return None
    return sql.SQL("CASE WHEN {c} = '' THEN '' WHEN {c} IS NULL THEN NULL ELSE {words} END").format(
        c=column, words=_words(field)
    )


def _words(field: "models.Field") -> sql.Composable:
    own_key = field.model._meta.pk
    key: sql.Composable = sql.SQL("{}::text").format(sql.Identifier(str(own_key.column)))
    if isinstance(own_key, _WORDS):
        # A key that is itself a text: nothing of it may be in what replaces it, nor in what stands beside it.
        key = sql.SQL("left(encode(sha256(convert_to(random()::text || {}, 'UTF8')), 'hex'), 32)").format(key)
    if isinstance(field, models.EmailField):
        return sql.SQL("'personne' || {} || '@essai.example'").format(key)
    if isinstance(field, models.URLField):
        return sql.SQL("'https://essai.example/' || {}").format(key)
    if field.name == "url":
        return sql.SQL("'/'")
    longest = field.max_length or 200
    first = "e" if longest < _SHORT else "Texte "
    return sql.SQL("left({} || {}, {})").format(sql.Literal(first), key, sql.Literal(longest))
