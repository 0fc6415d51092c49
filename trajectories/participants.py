"""Who took part, as one line a person types: « Nadia Roussel, 4 salariées et 6 bénévoles »."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Person
from efc_platform.shared.search import plain
from trajectories.models import ParticipantKind, Participation

_BETWEEN = re.compile(r"\s*[,;\n]\s*")
_AND = re.compile(r"\s+et\s+")
# « une dizaine de bénévoles » is not one volunteer: such words stay as they were written.
_ROUGHLY = r"(?!(?:diz|douz|quinz|vingt|trent|quarant|cinquant|cent)aine\b)"
_COUNTED = re.compile(
    rf"^(?P<count>\d{{1,3}}|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\s+{_ROUGHLY}(?P<what>\D.*)$",
    re.IGNORECASE,
)
_NUMBERS = dict(
    zip(
        ("un", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
        (1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        strict=True,
    )
)
# Only what is plainly said: « élus de la mairie » or « équipes de rugby » stay other people.
_KINDS = [
    (("dirigeant", "direct", "gerant", "cogerant"), ParticipantKind.LEADER),
    (("salarie", "employe", "encadrant"), ParticipantKind.STAFF),
    (("benevole", "volontaire"), ParticipantKind.VOLUNTEER),
    (
        (
            *("membres du bureau", "membres du conseil", "membres du ca "),
            *("membre du bureau", "membre du conseil", "membre du ca "),
            "administrat",
        ),
        ParticipantKind.BOARD,
    ),
    (("partenaire", "financeur"), ParticipantKind.PARTNER),
]
_WORDS = {
    ParticipantKind.LEADER: ("dirigeant·e", "dirigeant·es"),
    ParticipantKind.STAFF: ("personne salariée", "personnes salariées"),
    ParticipantKind.VOLUNTEER: ("bénévole", "bénévoles"),
    ParticipantKind.BOARD: ("membre du conseil", "membres du conseil"),
    ParticipantKind.PARTNER: ("partenaire", "partenaires"),
    ParticipantKind.OTHER: ("autre personne", "autres personnes"),
}
LONGEST = 160


@dataclass(frozen=True)
class Participant:
    """One part of the line: somebody known, or the words typed, with a number and a kind when they say one."""

    person: Person | None = None
    words: str = ""
    kind: str = ""
    count: int = 1


def some(kind: ParticipantKind, count: int) -> Participant:
    """So many people of one kind, in the platform's own words."""
    single, several = _WORDS[kind]
    return Participant(words=f"{count}\u00a0{single if count == 1 else several}", kind=kind, count=count)


def parse_participants(line: str, known: Iterable[Person]) -> tuple[Participant, ...]:
    """Reads the line: names of known people become those people (whole name, or a first name that only
    one bears); numbers are counted; every other word is kept as it was typed, nobody counted for zero."""
    people = _names(known)
    found: list[Participant] = []
    for part in _BETWEEN.split(line):
        for participant in _read_part(part.strip(" ."), people):
            if participant.count and (participant.person is None or participant not in found):
                found.append(participant)
    return tuple(found)


def _read_part(part: str, people: dict[str, Person | None]) -> list[Participant]:
    """« et » divides only between people who are known or counted: « la mairie et ses services » is one."""
    if part in {"", "et"}:
        return []
    pieces = [_read(piece, people) for piece in _AND.split(part)]
    return pieces if all(one.person or one.kind for one in pieces) else [_read(part, people)]


def _names(known: Iterable[Person]) -> dict[str, Person | None]:
    """Each way of naming somebody; what names two people names nobody, a whole name before a first name."""
    whole: dict[str, Person | None] = {}
    first: dict[str, Person | None] = {}
    for person in known:
        for names, name in ((whole, plain(person.display_name)), (first, plain(person.first_name))):
            names[name] = person if names.get(name, person) == person else None
    return first | whole


def _read(part: str, people: dict[str, Person | None]) -> Participant:
    if counted := _COUNTED.match(part):
        number = counted["count"].lower()
        count = int(number) if number.isdigit() else _NUMBERS[number]
        return Participant(words=part, kind=_kind(counted["what"]), count=count)
    person = people.get(plain(part))
    return Participant(person=person) if person else Participant(words=part)


def _kind(words: str) -> str:
    said = f" {plain(words).replace('-', ' ')} "
    for starts, kind in _KINDS:
        if any(f" {start}" in said for start in starts):
            return kind
    return ParticipantKind.OTHER


def write_participants(participations: Iterable[Participation]) -> str:
    """The line back again, as the form and the pages show it."""
    return ", ".join(str(one) for one in participations)


def count_participants(participations: Iterable[Participation]) -> int:
    """How many people one intervention gathered, the practitioners aside."""
    return sum(one.count for one in participations)
