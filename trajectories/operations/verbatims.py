"""Words that somebody said: noted, agreed to, withdrawn."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import Trajectory, Verbatim, VerbatimCircle
from trajectories.notifications import tell_verbatim
from trajectories.people import people_of
from trajectories.permissions import can_agree_verbatim, can_edit_verbatim, can_note_verbatim, can_withdraw_verbatim
from trajectories.recalling import recall_reports, take_away


@transaction.atomic
def note_verbatim(
    *, by: User, trajectory: Trajectory, said_on: date, words: str, named_as: str, said_by: Person | None = None
) -> Verbatim:
    """Keeps what was said, for whoever notes it and whoever said it alone until the latter agrees. If they have an
    account they are told that it waits for their word."""
    if not can_note_verbatim(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent notent des paroles."
        )
    _refuse_strange(trajectory, said_on, said_by)
    made = Verbatim.objects.create(
        trajectory=trajectory, said_on=said_on, words=words, named_as=named_as, said_by=said_by, noted_by=by.person
    )
    tell_verbatim(made, by=by.person)
    return made


def _refuse_strange(trajectory: Trajectory, said_on: date, said_by: Person | None, known: int | None = None) -> None:
    if said_on > timezone.localdate():
        raise OperationRefused("Une parole se note une fois dite.", field="said_on")
    if said_by and said_by.pk != known and said_by.pk not in {one.pk for one in people_of(trajectory.structure)}:
        raise OperationRefused("Choisissez une personne de la structure ou de son accompagnement.", field="said_by")


@transaction.atomic
def edit_verbatim(
    *,
    by: User,
    verbatim: Verbatim,
    expected_version: int,
    said_on: date,
    words: str,
    named_as: str,
    said_by: Person | None = None,
) -> Verbatim:
    """Corrects what was noted: other words were not agreed to, so the agreement is asked again.

    By whoever noted it; StaleEdit when it changed since the form was opened.
    """
    current = _locked(verbatim)
    if not can_edit_verbatim(by, current):
        raise OperationRefused("Seule la personne qui a noté cette parole la corrige.")
    if current.version != expected_version:
        raise StaleEdit("Cette parole a changé entre-temps\u00a0: relisez-la avant de la corriger.")
    _refuse_strange(current.trajectory, said_on, said_by, current.said_by_id)
    is_same = (current.words, current.named_as, current.said_by_id) == (
        words,
        named_as,
        said_by.pk if said_by else None,
    )
    current.said_on, current.words, current.named_as, current.said_by = said_on, words, named_as, said_by
    if not is_same:
        recall_reports(current)
        current.agreed_on, current.agreed_circle, current.agreement_noted_by = None, "", None
    current.version += 1
    current.save()
    if not is_same:
        tell_verbatim(current, by=by.person)
    return current


@transaction.atomic
def agree_verbatim(
    *, by: User, verbatim: Verbatim, expected_version: int, circle: VerbatimCircle, agreed_on: date | None = None
) -> Verbatim:
    """Says that whoever said these words agrees that they be read so far: they say it themselves when they have an
    account; otherwise whoever noted them, with the day on which the agreement was given.

    StaleEdit when the words changed since they were read. A narrower circle takes back what was printed for more.
    """
    current = _locked(verbatim)
    if not can_agree_verbatim(by, current):
        raise OperationRefused("Seule la personne qui a dit cette parole donne son accord.")
    if current.version != expected_version:
        raise StaleEdit("Cette parole a changé depuis que vous l’avez lue\u00a0: relisez-la avant de répondre.")
    day = agreed_on or timezone.localdate()
    if not current.said_on <= day <= timezone.localdate():
        raise OperationRefused("L’accord se donne entre ce jour-là et aujourd’hui.", field="agreed_on")
    if circle != VerbatimCircle.REPORTS:
        recall_reports(current)
    current.agreed_on, current.agreed_circle, current.agreement_noted_by = day, circle, by.person
    current.version += 1
    current.save()
    return current


@transaction.atomic
def withdraw_verbatim(*, by: User, verbatim: Verbatim) -> Verbatim:
    """The words go from the base, from every page, and with them the reports that printed them; that there were some
    stays. By whoever said them, noted them, or steers, for somebody who has no account asks them to. Twice the same
    changes nothing."""
    current = _locked(verbatim)
    if current.withdrawn_at is not None:
        return current
    if not can_withdraw_verbatim(by, current):
        raise OperationRefused("Cette parole se retire à la demande de qui l’a dite.")
    take_away(current, by.person)
    return current


def _locked(verbatim: Verbatim) -> Verbatim:
    """A report that is being printed locks it too: either it is recalled here, or it is printed without."""
    return Verbatim.objects.select_for_update(of=("self",)).select_related("trajectory").get(pk=verbatim.pk)
