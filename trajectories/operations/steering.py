"""What keeps a trajectory moving: its opening and its words."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.formats import date_format

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Structure
from trajectories.models import FollowUp, FrameworkVersion, Trajectory
from trajectories.permissions import can_open_trajectory, refuse_stranger


@transaction.atomic
def open_trajectory(
    *, by: User, structure: Structure, started_on: date, framework_version: FrameworkVersion | None = None
) -> Trajectory:
    """Opens a structure's trajectory on a published version of the référentiel, the newest unless another is chosen;
    one at most is open.

    By a practitioner who accompanies it or by coordination; OperationRefused otherwise.
    """
    if not can_open_trajectory(by, structure):
        raise OperationRefused(
            "Seules la coordination et les personnes qui accompagnent la structure ouvrent une trajectoire."
        )
    if structure.archived_at:
        raise OperationRefused("Cette fiche est archivée\u00a0: faites-la d’abord revenir.")
    _refuse_overlap(structure, started_on)
    version = framework_version or FrameworkVersion.objects.current()
    if not FrameworkVersion.objects.published().filter(pk=version.pk).exists():
        raise OperationRefused(
            "Une trajectoire commence sur une version publiée du référentiel.", field="framework_version"
        )
    try:
        with transaction.atomic():
            made = Trajectory.objects.create(structure=structure, framework_version=version, started_on=started_on)
    except IntegrityError:
        raise OperationRefused("Cette structure a déjà une trajectoire ouverte.") from None
    FollowUp.objects.forget_waiting(structure)
    return made


def _refuse_overlap(structure: Structure, started_on: date) -> None:
    """Coming back, a structure sets out after its last end."""
    last = structure.trajectories.filter(closed_on__gt=started_on).order_by("-closed_on").first()
    if last and last.closed_on:
        raise OperationRefused(
            f"La trajectoire précédente finit le {date_format(last.closed_on)}\u00a0: celle-ci commence ce jour-là ou "
            "après.",
            field="started_on",
        )


@transaction.atomic
def edit_words(
    *,
    by: User,
    trajectory: Trajectory,
    expected_version: int,
    starting_words: str,
    aim: str,
    working_question: str,
    lead_words: str,
    starting_words_by: Person | None = None,
) -> Trajectory:
    """Rewrites the trajectory's own words; StaleEdit when another did since the form was opened."""
    current = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    refuse_stranger(by, current)
    if current.version != expected_version:
        raise StaleEdit("Ces mots ont été modifiés entre-temps par une autre personne.")
    if starting_words != current.starting_words:
        # Words changed are no longer those of whoever said them, unless it is said again who does.
        current.starting_words, current.starting_words_by = starting_words, starting_words_by
    current.aim, current.working_question, current.lead_words = aim, working_question, lead_words
    current.version += 1
    current.save()
    return current
