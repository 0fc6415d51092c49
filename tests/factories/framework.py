"""The référentiel as those who read it find it: a published version, and one that coordination prepares."""

from accounts.models import Role
from tests.factories.people import UserFactory
from trajectories.framework import load_framework
from trajectories.models import Criterion, FrameworkVersion
from trajectories.operations import edit_criterion, start_framework


def furnish_framework() -> FrameworkVersion:
    """The draft, version 2, with a change; there is never a second."""
    if found := FrameworkVersion.objects.in_preparation():
        return found
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    draft = start_framework(by=coordinator, based_on=load_framework())
    reword(draft, coordinator, "D1.2", "L’apport de chaque personne est reconnu.")
    return draft


def reword(draft: FrameworkVersion, by, code: str, text: str) -> None:
    criterion = Criterion.objects.get(dimension__framework_version=draft, code=code)
    edit_criterion(by=by, criterion=criterion, expected_version=criterion.version, text=text, why="Plus simple à dire.")
