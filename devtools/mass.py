"""Fills a database that holds the demonstration as years of a whole network would, by COPY and from a seed.

One practitioner of the demonstration gets a load that is the same whatever the size; the rest is what others did,
and both stand in the order of their days, as they would have been written.

COPY does all that INSERT does (constraints, generated columns, indexes), but for the history: its triggers rest
meanwhile, and each table's history is then copied from its rows in one statement, without a context. Nothing is
announced to anybody, and nobody's sessions or files are made.
"""

import heapq
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from devtools.mass_words import FIRST_NAMES, LAST_NAMES, STEPS, SUBJECTS, TITLES, WHAT_STRUCTURES_DO, Words

YEARS = 10
DAYS = YEARS * 365
BATCH = 20_000
PEOPLE, ACTS_A_STRUCTURE, STRUCTURES_A_PRACTITIONER = 4, 100, 10
SIZES = {"S": 1_000, "M": 50_000, "L": 1_000_000}
MODALITIES = ["leader_training", "work_organisation", "work_organisation", "peer_space", "partner_meeting", "other"]
CIRCLES = [*["structure"] * 14, *["direction"] * 3, *["team"] * 2, "participants"]
ROLES = ["leader", "staff", "volunteer", "board"]


@dataclass(frozen=True)
class Load:
    """What one practitioner did over the years; one of the trajectories holds many of the interventions."""

    structures: int = 40
    interventions: int = 3_000
    longest: int = 1_000
    pages: int = 2_500


USUAL = Load()


@dataclass(frozen=True)
class Place:
    """A structure on its way: its keys, its people's, and those of who accompanies it."""

    structure: int
    trajectory: int
    people: tuple[int, ...]
    practitioners: tuple[int, ...]


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
        self.first = self.next = _one(connection, query)

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


def _one(connection: psycopg.Connection, query: Any, *parameters: Any) -> Any:
    row = connection.execute(query, parameters).fetchone()
    if row is None:
        raise LookupError("the demonstration is not in this database")
    return row[0]


@dataclass(frozen=True, order=True)
class Act:
    """An intervention to be written, and where."""

    on: date
    rank: int
    place: Place = field(compare=False)
    is_own: bool = field(compare=False)


