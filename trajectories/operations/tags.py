"""Tags: put on what a structure keeps of an intervention, named again, made one."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Structure
from trajectories.models import InterventionShare, Tag, TagScope
from trajectories.permissions import can_keep_tag, can_make_tag, can_place_tags

_NOT_YOURS = "Cette étiquette n’est pas à vous\u00a0: elle se tient dans son équipe, ou à la coordination."


def make_tag(*, by: User, scope: TagScope, name: str, structure: Structure | None = None) -> Tag:
    """One's own, that of the team of a structure one accompanies, or of the network (coordination). The same name in
    the same scope gives the tag that is there."""
    if not can_make_tag(by, scope, structure):
        raise OperationRefused(
            "Les étiquettes du réseau se tiennent à la coordination, celles d’une équipe par qui en est.", field="scope"
        )
    owned = {
        "owner": by.person if scope == TagScope.MINE else None,
        "structure": structure if scope == TagScope.TEAM else None,
    }
    name = " ".join(name.split())
    if found := Tag.objects.filter(scope=scope, name__iexact=name, **owned).first():
        return found
    try:
        with transaction.atomic():
            return Tag.objects.create(scope=scope, name=name, **owned)
    except IntegrityError:
        # The same word at the same time, from two places.
        return Tag.objects.get(scope=scope, name__iexact=name, **owned)


@transaction.atomic
def place_tags(*, by: User, share: InterventionShare, tags: Sequence[Tag]) -> None:
    """The tags of an account, as far as the person sees any: those that they do not see stay where they are."""
    if not can_place_tags(by, share):
        raise OperationRefused("Les étiquettes se posent par qui accompagne la structure.")
    seen = set(Tag.objects.visible_to(by).values_list("pk", flat=True))
    wanted = {one.pk for one in tags if one.pk in seen and one.structure_id in {None, share.trajectory.structure_id}}
    there = set(share.tags.values_list("pk", flat=True))
    share.tags.remove(*(there & seen) - wanted)
    share.tags.add(*wanted - there)


@transaction.atomic
def rename_tag(*, by: User, tag: Tag, name: str, expected_version: int) -> Tag:
    """Everywhere at once; OperationRefused when its scope has that word already: they are merged instead."""
    current = _held(by, tag)
    if current.version != expected_version:
        raise StaleEdit("Cette étiquette a été modifiée entre-temps.")
    name = " ".join(name.split())
    alike = Tag.objects.filter(scope=current.scope, owner=current.owner, structure=current.structure, name__iexact=name)
    if alike.exclude(pk=current.pk).exists():
        raise OperationRefused("Ce mot existe déjà ici\u00a0: réunissez plutôt les deux étiquettes.", field="name")
    current.name, current.version = name, current.version + 1
    current.save()
    return current


@transaction.atomic
def merge_tags(*, by: User, kept: Tag, merged: Tag) -> Tag:
    """Everything that bears the second bears the first, and the second goes. One may merge into the network's what is
    the network's, into a team's what is that team's, into one's own what is one's own."""
    first, second = (_held(by, one) for one in sorted((kept, merged), key=lambda one: one.pk))
    if first.pk == second.pk:
        raise OperationRefused("Choisissez une autre étiquette que celle-ci.", field="other")
    keeping, going = (first, second) if first.pk == kept.pk else (second, first)
    if (keeping.scope, keeping.owner_id, keeping.structure_id) != (going.scope, going.owner_id, going.structure_id):
        raise OperationRefused("Deux étiquettes se réunissent quand elles sont aux mêmes personnes.", field="other")
    keeping.shares.add(*going.shares.all())
    going.delete()
    return keeping


@transaction.atomic
def drop_tag(*, by: User, tag: Tag) -> None:
    """Taken off everything; what bore it stays."""
    _held(by, tag).delete()


def _held(by: User, tag: Tag) -> Tag:
    current = Tag.objects.select_for_update().filter(pk=tag.pk).first()
    if current is None:
        raise OperationRefused("Cette étiquette n’existe plus.")
    if not can_keep_tag(by, current):
        raise OperationRefused(_NOT_YOURS)
    return current
