"""Versions of the référentiel: prepared from another or from a file, published, retired."""

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.carrying import crosswalk_of
from trajectories.framework_checks import what_is_missing
from trajectories.framework_drafts import NOT_YOURS, held_draft, note_change
from trajectories.framework_file import read_file
from trajectories.framework_words import FrameworkWords, put_words, words_of
from trajectories.models import (
    FRAMEWORK_TRANSITIONS,
    ChangeKind,
    FrameworkState,
    FrameworkVersion,
    PartKind,
)
from trajectories.notifications import tell_remarks_taken_up
from trajectories.operations.crosswalks import settle_origins
from trajectories.permissions import can_edit_framework

_TAKEN = "Une version est déjà en préparation\u00a0: publiez-la, ou laissez-la, avant d’en commencer une autre."


@transaction.atomic
def start_framework(*, by: User, based_on: FrameworkVersion) -> FrameworkVersion:
    """A draft with the words of a version that was published, under the same keys. OperationRefused while another is
    in preparation: two drafts of one text, published one after the other, would undo each other in silence."""
    if based_on.is_draft:
        raise OperationRefused("Une nouvelle version part d’une version publiée.")
    return _new_draft(by, based_on, words_of(based_on))


@transaction.atomic
def import_framework(*, by: User, text: str, why: str) -> FrameworkVersion:
    """A draft with the words of a YAML file, beside the newest version; OperationRefused names the line at fault."""
    _number, words = read_file(text)
    newest = FrameworkVersion.objects.published().order_by("-number").first()
    draft = _new_draft(by, newest, words)
    note_change(
        draft, by, part=PartKind.WORDS, kind=ChangeKind.REWORDED, label="Tout le texte, repris d’un fichier", why=why
    )
    return draft


def _new_draft(by: User, based_on: FrameworkVersion | None, words: FrameworkWords) -> FrameworkVersion:
    if not can_edit_framework(by):
        raise OperationRefused(NOT_YOURS)
    if FrameworkVersion.objects.in_preparation():
        raise OperationRefused(_TAKEN)
    last = FrameworkVersion.objects.aggregate(number=models.Max("number"))["number"] or 0
    said = {"name": words.name, "introduction": words.introduction, "based_on": based_on, "created_by": by.person}
    try:
        with transaction.atomic():
            draft = FrameworkVersion.objects.create(number=last + 1, **said)
    except IntegrityError:
        # Somebody else began one at the same moment.
        raise OperationRefused(_TAKEN) from None
    put_words(draft, words)
    return draft


@transaction.atomic
def publish_framework(*, by: User, framework: FrameworkVersion, expected_changes: int, why: str) -> FrameworkVersion:
    """From now on it is read, trajectories start on it, and nothing in it changes. OperationRefused when something is
    missing; StaleEdit when it changed since it was read over."""
    draft = held_draft(by, framework)
    if draft.changes.count() != expected_changes:
        raise StaleEdit("Cette version a changé depuis que vous l’avez relue\u00a0: relisez-la avant de la publier.")
    if what_is_missing(words_of(draft)):
        raise OperationRefused("Il manque encore quelque chose à cette version\u00a0: voyez ce qui reste à écrire.")
    if not why.strip():
        raise OperationRefused("Dites ce qui change et pourquoi, même en une phrase.", field="why")
    settle_origins(draft, crosswalk_of(draft).origins)
    _move(draft, FrameworkState.PUBLISHED)
    draft.published_on, draft.published_by, draft.why = timezone.localdate(), by.person, why.strip()
    draft.save()
    tell_remarks_taken_up(draft, by=by.person)
    return draft


@transaction.atomic
def retire_framework(*, by: User, framework: FrameworkVersion) -> FrameworkVersion:
    """No trajectory starts on it any more; it stays readable, and so do those that were read with it. The only
    published version is not retired: nothing could start."""
    if not can_edit_framework(by):
        raise OperationRefused(NOT_YOURS)
    published = {one.pk: one for one in FrameworkVersion.objects.published().select_for_update().order_by("pk")}
    current = published.get(framework.pk)
    if current is None:
        raise OperationRefused("Seule une version publiée se retire.")
    if len(published) == 1:
        raise OperationRefused("C’est la seule version publiée\u00a0: publiez la suivante avant de la retirer.")
    _move(current, FrameworkState.RETIRED)
    current.retired_on = timezone.localdate()
    current.save(update_fields=["state", "retired_on"])
    return current


def _move(version: FrameworkVersion, state: FrameworkState) -> None:
    if state not in FRAMEWORK_TRANSITIONS[FrameworkState(version.state)]:
        raise OperationRefused("Cette version ne peut pas passer à cet état.")
    version.state = state


@transaction.atomic
def drop_framework(*, by: User, framework: FrameworkVersion) -> int:
    """The draft goes, with its changes and their reasons; whoever wants to come back to it carried its file away.
    Gives back its number, which the next draft takes."""
    draft = held_draft(by, framework)
    draft.delete()
    return draft.number
