"""What years of a network leave beside the interventions: readings of each trajectory, and what peers debate."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import psycopg

from devtools.mass_table import Table
from devtools.mass_words import STEPS, TITLES, Words

VIEWPOINTS = ["direction", "accompaniment", "team", "direction", "accompaniment"]
KINDS = ["question", "disagreement", "concept", "answer", "answer"]
# Of every hundred reports, those that their authors keep for themselves as yet.
DRAFTS = 5


@dataclass(frozen=True)
class Read:
    """A reading to be written: of which trajectory, on which day, by whom."""

    on: date
    trajectory: int
    author: int
    viewpoint: str


class Readings:
    """Each reads every dimension, two of them without enough to go by; all are sealed."""

    def __init__(self, connection: psycopg.Connection, framework: int) -> None:
        from trajectories import models

        self.connection, self.framework = connection, framework
        query = "SELECT id FROM trajectories_dimension WHERE framework_version_id = %s ORDER BY position"
        self.dimensions = [key for (key,) in connection.execute(query, [framework]).fetchall()]
        reading = ("public_id", "trajectory_id", "framework_version_id", "viewpoint", "read_on", "created_by_id")
        self.readings = Table(models.Reading, *reading)
        self.authors = Table(models.Reading.authors.through, "reading_id", "person_id")
        position = ("reading_id", "dimension_id", "state", "level", "observed_fact", "next_question")
        self.positionings = Table(models.Positioning, *position)

    @property
    def tables(self) -> list[Table]:
        return [self.readings, self.authors, self.positionings]

    def add(self, read: Read, chance: random.Random, words: Words) -> None:
        own = (read.viewpoint, read.on, read.author)
        reading = self.readings.add(unique(chance), read.trajectory, self.framework, *own)
        self.authors.add(reading, read.author)
        silent = set(chance.sample(self.dimensions, 2))
        for dimension in self.dimensions:
            question = chance.choice(STEPS) if chance.random() < 0.3 else ""
            if dimension in silent:
                self.positionings.add(reading, dimension, "not_enough_evidence", None, "", question)
            else:
                fact = words.sentence(chance)
                self.positionings.add(reading, dimension, "level", chance.randrange(1, 6), fact, question)

    def seal(self) -> None:
        """As the application does, once their positionings are there: the database refuses any other order."""
        self.connection.execute(
            "UPDATE trajectories_reading SET sealed_at = read_on + time '18:00' WHERE id >= %s", [self.readings.first]
        )


class Debates:
    """Reports, and what is contributed to them."""

    def __init__(self, dimensions: Sequence[int]) -> None:
        from community import models

        self.dimensions = dimensions
        texts = ("context", "starting_question", "situation", "done", "resisted", "effects", "question")
        report = ("public_id", "state", "title", "created_by_id", "structure_id", "modality", "phase", *texts)
        report += ("is_about_structure", "consent_on", "shared_at", "created_at")
        self.reports = Table(models.ExperienceReport, *report)
        self.authors = Table(models.ExperienceReport.authors.through, "experiencereport_id", "person_id")
        self.read = Table(models.ExperienceReport.dimensions.through, "experiencereport_id", "dimension_id")
        said = ("public_id", "report_id", "kind", "author_id", "text", "answers_to_id", "created_at")
        self.contributions = Table(models.Contribution, *said)

    @property
    def tables(self) -> list[Table]:
        return [self.reports, self.authors, self.read, self.contributions]

    def add_report(self, author: int, structure: int, on: date, rank: int, chance: random.Random, words: Words) -> int:
        """About a structure that agreed, or about nobody."""
        state = "draft" if is_draft(rank) else "shared"
        named, at = rank % 2 == 0, moment(on, 10)
        told = [words.sentence(chance) for _rank in range(2)] + [words.account(chance) for _rank in range(3)]
        told += [words.sentence(chance) for _rank in range(2)]
        made = self.reports.add(
            *(unique(chance), state, chance.choice(TITLES), author, structure if named else None),
            *("work_organisation", chance.choice(["commitment", "journey", "review"]), *told),
            *(named, on if named else None, at if state == "shared" else None, at),
        )
        self.authors.add(made, author)
        for dimension in chance.sample(self.dimensions, 2):
            self.read.add(made, dimension)
        return made

    def contribute(
        self, report: int, people: Sequence[int], number: int, on: date, chance: random.Random, words: Words
    ) -> None:
        """The first asks or objects; those who come after answer one of them now and then."""
        first: int | None = None
        for rank in range(number):
            kind = KINDS[rank % len(KINDS)] if first else KINDS[0]
            answers_to = first if kind == "answer" else None
            at = moment(on + timedelta(days=rank % 90), 12)
            author, text = chance.choice(people), words.account(chance)
            made = self.contributions.add(unique(chance), report, kind, author, text, answers_to, at)
            first = first or made


def is_draft(rank: int) -> bool:
    return rank % (100 // DRAFTS) == 1


def spread(number: int, start: date, days: int) -> Iterator[date]:
    return (start + timedelta(days=days * rank // max(number, 1)) for rank in range(number))


def unique(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def moment(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), UTC)
