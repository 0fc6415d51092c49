"""Logging an intervention and editing what was logged."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Circle, Person, User
from efc_platform.shared.duration import write_duration
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Accompaniment, EcosystemActor, StructureDocument
from structures.operations import add_document
from trajectories.models import (
    DEFAULT_CIRCLES,
    AddedModality,
    Criterion,
    Dimension,
    Intervention,
    InterventionShare,
    Modality,
    Participation,
    Place,
    Trajectory,
)
from trajectories.notifications import tell_share
from trajectories.participants import Participant
from trajectories.permissions import can_edit_intervention, can_log_intervention

# Of one sending; as much as a request may weigh.
MOST_FILES = 8
# The names that cameras give.
_UNNAMED = re.compile(
    r"(image|img|photo|picture|dsc|dscn|pxl|snapchat|whatsapp image)[\W\d_]*\.?\w{0,5}$", re.IGNORECASE
)


@dataclass(frozen=True)
class InterventionFacts:
    """The event itself, whatever trajectories it served. Durations in minutes."""

    occurred_on: date
    minutes: int
    modality: Modality
    added_modality: AddedModality | None = None
    preparation_minutes: int = 0
    travel_minutes: int = 0
    title: str = ""
    place: Place = Place.ON_SITE
    location: str = ""
    participants: Sequence[Participant] = ()


@dataclass(frozen=True)
class ShareFacts:
    """What one trajectory keeps of the event; without a circle, the one that its modality calls for."""

    trajectory: Trajectory
    minutes: int
    account: str = ""
    decision: str = ""
    open_question: str = ""
    circle: Circle | None = None
    dimensions: Sequence[Dimension] = ()
    criteria: Sequence[Criterion] = ()
    actors: Sequence[EcosystemActor] = ()
    documents: Sequence[StructureDocument] = ()


def log_intervention(
    *,
    by: User,
    client_key: uuid.UUID,
    facts: InterventionFacts,
    shares: Sequence[ShareFacts],
    practitioners: Sequence[Person] = (),
) -> tuple[Intervention, bool]:
    """Records an intervention once per author and `client_key`: the same form sent twenty times gives
    one row, and (row, False) after the first.

    Each structure concerned must be accompanied by the author, and by whoever else led it one of them; the day may not
    lie ahead, the parts not exceed the whole, and an account be for those present only after an exchange space;
    otherwise OperationRefused. The author is always among its practitioners.
    """
    if sent := Intervention.objects.filter(created_by=by.person_id, client_key=client_key).first():
        return sent, False
    _refuse_future(facts.occurred_on)
    for share in shares:
        _refuse_strange_circle(facts, share)
        if not can_log_intervention(by, share.trajectory):
            raise OperationRefused("Vous n’accompagnez pas cette structure aujourd’hui.")
        _refuse_after_the_end(facts, share.trajectory)
    _refuse_more_than_the_whole(facts, [one.minutes for one in shares])
    _refuse_strangers(by, practitioners, [one.trajectory for one in shares])
    try:
        with transaction.atomic():
            intervention = Intervention.objects.create(created_by=by.person, client_key=client_key, **_columns(facts))
            intervention.practitioners.set({by.person, *practitioners})
            _keep_participants(intervention, facts.participants)
            for share in shares:
                tell_share(_create_share(intervention, facts, share), by=by.person)
            return intervention, True
    except IntegrityError:
        # The same form arrived twice at once: the other one won. Any other broken constraint stays an error.
        if sent := Intervention.objects.filter(created_by=by.person_id, client_key=client_key).first():
            return sent, False
        raise


@transaction.atomic
def edit_intervention(
    *,
    by: User,
    intervention: Intervention,
    expected_version: int,
    facts: InterventionFacts,
    share: ShareFacts,
    practitioners: Sequence[Person] | None = None,
) -> Intervention:
    """Rewrites the event and one trajectory's share of it; without `practitioners` those who led it stay.

    Refused to whoever did not lead it; StaleEdit when somebody else changed it since the form was
    opened, so that the page shows both texts. Whoever noted it remains among those who led it.
    """
    current = Intervention.objects.select_for_update().get(pk=intervention.pk)
    if not can_edit_intervention(by, current):
        raise OperationRefused("Seules les personnes qui ont mené cette intervention peuvent la modifier.")
    if current.version != expected_version:
        raise StaleEdit("Cette intervention a été modifiée entre-temps par une autre personne.")
    _refuse_future(facts.occurred_on)
    _refuse_strange_circle(facts, share)
    others = current.shares.exclude(trajectory=share.trajectory)
    _refuse_more_than_the_whole(facts, [share.minutes, *others.values_list("minutes", flat=True)])
    if practitioners is not None:
        known = {one.pk for one in current.practitioners.all()}
        trajectories = [one.trajectory for one in current.shares.select_related("trajectory")]
        _refuse_strangers(by, [one for one in practitioners if one.pk not in known], trajectories)
        current.practitioners.set({current.created_by, *practitioners})
    for name, value in _columns(facts).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    current.participations.all().delete()
    _keep_participants(current, facts.participants)
    if _rewrite_share(current, facts, share):
        tell_share(current.shares.get(trajectory=share.trajectory), by=by.person)
    return current


def attach_files(*, by: User, share: InterventionShare, uploads: Sequence[File]) -> list[str]:
    """Adds files to the documents of the structure, tied to this account. One that may not be kept is left out: what
    was written never waits for a picture. Gives, for each that was left out, the sentence to read beside the field.

    Refused to whoever did not lead the intervention."""
    if not can_edit_intervention(by, share.intervention):
        raise OperationRefused("Seules les personnes qui ont mené cette intervention y ajoutent des documents.")
    day, left_out = date_format(share.intervention.occurred_on), []
    for rank, upload in enumerate(uploads, start=1):
        name = upload.name or ""
        told = {"title": f"Photo {rank} du {day}" if _UNNAMED.match(name) else "", "about": f"Intervention du {day}"}
        try:
            if rank > MOST_FILES:
                raise OperationRefused(f"{MOST_FILES} fichiers au plus à la fois.")
            share.documents.add(add_document(by=by, structure=share.trajectory.structure, upload=upload, **told))
        except OperationRefused as refusal:
            left_out.append(f"{name[:60]}\u00a0: {refusal.message}")
    return left_out


def _refuse_future(day: date) -> None:
    if day > timezone.localdate():
        raise OperationRefused(
            "Une intervention se note une fois qu’elle a eu lieu\u00a0: la date est dans le futur.", field="occurred_on"
        )


def _refuse_after_the_end(facts: InterventionFacts, trajectory: Trajectory) -> None:
    """What took place before is still noted once the trajectory is closed: memory comes late, and no text is lost."""
    if trajectory.closed_on and facts.occurred_on > trajectory.closed_on:
        raise OperationRefused(
            f"Cette trajectoire est close depuis le {date_format(trajectory.closed_on)}\u00a0: on y note encore ce qui "
            "a eu lieu jusqu’à ce jour-là. Votre texte reste ici.",
            field="occurred_on",
        )


def _refuse_strange_circle(facts: InterventionFacts, share: ShareFacts) -> None:
    if share.circle == Circle.PARTICIPANTS and facts.modality != Modality.PEER_SPACE:
        raise OperationRefused(
            "«\u00a0Les personnes présentes\u00a0» se choisit pour un espace d’échange. Changez la modalité, ou "
            "choisissez un autre cercle.",
            field="circle",
        )


def _refuse_more_than_the_whole(facts: InterventionFacts, parts: Sequence[int]) -> None:
    if sum(parts) > facts.minutes:
        raise OperationRefused(
            f"Les parts des structures font {write_duration(sum(parts))}, pour {write_duration(facts.minutes)} "
            "d’intervention\u00a0: réduisez une part, ou allongez la durée.",
            field="share_minutes" if len(parts) > 1 else "minutes",
        )


def _refuse_strangers(by: User, practitioners: Sequence[Person], trajectories: Sequence[Trajectory]) -> None:
    """Who led it with the author accompanies one of the structures, that day or today."""
    others = [one for one in practitioners if one.pk != by.person_id]
    structures = [one.structure_id for one in trajectories]
    accompany = Accompaniment.objects.filter(structure__in=structures, practitioner__in=others)
    known = set(accompany.values_list("practitioner", flat=True))
    if strangers := [one.display_name for one in others if one.pk not in known]:
        raise OperationRefused(
            f"{strangers[0]} n’accompagne aucune de ces structures\u00a0: écrivez plutôt son nom dans "
            "«\u00a0Avec qui\u00a0».",
            field="practitioners",
        )


def _columns(facts: InterventionFacts) -> dict[str, object]:
    names = ["occurred_on", "minutes", "preparation_minutes", "travel_minutes", "modality", "added_modality"]
    names += ["title", "place", "location"]
    return {name: getattr(facts, name) for name in names}


def _keep_participants(intervention: Intervention, participants: Sequence[Participant]) -> None:
    Participation.objects.bulk_create(
        Participation(intervention=intervention, person=one.person, words=one.words, kind=one.kind, count=one.count)
        for one in participants
    )


def _create_share(intervention: Intervention, facts: InterventionFacts, share: ShareFacts) -> InterventionShare:
    row = InterventionShare.objects.create(
        intervention=intervention, trajectory=share.trajectory, **_share_columns(facts, share)
    )
    _link(row, share)
    return row


def _link(row: InterventionShare, share: ShareFacts) -> None:
    """What the account is about: dimensions and criteria worked, relations met, documents used."""
    for name in ("dimensions", "criteria", "actors", "documents"):
        getattr(row, name).set(getattr(share, name))


def _rewrite_share(intervention: Intervention, facts: InterventionFacts, share: ShareFacts) -> bool:
    """Whether its circle is another: those who had not been told then are."""
    row = intervention.shares.get(trajectory=share.trajectory)
    circle = row.circle
    for name, value in _share_columns(facts, share).items():
        setattr(row, name, value)
    row.save()
    _link(row, share)
    return row.circle != circle


def _share_columns(facts: InterventionFacts, share: ShareFacts) -> dict[str, object]:
    names = ["minutes", "account", "decision", "open_question"]
    circle = share.circle or DEFAULT_CIRCLES.get(facts.modality, Circle.STRUCTURE)
    return {name: getattr(share, name) for name in names} | {"circle": circle}
