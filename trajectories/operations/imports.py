"""A spreadsheet of past interventions: received, read line by line, noted in one go, taken back in one go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import ManyToOneRel, Model

from accounts.models import Circle, Person, User
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job
from efc_platform.shared.columns import Read
from structures.importing import BATCH, Importing, batches, erase_files, in_one_go
from structures.models import ImportState, Membership
from trajectories.imports import COUNTED, LAYOUT, LONGEST_ACCOUNT, day_said
from trajectories.models import (
    DEFAULT_CIRCLES,
    Intervention,
    InterventionImport,
    InterventionLine,
    InterventionShare,
    LineOutcome,
    Modality,
    Participation,
    Place,
    Trajectory,
)
from trajectories.models.modalities import OF_NETWORK
from trajectories.participants import Participant, parse_participants, some
from trajectories.permissions import can_import_interventions
from trajectories.placing import Placing

IMPORTING = Importing(
    model=InterventionImport,
    layout=LAYOUT,
    jobs={
        ImportState.READING: "intervention_import_reading",
        ImportState.WRITING: "intervention_import_writing",
        ImportState.UNDOING: "intervention_import_undoing",
    },
    may=can_import_interventions,
    not_theirs="Qui accompagne des structures importe ses interventions passées, et la coordination celles des autres.",
    keyless_file="Aucune colonne ne dit la date des interventions. Intitulez-la «\u00a0Date\u00a0», ou partez du "
    "fichier modèle.",
    keyless_columns="Dites quelle colonne est la date de l’intervention.",
    # One letter more than an account may have, so that one which is too long is said and not cut.
    longest=LONGEST_ACCOUNT + 1,
)


def receive_interventions(*, by: User, name: str, content: bytes, client_key: UUID) -> InterventionImport:
    """Keeps the file and has it read by a worker. OperationRefused, before anything is kept, for what is no table or
    has no dates."""
    return IMPORTING.receive(by=by, name=name, content=content, client_key=client_key)


def set_intervention_columns(*, by: User, found: InterventionImport, columns: Mapping[int, str]) -> None:
    """Says what each column is, and has the file read again."""
    IMPORTING.set_columns(by=by, found=found, columns=columns)


def write_interventions(*, by: User, found: InterventionImport) -> None:
    """Has every line that is ready noted by a worker, in one transaction. Nobody is told of each: what is past is no
    news."""
    IMPORTING.write(by=by, found=found, is_to_write=lambda one: _ready(one).exists())


def undo_interventions(*, by: User, found: InterventionImport) -> None:
    """Has the whole import taken back: see `take_interventions_back`. OperationRefused after thirty days."""
    IMPORTING.undo(by=by, found=found)


def retry_interventions(*, by: User, found: InterventionImport) -> None:
    """What a worker could not finish is asked again."""
    IMPORTING.retry(by=by, found=found)


def _ready(found: InterventionImport) -> Any:
    return found.lines.filter(outcome=LineOutcome.CREATE)


# By the worker, each once whatever happens to it.


def read_interventions(*, job: Job) -> None:
    """Reads the file and says of each line what it would note."""
    found = IMPORTING.of_job(job)
    lines = [_line(found, number, cells, read) for number, cells, read in IMPORTING.lines(found)]
    placing = Placing(found.made_by)
    # By day: what is noted already is asked of a few days at a time, and read once.
    whole = sorted((one for one in lines if not one.reason), key=lambda one: (one.sheet["occurred_on"], one.number))
    for batch in batches(whole):
        placing.place(batch)
    IMPORTING.keep_lines(found, lines, job)


def _line(found: InterventionImport, number: int, cells: list[str], read: Read) -> InterventionLine:
    faults = "\n".join(read.faults)
    made = InterventionLine(import_of=found, number=number, cells=cells, sheet=read.sheet, reason=faults)
    made.outcome = LineOutcome.REFUSED if faults else LineOutcome.CREATE
    return made


def write_intervention_lines(*, job: Job) -> None:
    """Notes what is ready, all or nothing. Each line is placed again, with the rights of that moment and under the
    lock of the trajectories: what was noted meanwhile, by the same file brought twice, is not noted again."""
    found = IMPORTING.of_job(job)
    with in_one_go(found, ImportState.WRITTEN, job, "written_at"):
        placing = Placing(found.made_by)
        concerned = _ready(found).values("trajectory")
        # In one order, so that two imports wait for each other rather than for ever.
        list(Trajectory.objects.select_for_update(no_key=True).filter(pk__in=concerned).order_by("pk").only("pk"))
        keys = list(_ready(found).order_by("sheet__occurred_on", "number").values_list("pk", flat=True))
        for done, some_keys in enumerate(batches(keys), start=1):
            lines = list(InterventionLine.objects.filter(pk__in=some_keys).defer("cells").order_by("number"))
            placing.place(lines)
            _note(found, [line for line in lines if line.outcome == LineOutcome.CREATE])
            InterventionLine.objects.bulk_update(lines, ["outcome", "reason", "trajectory", "made"])
            backstage.tell_progress(job=job, done=min(done * BATCH, len(keys)), total=len(keys))


def _note(found: InterventionImport, lines: Sequence[InterventionLine]) -> None:
    made = Intervention.objects.bulk_create([_intervention(found, line) for line in lines])
    people = _people_of({line.trajectory.structure_id for line in lines if line.trajectory})
    led = Intervention.practitioners.through
    led.objects.bulk_create(
        led(intervention=event, person_id=person)
        for line, event in zip(lines, made, strict=True)
        for person in line.led_by  # type: ignore[attr-defined]
    )
    shares, present = [], []
    for line, event in zip(lines, made, strict=True):
        line.made = event
        shares.append(_share(line, event))
        known = people[line.trajectory.structure_id] if line.trajectory else []
        present += [_presence(event, one) for one in _participants(line.sheet, known)]
    InterventionShare.objects.bulk_create(shares)
    Participation.objects.bulk_create(present)


def _intervention(found: InterventionImport, line: InterventionLine) -> Intervention:
    """Noted by whoever led it: an account is theirs, whoever brings the file; the history says who brought it."""
    sheet, led_by = line.sheet, line.led_by  # type: ignore[attr-defined]
    code, mine = sheet["modality"], found.made_by.person_id
    added = int(code.removeprefix(OF_NETWORK)) if code.startswith(OF_NETWORK) else None
    return Intervention(
        client_key=uuid5(found.public_id, str(line.number)),
        created_by_id=mine if mine in led_by else led_by[0],
        occurred_on=day_said(sheet),
        minutes=sheet["minutes"],
        preparation_minutes=sheet.get("preparation_minutes", 0),
        travel_minutes=sheet.get("travel_minutes", 0),
        modality=Modality.OTHER if added else Modality(code),
        added_modality_id=added,
        title=sheet.get("title", ""),
        place=sheet.get("place", Place.ON_SITE),
        location=sheet.get("location", ""),
    )


def _share(line: InterventionLine, event: Intervention) -> InterventionShare:
    """Read by those whom the form would open it to; a file has no other circle, and never a page of journal."""
    texts = {name: line.sheet.get(name, "") for name in ("account", "decision", "open_question")}
    circle = DEFAULT_CIRCLES.get(Modality(event.modality), Circle.STRUCTURE)
    return InterventionShare(
        intervention=event, trajectory=line.trajectory, minutes=event.minutes, circle=circle, **texts
    )


def _people_of(structures: Iterable[int]) -> dict[int, list[Person]]:
    """Whom a name may mean: the people of each structure."""
    found: dict[int, list[Person]] = defaultdict(list)
    for one in Membership.objects.current().filter(structure__in=structures).select_related("person"):
        found[one.structure_id].append(one.person)
    return found


def _participants(sheet: Mapping[str, Any], known: Iterable[Person]) -> list[Participant]:
    named = parse_participants(sheet.get("with_whom", ""), known)
    return [*named, *(some(kind, sheet[name]) for name, kind in COUNTED.items() if sheet.get(name))]


def _presence(event: Intervention, one: Participant) -> Participation:
    return Participation(intervention=event, person=one.person, words=one.words, kind=one.kind, count=one.count)


def take_interventions_back(*, job: Job) -> None:
    """What the import noted goes, unless somebody corrected it since, or anything hangs on it: a remark, a note, a
    page of journal, a trial. That one stays, and its line says so."""
    found = IMPORTING.of_job(job)
    with in_one_go(found, ImportState.UNDONE, job, "undone_at"):
        keys = list(found.lines.filter(made__isnull=False).values_list("pk", flat=True))
        for done, some_keys in enumerate(batches(keys), start=1):
            lines = list(InterventionLine.objects.filter(pk__in=some_keys).select_related("made").defer("cells"))
            _take_back(lines)
            backstage.tell_progress(job=job, done=min(done * BATCH, len(keys)), total=len(keys))


def _take_back(lines: Sequence[InterventionLine]) -> None:
    events = [line.made for line in lines if line.made]
    held, gone = _held(events), []
    for line in lines:
        if line.made is None or line.made.pk in held or line.made.version > 1:
            line.reason = "Gardée\u00a0: quelqu’un l’a complétée depuis"
        else:
            gone.append(line.made.pk)
            line.made = None
    InterventionLine.objects.bulk_update(lines, ["reason", "made"])
    Intervention.objects.filter(pk__in=gone).delete()


# What an import makes with an intervention, and the line that says so.
_ITS_OWN = {InterventionShare, Participation, InterventionLine, Intervention.practitioners.through}


def _held(events: Sequence[Intervention]) -> set[int]:
    """Those on which anything hangs that the import did not make."""
    shares = dict(InterventionShare.objects.filter(intervention__in=events).values_list("pk", "intervention"))
    held = set(_pointing(Intervention, [one.pk for one in events]))
    return held | {shares[share] for share in _pointing(InterventionShare, list(shares))}


def _pointing(model: type[Model], keys: Sequence[int]) -> Iterable[int]:
    for relation in model._meta.get_fields(include_hidden=True):
        # The events of the history follow the row; they hold nothing.
        if not isinstance(relation, ManyToOneRel) or hasattr(relation.related_model, "pgh_tracked_model"):
            continue
        if relation.related_model not in _ITS_OWN:
            column = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{column}__in": keys}).order_by()
            yield from rows.values_list(column, flat=True)


def erase_intervention_files(*, before: datetime) -> int:
    """What the files said, once nobody may go back: which line an intervention came by stays."""
    return erase_files(InterventionImport.objects.all(), before=before)
