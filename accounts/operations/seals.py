"""Sealing the history each night, verifying all of it, and writing down what is lawfully changed in it."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from accounts import notifications
from accounts.models import HistoryCheck, HistoryRewrite, HistorySeal
from accounts.seals import NOTHING, Table, chained, last_before, problems_of, row_digests, rows_between, sealed_tables

log = logging.getLogger("accounts.seals")
# Any number, the same for whoever seals: two clocks must not write the same night twice.
_LOCK = 20_260_102
ERASURE = "Effacement d’une personne (RGPD, article 17)"


@transaction.atomic
def seal_history(*, until: datetime | None = None) -> list[HistorySeal]:
    """Seals what each table of proofs gained before that moment, the last midnight (UTC) by default.

    Done hours after midnight, so that no transaction begun before it is still writing. The head of the chain goes to
    the logs, where whoever holds the database does not reach it.
    """
    moment = until or datetime.combine(timezone.now().date(), datetime.min.time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    head = HistorySeal.objects.order_by("-pk").values_list("chain", flat=True).first() or NOTHING
    made = []
    for table in sealed_tables().values():
        if seal := _seal(table, moment, head):
            head = seal.chain
            made.append(seal)
    log.info("history sealed before %s: %s seals, head %s", moment.isoformat(), len(made), head)
    return made


def _seal(table: Table, moment: datetime, head: str) -> HistorySeal | None:
    sealed = HistorySeal.objects.filter(table_name=table.name).order_by("-last_id")
    first = (sealed.values_list("last_id", flat=True).first() or 0) + 1
    last = last_before(table, first - 1, moment)
    if last is None:
        return None
    rows = rows_between(table, first, last, table.columns)
    seal = HistorySeal(
        day=(moment - timedelta(microseconds=1)).date(),
        table_name=table.name,
        first_id=first,
        last_id=last,
        rows=rows.number,
        columns=list(table.columns),
        digest=rows.digest,
    )
    seal.chain = chained(head, seal)
    seal.save()
    return seal


def verify_history() -> HistoryCheck:
    """Reads every sealed row again. What no longer holds is an error in the logs, a mail to the coordination, and
    stays on their page."""
    started = time.monotonic()
    seals = HistorySeal.objects.order_by("pk")
    problems = list(problems_of(seals.iterator()))
    check = HistoryCheck.objects.create(
        seals=seals.count(),
        rows=sum(seals.values_list("rows", flat=True)),
        seconds=round(time.monotonic() - started, 2),
        problems=problems,
    )
    for problem in problems:
        log.error("history does not hold: %s", problem)
    if problems:
        notifications.tell_history_broken(check)
    return check


@transaction.atomic
def forget_in_history(*, model: type[models.Model], columns: Sequence[str], **which: Any) -> int:
    """Blanks these texts in the past versions that `which` finds, as an erasure asks (RGPD, article 17), through the
    one database function that may; gives how many rows.

    The digest of each row before and after is written down, so that the seals still hold and everybody can see that
    it changed, when and why.
    """
    events = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    ids = list(events._base_manager.filter(**which).values_list("pgh_id", flat=True))
    table = sealed_tables()[events._meta.db_table]
    before = _digests(table, ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT forget_in_history(%s::regclass, %s::bigint[], %s::text[])", [table.name, ids, list(columns)]
        )
        rewritten = cursor.fetchone()[0]
    after = _digests(table, ids)
    HistoryRewrite.objects.bulk_create(
        HistoryRewrite(table_name=table.name, row_id=one, old_digest=old, new_digest=after[one], reason=ERASURE)
        for one, old in before.items()
        if old != after[one]
    )
    return rewritten


def _digests(table: Table, ids: Sequence[int]) -> dict[int, str]:
    """Over the columns that were sealed: those of today for a row that no seal covers yet."""
    left, found = set(ids), dict[int, str]()
    covering = HistorySeal.objects.filter(
        table_name=table.name, last_id__gte=min(ids, default=0), first_id__lte=max(ids, default=0)
    )
    for seal in covering:
        covered = {one for one in left if seal.first_id <= one <= seal.last_id}
        found |= row_digests(table, sorted(covered), seal.columns)
        left -= covered
    return found | row_digests(table, sorted(left), table.columns)
