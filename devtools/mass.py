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
from datetime import date, datetime, timedelta

import psycopg
from psycopg import sql

from devtools.mass_shared import VIEWPOINTS, Debates, Read, Readings, is_draft, moment, spread, unique
from devtools.mass_table import Table, one_of
from devtools.mass_words import FIRST_NAMES, LAST_NAMES, STEPS, SUBJECTS, TITLES, WHAT_STRUCTURES_DO, Words

YEARS = 10
DAYS = YEARS * 365
BATCH = 20_000
PEOPLE, ACTS_A_STRUCTURE, STRUCTURES_A_PRACTITIONER = 4, 100, 10
# Of nine structures: forty readings of nine dimensions, hence forty positionings for each.
READINGS_OF = [5, 4, 5, 4, 5, 4, 5, 4, 4]
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
    readings: int = 8
    reports: int = 60
    contributions: int = 300


USUAL = Load()


@dataclass(frozen=True)
class Place:
    """A structure on its way: its keys, its people's, and those of who accompanies it."""

    structure: int
    trajectory: int
    people: tuple[int, ...]
    practitioners: tuple[int, ...]


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
        self.framework = one_of(
            connection, "SELECT max(id) FROM trajectories_frameworkversion WHERE state = 'published'"
        )
        self.read = Readings(connection, self.framework)
        self.debates = Debates(self.read.dimensions)
        # Each after those that it names.
        own = [one for one in vars(self).values() if isinstance(one, Table)]
        self.tables: list[Table] = [*own, *self.read.tables, *self.debates.tables]
        for table in self.tables:
            table.begin(connection)
        self.own_places: list[Place] = []
        self.places: list[Place] = []

    def stream(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {name}")  # noqa: S311 (found again from the seed: it guards nothing)

    def flush(self) -> None:
        with self.connection.transaction():
            for table in self.tables:
                table.copy(self.connection)

    def add_person(self, chance: random.Random) -> int:
        return self.people.add(
            unique(chance), chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES), moment(self.start, 9)
        )

    def add_practitioner(self, chance: random.Random) -> int:
        person = self.add_person(chance)
        at = moment(self.start, 9)
        user = self.users.add(person, f"personne-{person}@mass.example", "!", at)
        self.grants.add(user, "practitioner", self.start)
        return person

    def add_place(self, chance: random.Random, practitioners: tuple[int, ...]) -> Place:
        words = chance.choice(WHAT_STRUCTURES_DO), chance.choice(LAST_NAMES), self.structures.next
        name = "{} {} {}".format(*words)
        town, at = town_of(chance), moment(self.start, 10)
        structure = self.structures.add(unique(chance), name, "association", words[0], town, "Nord", at)
        people = tuple(self.add_person(chance) for _role in ROLES)
        for person, role in zip(people, ROLES, strict=True):
            self.memberships.add(structure, person, role, self.start)
        for rank, practitioner in enumerate(practitioners):
            self.accompaniments.add(structure, practitioner, self.start, rank == 0)
        trajectory = self.trajectories.add(
            unique(chance), structure, self.framework, self.start, f"Que {name} tienne par ce qui s’y coopère."
        )
        return Place(structure, trajectory, people, practitioners)

    def add_act(self, act: Act, chance: random.Random, words: Words, *, page: bool) -> None:
        """An intervention and all that one writes with it."""
        place, on, rank = act.place, act.on, act.rank
        lead, title = place.practitioners[0], chance.choice(TITLES) if rank % 10 < 7 else ""
        minutes = chance.choice([60, 90, 120, 180, 210])
        made = self.interventions.add(
            *(unique(chance), unique(chance), lead, on, minutes, 15 * (rank % 4), 20 * (rank % 3)),
            *(chance.choice(MODALITIES), title, moment(on, 17)),
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
            self._add_meeting(place, moment(on, 9), chance, made)
        if page:
            self._add_page(lead, made, on, chance, words)

    def _add_step(self, place: Place, made: int, on: date, rank: int, chance: random.Random) -> None:
        """Kept three weeks later, by somebody of the structure; those of these weeks wait."""
        due, owner = on + timedelta(days=30), place.people[rank % PEOPLE]
        kept = moment(on + timedelta(days=21), 18) if on + timedelta(days=21) < self.today else None
        text = chance.choice(STEPS)
        self.steps.add(unique(chance), place.trajectory, made, text, due, owner, kept, owner if kept else None)

    def _add_meeting(self, place: Place, at: datetime, chance: random.Random, made: int | None = None) -> None:
        lead = place.practitioners[0]
        row = (unique(chance), place.trajectory, at, chance.choice(SUBJECTS), lead, made, at - timedelta(days=14))
        meeting = self.appointments.add(*row)
        for person in (lead, place.people[0]):
            self.guests.add(meeting, person, "yes" if made else "waiting")

    def _add_page(self, author: int, made: int, on: date, chance: random.Random, words: Words) -> None:
        """Sealed as the application seals: only what the cipher adds by itself is left to chance."""
        import json

        from efc_platform.shared import encryption
        from trajectories.models import JournalEntry

        public_id, text = unique(chance), {"facts": words.account(chance), "feelings": words.sentence(chance)}
        bound_to = JournalEntry(public_id=public_id, author_id=author).bound_to
        told = json.dumps({**text, "interpretations": ""}, ensure_ascii=False)
        sealed, at = encryption.seal(told, bound_to=bound_to), moment(on, 21)
        self.pages.add(public_id, author, made, on, sealed.key_id, sealed.blob, at, at)

    def own_acts(self, practitioner: int, load: Load) -> Iterator[Act]:
        """In the order of their days."""
        chance = self.stream("own places")
        colleague = self.add_practitioner(chance)
        self.own_places = places = [
            self.add_place(chance, (practitioner, colleague)) for _rank in range(load.structures)
        ]
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
        self.places = places = [
            self.add_place(chance, tuple(chance.sample(practitioners, 2))) for _rank in range(structures)
        ]
        for place in places:
            self._plan(place, chance)
        yield from self._spread((chance.choice(places) for _rank in range(number)), number, is_own=False)

    def _plan(self, place: Place, chance: random.Random) -> None:
        """What is to come: three meetings within two months."""
        for _rank in range(3):
            self._add_meeting(place, moment(self.today + timedelta(days=chance.randrange(1, 60)), 9), chance)

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

    def write_readings(self, load: Load) -> None:
        """Some forty positionings for each hundred interventions, spread over the years."""
        for own, places in ((True, self.own_places), (False, self.places)):
            chance, words = self.stream(f"readings {own}"), Words(self.stream(f"readings' words {own}"))
            for number, read in enumerate(self._reads(places, load.readings if own else 0), start=1):
                self.read.add(read, chance, words)
                if number % (BATCH // 10) == 0:
                    self.flush()
            self.flush()
        self.read.seal()

    def _reads(self, places: Sequence[Place], each: int) -> Iterator[Read]:
        """Turn after turn, as the years go by."""
        longest = max((each or READINGS_OF[rank % len(READINGS_OF)] for rank in range(len(places))), default=0)
        for turn, on in enumerate(spread(longest, self.start + timedelta(days=90), DAYS - 90)):
            viewpoint = VIEWPOINTS[turn % len(VIEWPOINTS)]
            for rank, place in enumerate(places):
                if turn < (each or READINGS_OF[rank % len(READINGS_OF)]):
                    author = place.practitioners[0] if viewpoint == "accompaniment" else place.people[0]
                    yield Read(on, place.trajectory, author, viewpoint)

    def write_debates(self, others: int, load: Load) -> None:
        """One's own first: one of the reports is contributed to a good deal."""
        for own, places, reports, contributions in (
            (True, self.own_places, load.reports, 2 * load.contributions),
            (False, self.places, others // 50, others // 5),
        ):
            if not places:
                continue
            chance, words = self.stream(f"debates {own}"), Words(self.stream(f"debates' words {own}"))
            people = sorted({one for place in places for one in place.practitioners})
            share = contributions // (2 * reports if own else reports) if reports else 0
            for rank, on in enumerate(spread(reports, self.start, DAYS - 100)):
                place = places[rank % len(places)]
                made = self.debates.add_report(place.practitioners[0], place.structure, on, rank, chance, words)
                number = load.contributions if own and rank == 0 else share
                if not is_draft(rank):
                    self.debates.contribute(made, people, number, on, chance, words)
                if rank % (BATCH // 20) == 0:
                    self.flush()
            self.flush()


def town_of(chance: random.Random) -> str:
    """One in fifty is in the same city; the others are spread over sixteen hundred towns."""
    if chance.randrange(50) == 0:
        return "Lille"
    return f"Saint-{chance.choice(FIRST_NAMES)}-{chance.choice(LAST_NAMES)}"


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
            person = one_of(connection, "SELECT person_id FROM accounts_user WHERE email = %s", email)
            own = mass.own_acts(person, load)
        mass.write(heapq.merge(own, mass.acts_of_others(others)), pages=load.pages)
        mass.write_readings(load)
        mass.write_debates(others, load)
    for table in mass.tables:
        table.finish(connection)
    _settle(connection, [one.name for one in mass.tables])


def _settle(connection: psycopg.Connection, tables: Collection[str]) -> None:
    """What autovacuum would have done meanwhile: statistics, and the pending lists of search brought in order."""
    for name in tables:
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(name)))
