"""What the imports of every kind of file share: the file kept, its columns, its work, one at a time; its end."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

import pghistory
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job
from efc_platform.shared.columns import Layout, Read, is_blank
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.spreadsheets import LONGEST_CELL, UnreadableTable, read_table
from structures.models import IMPORT_TRANSITIONS, FileImport, FileLine, ImportState

BATCH = 500
T = TypeVar("T")
I = TypeVar("I", bound=FileImport)  # noqa: E741


@dataclass(frozen=True)
class Importing(Generic[I]):
    """One kind of file: who brings it, what it may say, the kinds of work that it asks of a worker."""

    model: type[I]
    layout: Layout
    jobs: Mapping[ImportState, str]
    may: Callable[[User], bool]
    not_theirs: str
    # Said of a file, and of the columns that somebody chose, without its key.
    keyless_file: str
    keyless_columns: str
    longest: int = LONGEST_CELL

    def refuse_stranger(self, by: User) -> None:
        if not self.may(by):
            raise OperationRefused(self.not_theirs)

    def receive(self, *, by: User, name: str, content: bytes, client_key: UUID, **options: Any) -> I:
        """Keeps the file and has it read by a worker. OperationRefused, before anything is kept, for what is no table
        or lacks its key."""
        self.refuse_stranger(by)
        try:
            rows = read_table(content, longest=self.longest)
        except UnreadableTable as wrong:
            raise OperationRefused(str(wrong), field="file") from wrong
        heading_row, columns = self.layout.recognise(rows)
        if self.layout.key not in columns.values():
            raise OperationRefused(self.keyless_file, field="file")
        with transaction.atomic():
            stored = backstage.store_file(name=name[-200:], content_type="application/octet-stream", content=content)
            made = self.model._default_manager.create(
                client_key=client_key,
                file_name=name[-200:],
                file=stored,
                heading_row=heading_row,
                columns={str(place): field for place, field in columns.items()},
                made_by=by,
                **options,
            )
            self.set_to_work(made, ImportState.READING)
        return made

    @transaction.atomic
    def set_columns(self, *, by: User, found: I, columns: Mapping[int, str], **options: Any) -> None:
        """Says what each column is, and has the file read again."""
        self.refuse_stranger(by)
        found = self.locked(
            found, ImportState.ANALYSED, "Ce fichier a déjà été appliqué\u00a0: ses colonnes ne changent plus."
        )
        if self.layout.key not in columns.values():
            raise OperationRefused(self.keyless_columns)
        if len(set(columns.values())) < len(columns):
            raise OperationRefused("Deux colonnes disent la même chose\u00a0: n’en gardez qu’une.")
        found.columns = {str(place): name for place, name in columns.items() if name in self.layout.by_name}
        for name, value in options.items():
            setattr(found, name, value)
        found.save(update_fields=["columns", *options])
        self.set_to_work(found, ImportState.READING)

    @transaction.atomic
    def write(self, *, by: User, found: I, is_to_write: Callable[[I], bool]) -> None:
        """Has every line written by a worker, in one transaction."""
        self.refuse_stranger(by)
        found = self.locked(found, ImportState.ANALYSED, "Cet import est déjà parti\u00a0: rien n’est écrit deux fois.")
        if not is_to_write(found):
            raise OperationRefused("Aucune ligne n’est à écrire.")
        self.set_to_work(found, ImportState.WRITING)

    @transaction.atomic
    def undo(self, *, by: User, found: I) -> None:
        """Has the whole import taken back. OperationRefused after thirty days."""
        self.refuse_stranger(by)
        found = self.locked(found, ImportState.WRITTEN, "Cet import ne peut plus être repris, ou l’est déjà.")
        if not found.may_be_taken_back:
            raise OperationRefused("Un import se reprend pendant trente jours\u00a0: ce délai est passé.")
        self.set_to_work(found, ImportState.UNDOING)

    def retry(self, *, by: User, found: I) -> None:
        """What a worker could not finish is asked again."""
        self.refuse_stranger(by)
        if found.job:
            backstage.requeue(job=found.job)

    def locked(self, found: I, state: ImportState, otherwise: str) -> I:
        current = self.model._default_manager.select_for_update(of=("self",)).get(pk=found.pk)
        if current.state != state:
            raise OperationRefused(otherwise)
        return current

    def set_to_work(self, found: I, state: ImportState) -> None:
        _enter(found, state)
        # The state, under its lock, is what keeps a work from being asked twice.
        key = f"{self.jobs[state]}:{found.public_id}:{uuid4().hex[:8]}"
        found.job = backstage.enqueue(kind=self.jobs[state], key=key, payload={"import": str(found.public_id)})
        found.save(update_fields=["state", "job"])

    # By the worker, each once whatever happens to it.

    def of_job(self, job: Job) -> I:
        known = self.model._default_manager.select_related("file", "made_by")
        return known.get(public_id=job.payload["import"])

    def lines(self, found: I) -> Iterator[tuple[int, list[str], Read]]:
        """Every line below the headings that says anything, under its number in the file."""
        columns = {int(place): name for place, name in found.columns.items()}
        if found.file is None:
            return
        for number, cells in enumerate(read_table(found.file.read(), longest=self.longest), start=1):
            if number > found.heading_row + 1 and not is_blank(cells):
                yield number, cells, self.layout.read_line(cells, columns)

    @staticmethod
    def keep_lines(found: FileImport, lines: Iterable[FileLine], job: Job) -> None:
        """What each line would do, in the place of what an earlier reading said."""
        with transaction.atomic():
            if not backstage.still_holds(job=job):
                return
            found.lines.all().delete()
            found.lines.model.objects.bulk_create(lines, batch_size=BATCH)
            _finish(found, ImportState.ANALYSED, job)


@contextmanager
def in_one_go(found: FileImport, state: ImportState, job: Job, moment: str) -> Iterator[None]:
    """All that the worker writes, or nothing, in the name of whoever brought the file; nothing from a worker whose
    work another took over."""
    with transaction.atomic(), pghistory.context(user=found.made_by_id):
        yield
        if not backstage.still_holds(job=job):
            transaction.set_rollback(True)
            return
        _finish(found, state, job, **{moment: timezone.now()})


def _enter(found: FileImport, state: ImportState) -> None:
    if state not in {found.state} | IMPORT_TRANSITIONS[ImportState(found.state)]:
        raise OperationRefused("Cet import a changé entre-temps\u00a0: rechargez la page.")
    found.state = state


def _finish(found: FileImport, state: ImportState, job: Job, **moment: Any) -> None:
    _enter(found, state)
    for name, value in moment.items():
        setattr(found, name, value)
    found.save(update_fields=["state", *moment])
    backstage.finish(job=job)


def batches(rows: list[T]) -> Iterator[list[T]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def erase_files(imports: QuerySet[Any], *, before: datetime, **emptied: Any) -> int:
    """What the files said, once nobody may go back: that rows came by an import stays, under their line."""
    old = imports.filter(made_at__lt=before, file__isnull=False).select_related("file")
    for one in old:
        one.lines.update(cells=[], sheet={}, **emptied)
        stored = one.file
        one.file = None
        one.save(update_fields=["file"])
        if stored:
            backstage.drop_file(file=stored)
    return len(old)
