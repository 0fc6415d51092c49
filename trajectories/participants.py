"""Who took part, as one line a person types: « Nadia Roussel, 4 salariées et 6 bénévoles »."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Person
from trajectories.models import ParticipantKind, Participation

_BETWEEN = re.compile(r"\s*(?:,|;|\n|\bet\b)\s*")
# « une dizaine de bénévoles » is not one volunteer: such words stay as they were written.
_ROUGHLY = r"(?!(?:diz|douz|quinz|vingt|trent|quarant|cinquant|cent)aine\b)"
_COUNTED = re.compile(
    rf"^(?P<count>\d{{1,3}}|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\s+{_ROUGHLY}(?P<what>\D.*)$",
    re.IGNORECASE,
)
_NUMBERS = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "dix": 10,
}
_KINDS = [
    (("dirigeant", "direct", "gerant", "cogerant"), ParticipantKind.LEADER),
    (("salarie", "employe", "equip", "encadrant", "professionnel"), ParticipantKind.STAFF),
    (("benevole", "volontaire"), ParticipantKind.VOLUNTEER),
    (
        (
            *("membres du bureau", "membres du conseil", "membres du ca "),
            *("membre du bureau", "membre du conseil", "membre du ca "),
            *("administrat", "elu"),
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


@dataclass(frozen=True)
class Participant:
    """One part of the line: somebody known, a free name, or a number of one kind."""

    person: Person | None = None
    free_name: str = ""
    kind: str = ""
    count: int = 1


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def parse_participants(line: str, known: Iterable[Person]) -> tuple[Participant, ...]:
    """Reads the line: names of known people become those people (whole name, or a first name that
    only one bears); numbers become counts by kind; anything else is kept as a free name."""
    people = _names(known)
    found: list[Participant] = []
    for part in filter(None, _BETWEEN.split(line.strip())):
        participant = _read(part.strip(" ."), people)
        if participant.person is None or all(participant.person != other.person for other in found):
            found.append(participant)
    return tuple(found)


def _names(known: Iterable[Person]) -> dict[str, Person | None]:
    """Each way of naming somebody; what names two people names nobody, a whole name before a first name."""
    whole: dict[str, Person | None] = {}
    first: dict[str, Person | None] = {}
    for person in known:
        for names, name in ((whole, _plain(person.display_name)), (first, _plain(person.first_name))):
            names[name] = person if names.get(name, person) == person else None
    return first | whole


def _read(part: str, people: dict[str, Person | None]) -> Participant:
    if counted := _COUNTED.match(part):
        count = counted["count"].lower()
        return Participant(kind=_kind(counted["what"]), count=_NUMBERS.get(count) or int(count))
    person = people.get(_plain(part))
    return Participant(person=person) if person else Participant(free_name=part[:120])


def _kind(words: str) -> str:
    plain = f" {_plain(words).replace('-', ' ')} "
    for starts, kind in _KINDS:
        if any(f" {start}" in plain for start in starts):
            return kind
    return ParticipantKind.OTHER


def write_participants(participations: Sequence[Participation]) -> str:
    """The line back again, as the form and the pages show it."""
    return ", ".join(_write(one) for one in participations)


def _write(one: Participation) -> str:
    if one.person is not None:
        return one.person.display_name
    if one.free_name:
        return one.free_name
    single, several = _WORDS[ParticipantKind(one.kind)]
    return f"{one.count}\u00a0{single if one.count == 1 else several}"


def count_participants(participations: Iterable[Participation]) -> int:
    """How many people one intervention gathered, the practitioners aside."""
    return sum(one.count for one in participations)
