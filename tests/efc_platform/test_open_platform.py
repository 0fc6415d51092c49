"""A new installation has its référentiel and somebody who may invite."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from trajectories.models import FrameworkVersion


def test_first_coordinator_has_no_password_and_the_framework_is_there(db):
    call_command("open_platform", "camille@essai.example", "Camille", "Renaud", verbosity=0)
    user = User.objects.get(email="camille@essai.example")
    assert (user.roles, user.has_usable_password(), user.person.display_name) == (
        {"coordinator"},
        False,
        "Camille Renaud",
    )
    assert FrameworkVersion.objects.current().dimensions.count() == 9


def test_same_address_twice_is_refused_in_french(db):
    call_command("open_platform", "camille@essai.example", "Camille")
    with pytest.raises(CommandError, match="Un compte existe déjà"):
        call_command("open_platform", "Camille@essai.example", "Camille")
