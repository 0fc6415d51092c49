"""Words that somebody said are read as far as that person agrees, and nowhere once they took them back."""

import json
import uuid
from datetime import date, timedelta
from itertools import product

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.models import Notice
from accounts.operations import ask_to_leave, carry_out_departure
from accounts.personal_data import parts
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.story import VerbatimFactory
from tests.factories.structures import MembershipFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import ProgressReport, Verbatim, VerbatimCircle
from trajectories.story import story_of

DIRECTION, STRUCTURE, REPORTS = VerbatimCircle.DIRECTION, VerbatimCircle.STRUCTURE, VerbatimCircle.REPORTS
SAID = "Avant, je rentrais avec le bruit dans la tête."
INSIDE = {"practitioner", "leader", "board", "staff", "volunteer"}


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def note(cast, said_by=None, by=None) -> Verbatim:
    return operations.note_verbatim(
        by=by or cast.practitioner,
        trajectory=cast.trajectory_a,
        said_on=date(2024, 5, 4),
        words=SAID,
        named_as="Oumou, à l’atelier",
        said_by=said_by,
    )


def agree(verbatim, by, circle, version=1, **more) -> Verbatim:
    return operations.agree_verbatim(by=by, verbatim=verbatim, expected_version=version, circle=circle, **more)


def readers(cast, verbatim) -> set[str]:
    return {name for name, user in cast.users.items() if verbatim in Verbatim.objects.visible_to(user)}


def test_words_without_an_agreement_are_read_by_whoever_noted_them_and_whoever_said_them(cast):
    assert readers(cast, note(cast)) == {"practitioner"}
    assert readers(cast, note(cast, cast.staff.person)) == {"practitioner", "staff"}


@pytest.mark.parametrize(
    ("circle", "reading"),
    [(DIRECTION, {"practitioner", "leader", "board"}), (STRUCTURE, INSIDE), (REPORTS, INSIDE)],
)
def test_words_agreed_to_are_read_as_far_as_was_agreed(cast, visits, circle, reading):
    agree(note(cast), cast.practitioner, circle)
    assert readers(cast, Verbatim.objects.get()) == reading
    history = f"{cast.trajectory_a.get_absolute_url()}histoire/"
    assert {name for name in INSIDE if SAID in visits(name).open(history).words} == reading
    assert SAID not in visits("coordinator").open(history).words


def test_whoever_has_an_account_agrees_for_themselves(cast, visits):
    verbatim = note(cast, cast.staff.person)
    assert Notice.objects.get(recipient=cast.staff).title == "Une parole de vous attend votre accord · Alpha"
    for name in ("practitioner", "leader"):
        with pytest.raises(OperationRefused, match="Seule la personne qui a dit"):
            agree(verbatim, cast.users[name], STRUCTURE)
    oumou = visits("staff")
    oumou.open(verbatim.get_absolute_url())
    assert oumou.press("Je suis d’accord", agreed_circle="structure").messages == [
        "L’accord est noté. Il se reprend quand on veut."
    ]
    verbatim.refresh_from_db()
    assert (verbatim.agreed_on, verbatim.agreed_circle, verbatim.agreement_noted_by) == (
        timezone.localdate(),
        STRUCTURE,
        cast.staff.person,
    )


def test_whoever_noted_the_words_of_somebody_without_an_account_notes_their_agreement_and_its_day(cast, visits):
    speaker = MembershipFactory(structure=cast.structure_a).person
    verbatim = note(cast, speaker)
    with pytest.raises(OperationRefused, match="L’accord se donne entre"):
        agree(verbatim, cast.practitioner, STRUCTURE, agreed_on=date(2024, 5, 3))
    ines = visits("practitioner")
    ines.open(verbatim.get_absolute_url())
    ines.press("Noter cet accord", agreed_circle="direction", agreed_on="2024-05-06")
    verbatim.refresh_from_db()
    assert (verbatim.agreed_on, verbatim.agreed_circle) == (date(2024, 5, 6), DIRECTION)


def test_other_words_were_not_agreed_to(cast):
    verbatim = agree(note(cast), cast.practitioner, STRUCTURE)
    told = {"by": cast.practitioner, "verbatim": verbatim, "said_on": date(2024, 5, 4), "named_as": verbatim.named_as}
    same = operations.edit_verbatim(**told | {"said_on": date(2024, 5, 5)}, words=SAID, expected_version=2)
    assert same.is_agreed
    other = operations.edit_verbatim(**told, words="Je rentre mieux.", expected_version=3)
    assert (other.is_agreed, readers(cast, other)) == (False, {"practitioner"})
    with pytest.raises(StaleEdit, match="relisez-la avant de répondre"):
        agree(verbatim, cast.practitioner, STRUCTURE, version=2)
    with pytest.raises(OperationRefused, match="Seule la personne qui a noté"):
        operations.edit_verbatim(**told | {"by": cast.leader}, words="Pris", expected_version=4)


