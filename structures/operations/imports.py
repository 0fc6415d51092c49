"""A spreadsheet received, read line by line, decided on, written in one go, taken back in one go."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job
from efc_platform.shared.columns import Read, plain
from structures.importing import BATCH, Importing, batches, erase_files, in_one_go
from structures.imports import LAYOUT
from structures.likeness import SAME_NAME_HERE, Alike, Identity, lines_alike
from structures.merging import columns_to_move
from structures.models import (
    Choice,
    ImportLine,
    ImportState,
    Outcome,
    Structure,
    StructureImport,
    StructureMerge,
)
from structures.permissions import can_import_structures

IMPORTING = Importing(
    model=StructureImport,
    layout=LAYOUT,
    jobs={
        ImportState.READING: "import_reading",
        ImportState.WRITING: "import_writing",
        ImportState.UNDOING: "import_undoing",
    },
    may=can_import_structures,
    not_theirs="Seule la coordination importe des structures.",
    keyless_file="Aucune colonne ne dit le nom des structures. Intitulez-la «\u00a0Nom\u00a0», ou partez du fichier "
    "modèle.",
    keyless_columns="Dites quelle colonne est le nom de la structure.",
)


def receive_import(*, by: User, name: str, content: bytes, replaces: bool = False, client_key: UUID) -> StructureImport:
    """Keeps the file and has it read by a worker. OperationRefused, before anything is kept, for what is no table or
    names no structure."""
    return IMPORTING.receive(by=by, name=name, content=content, client_key=client_key, replaces=replaces)


def set_import_columns(*, by: User, found: StructureImport, columns: Mapping[int, str], replaces: bool) -> None:
    """Says what each column is, and has the file read again; decisions already taken are asked anew."""
    IMPORTING.set_columns(by=by, found=found, columns=columns, replaces=replaces)


@transaction.atomic
def decide_lines(*, by: User, found: StructureImport, choices: Mapping[int, str]) -> int:
    """Of doubtful lines, by their number: the same structure, another, or nothing. Gives how many were decided."""
    IMPORTING.refuse_stranger(by)
    found = IMPORTING.locked(found, ImportState.ANALYSED, "Cet import a été appliqué pendant que vous décidiez.")
    lines = found.lines.select_for_update().filter(outcome=Outcome.DOUBT, number__in=choices)
    decided = [line for line in lines if _may(line, choices[line.number])]
    for line in decided:
        line.choice = choices[line.number]
    ImportLine.objects.bulk_update(decided, ["choice"])
    return len(decided)


def _may(line: ImportLine, choice: str) -> bool:
    return choice in Choice and (choice != Choice.UPDATE or line.candidate_id is not None)


def write_import(*, by: User, found: StructureImport) -> None:
    """Has every line written by a worker, in one transaction; doubts that nobody decided are left aside."""
    IMPORTING.write(by=by, found=found, is_to_write=_writes_anything)


def _writes_anything(found: StructureImport) -> bool:
    return any(line.decided != Choice.LEAVE for line in found.lines.all())


def undo_import(*, by: User, found: StructureImport) -> None:
    """Has the whole import taken back: see `take_back`. OperationRefused after thirty days."""
    IMPORTING.undo(by=by, found=found)


def retry_import(*, by: User, found: StructureImport) -> None:
    """What a worker could not finish is asked again."""
    IMPORTING.retry(by=by, found=found)


# By the worker, each once whatever happens to it.


def read_import(*, job: Job) -> None:
    """Reads the file and says of each line what it would do."""
    found = IMPORTING.of_job(job)
    IMPORTING.keep_lines(found, list(_compared(found, list(IMPORTING.lines(found)))), job)


def _compared(found: StructureImport, read: list[tuple[int, list[str], Read]]) -> Iterator[ImportLine]:
    identities = {number: _identity(line.sheet) for number, _cells, line in read if not line.faults}
    alike, seen = lines_alike(identities), _Seen()
    for number, cells, line in read:
        made = ImportLine(import_of=found, number=number, cells=cells, sheet=_kept(line.sheet))
        if line.faults:
            made.outcome, made.reason = Outcome.REFUSED, "\n".join(line.faults)
        elif not seen.refuses(made, identities[number]):
            _say(made, line.sheet, alike.get(number), found.replaces)
        yield made


def _identity(sheet: Mapping[str, Any]) -> Identity:
    return Identity(**{name: sheet.get(name, "") for name in Identity.__dataclass_fields__})


class _Seen:
    """The lines above, so that one structure written twice in the file is not made twice."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def refuses(self, line: ImportLine, known: Identity) -> bool:
        """Refused under a number already met; doubtful under a name already met in the same commune."""
        for name, value in (("SIRET", known.siret), ("numéro RNA", known.rna)):
            if value and (above := self.numbers.setdefault((name, value), line.number)) != line.number:
                line.outcome, line.reason = Outcome.REFUSED, f"Même {name} que la ligne {above} de ce fichier"
                return True
        key = ("name", f"{plain(known.name)}|{plain(known.commune_name)}")
        above = self.numbers.setdefault(key, line.number)
        if above != line.number:
            line.outcome, line.reason = Outcome.DOUBT, f"Même nom et même commune que la ligne {above} de ce fichier"
            return True
        return False


