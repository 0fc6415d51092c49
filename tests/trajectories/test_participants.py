"""The one line « avec qui »: what people type is understood, and comes back as it was understood."""

from dataclasses import replace

import pytest

from accounts.models import Person
from trajectories.models import ParticipantKind, Participation
from trajectories.participants import (
    Participant,
    count_participants,
    parse_participants,
    some,
    write_participants,
)

# Parsing reads unsaved people: no database.
NADIA = Person(pk=1, first_name="Nadia", last_name="Roussel")
HELENE = Person(pk=2, first_name="Hélène", last_name="Aubry")
JEAN = Person(pk=3, first_name="Jean", last_name="Morel")
OTHER_JEAN = Person(pk=4, first_name="Jean", last_name="Petit")
ANNE_ET_CO = Person(pk=5, first_name="Colette", last_name="Etchegaray")
KNOWN = [NADIA, HELENE, JEAN, OTHER_JEAN, ANNE_ET_CO]

LEADER, STAFF, VOLUNTEER = ParticipantKind.LEADER, ParticipantKind.STAFF, ParticipantKind.VOLUNTEER
BOARD, PARTNER, OTHER = ParticipantKind.BOARD, ParticipantKind.PARTNER, ParticipantKind.OTHER


def counted(count: int, kind: str) -> Participant:
    """So many of a kind, whatever the words."""
    return Participant(words="", kind=kind, count=count)


def wordless(participants: tuple[Participant, ...]) -> list[Participant]:
    return [replace(one, words="") if one.kind else one for one in participants]


def named(name: str) -> Participant:
    return Participant(words=name)


def known(person: Person) -> Participant:
    return Participant(person=person)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Nadia Roussel, 4 salariées, 6 bénévoles", [known(NADIA), counted(4, STAFF), counted(6, VOLUNTEER)]),
        ("Nadia, 4 salariées et 6 bénévoles", [known(NADIA), counted(4, STAFF), counted(6, VOLUNTEER)]),
        ("nadia roussel ; HÉLÈNE", [known(NADIA), known(HELENE)]),
        ("Helene Aubry", [known(HELENE)]),
        ("Hélène\nNadia", [known(HELENE), known(NADIA)]),
        ("Nadia  Roussel.", [known(NADIA)]),
        ("Colette Etchegaray", [known(ANNE_ET_CO)]),
        ("une salariée et deux bénévoles", [counted(1, STAFF), counted(2, VOLUNTEER)]),
        ("Dix bénévoles", [counted(10, VOLUNTEER)]),
        ("un administrateur, trois administratrices", [counted(1, BOARD), counted(3, BOARD)]),
        ("2 membres du CA, 1 élue", [counted(2, BOARD), counted(1, OTHER)]),
        ("2 membres du bureau", [counted(2, BOARD)]),
        ("1 directrice, 2 co-dirigeants, 1 gérant", [counted(1, LEADER), counted(2, LEADER), counted(1, LEADER)]),
        ("3 encadrants techniques", [counted(3, STAFF)]),
        ("12 personnes salariées", [counted(12, STAFF)]),
        ("2 partenaires, 1 financeur", [counted(2, PARTNER), counted(1, PARTNER)]),
        ("8 habitantes", [counted(8, OTHER)]),
        ("4\u00a0salariées", [counted(4, STAFF)]),
        ("4 salarié·es", [counted(4, STAFF)]),
        ("Mme Lopez, de la mairie", [named("Mme Lopez"), named("de la mairie")]),
        ("", []),
        (" , ; et ", []),
    ],
)
def test_line_is_understood(line, expected):
    assert wordless(parse_participants(line, KNOWN)) == expected


def test_first_name_that_two_people_bear_names_neither():
    assert parse_participants("Jean", KNOWN) == (named("Jean"),)
    assert parse_participants("Jean Morel, Jean Petit", KNOWN) == (known(JEAN), known(OTHER_JEAN))


def test_whole_name_that_two_people_bear_names_neither():
    namesake = Person(pk=9, first_name="Nadia", last_name="Roussel")
    assert parse_participants("Nadia Roussel", [NADIA, namesake]) == (named("Nadia Roussel"),)


@pytest.mark.parametrize("order", [1, -1])
def test_first_name_alone_names_whoever_has_no_other_name(order):
    alone = Person(pk=10, first_name="Nadia")
    assert parse_participants("Nadia", [NADIA, alone][::order]) == (known(alone),)


def test_person_named_twice_is_there_once():
    assert parse_participants("Nadia, Nadia Roussel", KNOWN) == (known(NADIA),)


@pytest.mark.parametrize("line", ["une dizaine de bénévoles", "une vingtaine d’habitants", "une quinzaine de salariés"])
def test_rough_number_is_kept_in_words_rather_than_counted_as_one(line):
    assert parse_participants(line, KNOWN) == (named(line),)


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("15 habitantes du quartier", [(15, OTHER)]),
        ("3 équipes de rugby", [(3, OTHER)]),
        ("2 élus de la mairie", [(2, OTHER)]),
        ("la mairie et ses services", [(1, "")]),
        ("0 bénévole", []),
        ("2 bénévoles, 2 bénévoles", [(2, VOLUNTEER), (2, VOLUNTEER)]),
    ],
)
def test_words_are_kept_as_typed_and_counted_for_what_they_plainly_say(line, counts):
    read = parse_participants(line, KNOWN)
    assert [(one.count, one.kind) for one in read] == counts
    assert ", ".join(one.words for one in read) == (line if read else "")


def rows(participants: tuple[Participant, ...]) -> list[Participation]:
    return [Participation(person=one.person, words=one.words, kind=one.kind, count=one.count) for one in participants]


@pytest.mark.parametrize("kind", ParticipantKind)
@pytest.mark.parametrize("count", [1, 2])
def test_each_kind_written_is_read_back(kind, count):
    written = write_participants(rows((some(kind, count),)))
    assert wordless(parse_participants(written, KNOWN)) == [counted(count, kind)]


def test_line_written_is_read_back_whole():
    read = parse_participants("Hélène, Mme Lopez, 4 salariées et un bénévole", KNOWN)
    written = write_participants(rows(read))
    assert written == "Hélène Aubry, Mme Lopez, 4 salariées, un bénévole"
    assert parse_participants(written, KNOWN) == read


def test_head_count_adds_named_people_and_numbers():
    assert count_participants(rows(parse_participants("Nadia, Mme Lopez, 4 salariées", KNOWN))) == 6
    assert count_participants([]) == 0