def test_words_of_somebody_from_elsewhere_are_not_put_in_the_structure(cast):
    with pytest.raises(OperationRefused, match="Choisissez une personne de la structure"):
        note(cast, PersonFactory())
    for name in ("board", "staff", "coordinator", "leader_b"):
        with pytest.raises(OperationRefused):
            note(cast, by=cast.users[name])


@pytest.mark.parametrize("name", ["staff", "practitioner", "leader"])
def test_words_are_withdrawn_by_whoever_said_or_noted_them_or_is_asked_to(cast, visits, name):
    verbatim = note(cast, cast.staff.person)
    agree(verbatim, cast.staff, STRUCTURE)
    visitor = visits(name)
    visitor.open(verbatim.get_absolute_url())
    visitor.press("Retirer cette parole")
    gone = Verbatim.objects.get()
    assert (gone.words, gone.named_as, gone.said_by, gone.withdrawn_by) == ("", "", None, cast.users[name].person)
    assert readers(cast, gone) == set()


def test_words_are_withdrawn_by_nobody_else(cast):
    verbatim = agree(note(cast), cast.practitioner, STRUCTURE)
    for name in ("board", "volunteer", "coordinator", "leader_b", "member"):
        with pytest.raises(OperationRefused):
            operations.withdraw_verbatim(by=cast.users[name], verbatim=verbatim)


def issued(cast) -> ProgressReport:
    report = operations.request_progress_report(
        by=cast.practitioner,
        trajectory=cast.trajectory_a,
        period_start=cast.trajectory_a.started_on,
        period_end=timezone.localdate(),
    )
    run_job(report.job_id)
    report.refresh_from_db()
    return report


@pytest.mark.parametrize(("circle", "is_printed"), [(STRUCTURE, False), (REPORTS, True)])
def test_report_prints_only_words_that_may_leave_the_structure(cast, circle, is_printed):
    agree(note(cast), cast.practitioner, circle)
    assert (SAID in json.dumps(issued(cast).content, ensure_ascii=False)) == is_printed


def test_report_is_read_no_more_once_words_it_printed_are_withdrawn_or_kept_closer(cast):
    verbatim = agree(note(cast), cast.practitioner, REPORTS)
    untouched = agree(note(cast), cast.practitioner, STRUCTURE)
    report = issued(cast)
    operations.withdraw_verbatim(by=cast.practitioner, verbatim=untouched)
    assert ProgressReport.objects.get().file is not None
    agree(verbatim, cast.practitioner, STRUCTURE, version=2)
    report.refresh_from_db()
    assert (report.content, report.file, report.retired_at is not None) == (None, None, True)


def test_whoever_leaves_takes_their_words_away(cast):
    speaker = UserFactory()
    MembershipFactory(structure=cast.structure_a, person=speaker.person)
    agree(note(cast, speaker.person), speaker, STRUCTURE)
    departure = ask_to_leave(by=speaker)
    type(departure).objects.filter(pk=departure.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert carry_out_departure(departure=departure)
    assert Verbatim.objects.get().words == ""


def test_archive_of_whoever_noted_words_does_not_carry_them_away(cast):
    agree(note(cast, cast.staff.person), cast.staff, STRUCTURE)

    def gathered(user) -> str:
        return str([table.lines for part in parts() for table in part.gather(user)])

    assert (SAID in gathered(cast.practitioner), SAID in gathered(cast.staff)) == (False, True)


def everywhere(needle: str) -> set[str]:
    """The tables that hold these words in any column, the history's included."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT 1 FROM {table} AS row WHERE row::text LIKE %s LIMIT 1", [f"%{needle}%"])
                found |= {model._meta.label} if cursor.fetchone() else set()
    return found


# All that may become of words before they are withdrawn, two things after each other at most.
LIVED = [steps for number in range(3) for steps in product(["agree", "narrow", "edit", "report"], repeat=number)]


@pytest.mark.parametrize("steps", LIVED, ids="-".join)
@pytest.mark.parametrize("by", ["leader", "practitioner"])
def test_withdrawn_words_stand_in_no_column_of_any_table(cast, steps, by):
    word = f"Mot{uuid.uuid4().hex}"
    verbatim = VerbatimFactory(trajectory=cast.trajectory_a, noted_by=cast.practitioner.person, words=f"{word} un")
    for rank, step in enumerate(steps):
        version = Verbatim.objects.get().version
        if step == "report":
            issued(cast)
        elif step == "edit":
            told = {"said_on": date(2025, 5, 5), "words": f"{word} {rank}", "named_as": f"{word} dit"}
            operations.edit_verbatim(by=cast.practitioner, verbatim=verbatim, expected_version=version, **told)
        else:
            agree(verbatim, cast.practitioner, REPORTS if step == "agree" else DIRECTION, version)
    assert "trajectories.Verbatim" in everywhere(word)
    operations.withdraw_verbatim(by=cast.users[by], verbatim=verbatim)
    assert everywhere(word) == set()
    for user in cast.users.values():
        assert not any(word in f"{one.title}{one.summary}" for one in story_of(cast.trajectory_a, user))