def _say(line: ImportLine, sheet: Mapping[str, Any], alike: Alike | None, replaces: bool) -> None:
    if alike is None:
        line.outcome = Outcome.CREATE
        return
    line.candidate = alike.structure
    if not (alike.is_certain or alike.reason == SAME_NAME_HERE):
        line.outcome, line.reason = Outcome.DOUBT, f"{alike.reason[:1].upper()}{alike.reason[1:]}"
        return
    writes, otherwise = _differences(alike.structure, sheet, replaces)
    line.outcome = Outcome.UPDATE if writes else Outcome.SAME
    line.reason = "\n".join(
        part
        for part in (
            f"Reconnue par {alike.reason}",
            f"Écrit\u00a0: {_labels(writes)}" if writes else "",
            f"La fiche dit autre chose, et le garde\u00a0: {_labels(otherwise)}" if otherwise else "",
        )
        if part
    )


def _differences(known: Structure, sheet: Mapping[str, Any], replaces: bool) -> tuple[list[str], list[str]]:
    """The columns that the line would write, and those where the sheet says otherwise and keeps it. A name is never
    replaced: it is by the name that one knows whose sheet it is."""
    writes: list[str] = []
    otherwise: list[str] = []
    for name, value in sheet.items():
        current = getattr(known, name)
        if name == "name" or current == value or plain(str(current)) == plain(str(value)):
            continue
        (writes if replaces or current in ("", None, []) else otherwise).append(name)
    return writes, otherwise