class Mass:
    """What is written in one go: each kind of thing draws from a stream of chances of its own, so that one's own
    load is the same beside a thousand interventions and beside a million."""

    def __init__(self, connection: psycopg.Connection, *, seed: int, today: date) -> None:
        from accounts.models import Person, RoleGrant, User
        from structures.models import Accompaniment, Membership, Structure
        from trajectories import models

        self.connection, self.today, self.start = connection, today, today - timedelta(days=DAYS)
        self.seed = seed
        event = ("public_id", "client_key", "created_by_id", "occurred_on", "minutes", "preparation_minutes")
        event += ("travel_minutes", "modality", "title", "created_at")
        step = ("public_id", "trajectory_id", "intervention_id", "text", "due_on", "owner_id", "done_at", "done_by_id")
        meeting = ("public_id", "trajectory_id", "starts_at", "subject", "created_by_id", "intervention_id")
        page = ("public_id", "author_id", "intervention_id", "written_on", "key_id", "sealed_text", "created_at")
        part = ("intervention_id", "trajectory_id", "minutes", "account", "decision", "open_question", "circle")
        led = models.Intervention.practitioners.through
        self.people = Table(Person, "public_id", "first_name", "last_name", "created_at")
        self.users = Table(User, "person_id", "email", "password", "created_at")
        self.grants = Table(RoleGrant, "user_id", "role", "since")
        self.structures = Table(
            Structure, "public_id", "name", "legal_form", "sector", "commune_name", "department", "created_at"
        )
        self.memberships = Table(Membership, "structure_id", "person_id", "role", "since")
        self.accompaniments = Table(Accompaniment, "structure_id", "practitioner_id", "since", "is_lead")
        self.trajectories = Table(
            models.Trajectory, "public_id", "structure_id", "framework_version_id", "started_on", "aim"
        )
        self.interventions = Table(models.Intervention, *event)
        self.leads = Table(led, "intervention_id", "person_id")
        self.shares = Table(models.InterventionShare, *part)
        self.participations = Table(models.Participation, "intervention_id", "person_id", "words", "kind", "count")
        self.steps = Table(models.NextStep, *step)
        self.appointments = Table(models.Appointment, *meeting, "changed_at")
        self.guests = Table(models.AppointmentGuest, "appointment_id", "person_id", "answer")
        self.pages = Table(models.JournalEntry, *page, "updated_at")
        # Each after those that it names.
        self.tables: list[Table] = [one for one in vars(self).values() if isinstance(one, Table)]
        for table in self.tables:
            table.begin(connection)
        self.framework = _one(connection, "SELECT max(id) FROM trajectories_frameworkversion WHERE state = 'published'")

    def stream(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {name}")  # noqa: S311 (found again from the seed: it guards nothing)

    def flush(self) -> None:
        with self.connection.transaction():
            for table in self.tables:
                table.copy(self.connection)

    def add_person(self, chance: random.Random) -> int:
        return self.people.add(_uuid(chance), chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES), _at(self.start, 9))

    def add_practitioner(self, chance: random.Random) -> int:
        person = self.add_person(chance)
        at = _at(self.start, 9)
        user = self.users.add(person, f"personne-{person}@mass.example", "!", at)
        self.grants.add(user, "practitioner", self.start)
        return person

    def add_place(self, chance: random.Random, practitioners: tuple[int, ...]) -> Place:
        words = chance.choice(WHAT_STRUCTURES_DO), chance.choice(LAST_NAMES), self.structures.next
        name = "{} {} {}".format(*words)
        town, at = f"Saint-{chance.choice(FIRST_NAMES)}", _at(self.start, 10)
        structure = self.structures.add(_uuid(chance), name, "association", words[0], town, "Nord", at)
        people = tuple(self.add_person(chance) for _role in ROLES)
        for person, role in zip(people, ROLES, strict=True):
            self.memberships.add(structure, person, role, self.start)
        for rank, practitioner in enumerate(practitioners):
            self.accompaniments.add(structure, practitioner, self.start, rank == 0)
        trajectory = self.trajectories.add(
            _uuid(chance), structure, self.framework, self.start, f"Que {name} tienne par ce qui s’y coopère."
        )
        return Place(structure, trajectory, people, practitioners)

    def add_act(self, act: Act, chance: random.Random, words: Words, *, page: bool) -> None:
        """An intervention and all that one writes with it."""
        place, on, rank = act.place, act.on, act.rank
        lead, title = place.practitioners[0], chance.choice(TITLES) if rank % 10 < 7 else ""
        minutes = chance.choice([60, 90, 120, 180, 210])
        made = self.interventions.add(
            *(_uuid(chance), _uuid(chance), lead, on, minutes, 15 * (rank % 4), 20 * (rank % 3)),
            *(chance.choice(MODALITIES), title, _at(on, 17)),
        )
        self.leads.add(made, lead)
        if rank % 5 == 0 and len(place.practitioners) > 1:
            self.leads.add(made, place.practitioners[1])
        account, circle = words.account(chance), chance.choice(CIRCLES)
        decision = words.sentence(chance) if rank % 3 == 0 else ""
        question = words.sentence(chance) if rank % 6 == 0 else ""
        self.shares.add(made, place.trajectory, minutes, account, decision, question, circle)
        self.participations.add(made, place.people[rank % PEOPLE], "", "", 1)
        if rank % 2:
            count = 1 + rank % 7
            self.participations.add(made, None, f"{count} bénévoles", "volunteer", count)
        if rank % 4 == 0:
            self._add_step(place, made, on, rank, chance)
        if rank % 4 == 1:
            self._add_meeting(place, _at(on, 9), chance, made)
        if page:
            self._add_page(lead, made, on, chance, words)

    def _add_step(self, place: Place, made: int, on: date, rank: int, chance: random.Random) -> None:
        """Kept three weeks later, by somebody of the structure; those of these weeks wait."""
        due, owner = on + timedelta(days=30), place.people[rank % PEOPLE]
        kept = _at(on + timedelta(days=21), 18) if on + timedelta(days=21) < self.today else None
        text = chance.choice(STEPS)
        self.steps.add(_uuid(chance), place.trajectory, made, text, due, owner, kept, owner if kept else None)

    def _add_meeting(self, place: Place, at: datetime, chance: random.Random, made: int | None = None) -> None:
        lead = place.practitioners[0]
        row = (_uuid(chance), place.trajectory, at, chance.choice(SUBJECTS), lead, made, at - timedelta(days=14))
        meeting = self.appointments.add(*row)
        for person in (lead, place.people[0]):
            self.guests.add(meeting, person, "yes" if made else "waiting")

    def _add_page(self, author: int, made: int, on: date, chance: random.Random, words: Words) -> None:
        """Sealed as the application seals: only what the cipher adds by itself is left to chance."""
        import json

        from efc_platform.shared import encryption
        from trajectories.models import JournalEntry

        public_id, text = _uuid(chance), {"facts": words.account(chance), "feelings": words.sentence(chance)}
        bound_to = JournalEntry(public_id=public_id, author_id=author).bound_to
        told = json.dumps({**text, "interpretations": ""}, ensure_ascii=False)
        sealed, at = encryption.seal(told, bound_to=bound_to), _at(on, 21)
        self.pages.add(public_id, author, made, on, sealed.key_id, sealed.blob, at, at)

    def own_acts(self, practitioner: int, load: Load) -> Iterator[Act]:
        """In the order of their days."""
        chance = self.stream("own places")
        colleague = self.add_practitioner(chance)
        places = [self.add_place(chance, (practitioner, colleague)) for _rank in range(load.structures)]
        for place in places:
            self._plan(place, chance)
        chosen = [places[0]] * load.longest
        chosen += [chance.choice(places[1:]) for _rank in range(load.interventions - load.longest)]
        chance.shuffle(chosen)
        yield from self._spread(chosen, is_own=True)

    def acts_of_others(self, number: int) -> Iterator[Act]:
        chance = self.stream("places")
        structures = max(2, number // ACTS_A_STRUCTURE)
        practitioners = [self.add_practitioner(chance) for _rank in range(2 + structures // STRUCTURES_A_PRACTITIONER)]
        places = [self.add_place(chance, tuple(chance.sample(practitioners, 2))) for _rank in range(structures)]
        for place in places:
            self._plan(place, chance)
        yield from self._spread((chance.choice(places) for _rank in range(number)), number, is_own=False)

    def _plan(self, place: Place, chance: random.Random) -> None:
        """What is to come: three meetings within two months."""
        for _rank in range(3):
            self._add_meeting(place, _at(self.today + timedelta(days=chance.randrange(1, 60)), 9), chance)

    def _spread(self, places: Iterable[Place], number: int = 0, *, is_own: bool) -> Iterator[Act]:
        number = number or len(places)  # type: ignore[arg-type]
        for rank, place in enumerate(places):
            yield Act(self.start + timedelta(days=DAYS * rank // number), rank, place, is_own)

    def write(self, acts: Iterable[Act], *, pages: int) -> None:
        """Of one's own, the first `pages` have a page of journal; of the others', one in ten."""
        chances = {own: self.stream("own acts" if own else "acts") for own in (True, False)}
        words = Words(self.stream("words"))
        for number, act in enumerate(acts, start=1):
            page = act.rank < pages if act.is_own else act.rank % 10 == 0
            self.add_act(act, chances[act.is_own], words, page=page)
            if number % BATCH == 0:
                self.flush()
        self.flush()


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), UTC)


@contextmanager
def _history_at_rest(connection: psycopg.Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Only the triggers that write the history of new rows, and by the owner of the tables: all others go on."""
    found = connection.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_insert_insert_%%'"
        " AND tgrelid::regclass::text = ANY(%s)",
        [[one.name for one in tables]],
    ).fetchall()

    def turn(how: str) -> None:
        with connection.transaction():
            for table, trigger in found:
                words = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
                connection.execute(words.format(sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger)))

    turn("DISABLE")
    try:
        yield
    finally:
        turn("ENABLE")


def fill(
    connection: psycopg.Connection,
    *,
    others: int,
    today: date,
    email: str = "",
    load: Load = USUAL,
    seed: int = 1,
) -> None:
    """Writes what `others` did and, for whoever has this address, a load of their own. The connection is one of the
    owner of the tables, in autocommit."""
    connection.execute("SET statement_timeout = 0; SET gin_pending_list_limit = '64MB'; SET work_mem = '64MB'")
    mass = Mass(connection, seed=seed, today=today)
    with _history_at_rest(connection, mass.tables):
        own: Iterator[Act] = iter(())
        if email:
            person = _one(connection, "SELECT person_id FROM accounts_user WHERE email = %s", email)
            own = mass.own_acts(person, load)
        mass.write(heapq.merge(own, mass.acts_of_others(others)), pages=load.pages)
    for table in mass.tables:
        table.finish(connection)
    _settle(connection, [one.name for one in mass.tables])


def _settle(connection: psycopg.Connection, tables: Collection[str]) -> None:
    """What autovacuum would have done meanwhile: statistics, and the pending lists of search brought in order."""
    for name in tables:
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(name)))
