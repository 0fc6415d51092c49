"""What every test may ask for: the cast, and a client signed in as one of them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.database_roles import django_db_modify_db_settings, django_db_setup  # noqa: F401
from tests.factories.cast import Cast, make_cast
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def files_of_this_test(tmp_path: Path, settings) -> Iterator[None]:
    """Stored files go where this test alone looks."""
    settings.FILES_DIR = tmp_path / "files"
    yield
    shutil.rmtree(settings.FILES_DIR, ignore_errors=True)


@pytest.fixture
def cast(db) -> Cast:
    """One user per role and two structures, A and B, that must not see each other."""
    return make_cast()


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A client with a session of this user."""
    return lambda user, **options: sign_in(Client(**options), user)