def _labels(names: Iterable[str]) -> str:
    return ", ".join(str(Structure._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]


def _kept(sheet: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in sheet.items()}


def _restored(sheet: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {name: Structure._meta.get_field(name) for name in sheet}
    return {name: columns[name].to_python(value) for name, value in sheet.items()}


def write_lines(*, job: Job) -> None:
    """Creates and completes the sheets, all or none; a number that another sheet took meanwhile refuses its line."""
    found = IMPORTING.of_job(job)
    with in_one_go(found, ImportState.WRITTEN, job, "written_at"):
        lines = list(found.lines.select_related("candidate"))
        total, done = len(lines), 0
        for batch in batches(lines):
            _create([line for line in batch if line.decided == Choice.CREATE])
            for line in batch:
                if line.decided == Choice.UPDATE:
                    _complete(line, found.replaces)
            ImportLine.objects.bulk_update(batch, ["outcome", "reason", "made", "changed"])
            done += len(batch)
            backstage.tell_progress(job=job, done=done, total=total)


def _create(lines: list[ImportLine]) -> None:
    taken = _taken("siret", lines) | _taken("rna", lines)
    kept = []
    for line in lines:
        if held := taken & {line.sheet.get("siret"), line.sheet.get("rna")} - {None, ""}:
            line.outcome, line.reason = Outcome.REFUSED, f"Une fiche porte déjà le numéro {held.pop()}"
        else:
            kept.append(line)
    made = Structure.objects.bulk_create([Structure(**_restored(line.sheet)) for line in kept])
    for line, structure in zip(kept, made, strict=True):
        line.made = structure


def _taken(column: str, lines: list[ImportLine]) -> set[str]:
    numbers = {line.sheet.get(column) for line in lines} - {None, ""}
    return set(Structure.objects.filter(**{f"{column}__in": numbers}).values_list(column, flat=True))


def _complete(line: ImportLine, replaces: bool) -> None:
    known = Structure.objects.select_for_update().filter(pk=line.candidate_id).first()
    if known is None:
        line.outcome, line.reason = Outcome.REFUSED, "La fiche à compléter a été retirée ou réunie entre-temps"
        return
    sheet = _restored(line.sheet)
    writes, _otherwise = _differences(known, sheet, replaces)
    writes = _whole(known, sheet, writes)
    line.made, line.changed = (
        known,
        {name: [_kept({name: getattr(known, name)})[name], line.sheet[name]] for name in writes},
    )
    for name in writes:
        setattr(known, name, sheet[name])
    known.version += 1
    known.save()


def _whole(known: Structure, sheet: Mapping[str, Any], writes: list[str]) -> list[str]:
    """Numbers and dates that say one thing are written together or not at all."""
    for first, second in (("siren", "siret"), ("founded_in", "founded_on")):
        pair = {first, second} & set(writes)
        kept = {first, second} & set(sheet) - pair
        if pair and any(getattr(known, name) not in ("", None, sheet[name]) for name in kept):
            writes = [name for name in writes if name not in pair]
    return writes


def take_back(*, job: Job) -> None:
    """What the import completed is as it was, unless somebody wrote it since; what it made goes, unless somebody
    works with it: a sheet that was written since, or on which anything hangs, stays and is said."""
    found = IMPORTING.of_job(job)
    with in_one_go(found, ImportState.UNDONE, job, "undone_at"):
        lines = list(found.lines.filter(made__isnull=False).select_related("made"))
        for line in lines:
            if line.changed:
                _write_back(line)
        _remove([line for line in lines if line.changed is None])
        ImportLine.objects.bulk_update(lines, ["reason"], batch_size=BATCH)


def _write_back(line: ImportLine) -> None:
    known, before = line.made, _restored({name: values[0] for name, values in (line.changed or {}).items()})
    written = _restored({name: values[1] for name, values in (line.changed or {}).items()})
    if known is None or any(getattr(known, name) != value for name, value in written.items()):
        line.reason = "Reprise impossible\u00a0: la fiche a été modifiée depuis"
        return
    for name, value in before.items():
        setattr(known, name, value)
    known.version += 1
    known.save()


def _remove(lines: list[ImportLine]) -> None:
    used = _in_use([line.made_id for line in lines])
    gone = []
    for line in lines:
        if line.made is not None and (line.made_id in used or line.made.version > 1):
            line.reason = "Gardée\u00a0: quelqu’un travaille déjà avec cette fiche"
        else:
            gone.append(line.made_id)
            line.made = None
    for some in batches(gone):
        Structure.objects.filter(pk__in=some).delete()


def _in_use(structures: list[int | None]) -> set[int]:
    used: set[int] = set()
    for column in columns_to_move():
        if column.model is not ImportLine:
            pointing = column.model._base_manager.filter(**{f"{column.name}__in": structures})
            used.update(pointing.values_list(column.attname, flat=True))
    for pair in StructureMerge.objects.filter(Q(kept__in=structures) | Q(merged__in=structures)):
        used |= {pair.kept_id, pair.merged_id}
    return used


def erase_old_imports(*, before: datetime) -> int:
    """What the files said, once nobody may go back: that sheets came by an import stays, under their line."""
    return erase_files(StructureImport.objects.all(), before=before, changed=None)
