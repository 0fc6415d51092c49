"""The référentiel as those who read it find it: a published version, one in preparation, remarks about its words."""

from collections.abc import Callable

from django.utils import timezone

from accounts.models import Person, Role
from tests.factories.people import PersonFactory, UserFactory
from trajectories.framework import load_framework
from trajectories.models import Criterion, FrameworkRemark, FrameworkVersion, PartKind
from trajectories.operations import edit_criterion, start_framework


def furnish_framework(author: Person, words: Callable[[str], str]) -> FrameworkRemark:
    """A remark that waits, beside one that was answered."""
    draft_of_framework()
    answered = {"answered_at": timezone.now(), "answered_by": PersonFactory()}
    make_remark(author, text=words("framework_answered.text"), answer=words("framework_answered.answer"), **answered)
    return make_remark(author, text=words("framework_remark.text"))


def make_remark(author: Person, **told) -> FrameworkRemark:
    place = {"part": PartKind.CRITERION, "key": "D1.1", "dimension_key": "living_work"}
    return FrameworkRemark.objects.create(framework_version=load_framework(), author=author, **place | told)


def draft_of_framework() -> FrameworkVersion:
    """Version 2, with a change; there is never a second draft."""
    if found := FrameworkVersion.objects.in_preparation():
        return found
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    draft = start_framework(by=coordinator, based_on=load_framework())
    criterion = Criterion.objects.get(dimension__framework_version=draft, code="D1.2")
    told = {"text": "L’apport de chaque personne est reconnu.", "why": "Plus simple à dire."}
    edit_criterion(by=coordinator, criterion=criterion, expected_version=1, **told)
    return draft


def fill_framework(rank: int) -> None:
    """One more of what the pages of the référentiel list."""
    author = PersonFactory()
    make_remark(author, text="Une remarque", answer="Merci.", answered_at=timezone.now(), answered_by=PersonFactory())
    make_remark(author, text="Une remarque sur les repères", part=PartKind.MARKERS, key="living_work", rank=rank + 1)
    draft = draft_of_framework()
    criterion = Criterion.objects.get(dimension__framework_version=draft, code=f"D{rank + 2}.1")
    told = {"text": f"Reformulé {rank}", "why": "Plus simple."}
    edit_criterion(by=UserFactory(roles=[Role.COORDINATOR]), criterion=criterion, expected_version=1, **told)
