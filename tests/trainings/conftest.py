"""A cohort that structure A travels in, a session of it, and visitors."""

from collections.abc import Callable

import pytest

from structures.models import Cohort
from tests.factories.cast import Cast
from tests.factories.structures import CohortFactory
from tests.factories.trainings import SessionFactory
from tests.visitor import Visitor
from trainings.models import Session


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    return CohortFactory(name="Promotion Artois", structures=[cast.structure_a])


@pytest.fixture
def cohort_session(cast: Cast, cohort: Cohort) -> Session:
    return SessionFactory(cohort=cohort, trainers=[cast.trainer.person])


@pytest.fixture
def session(cast: Cast) -> Session:
    """Open to all, a whole day in a fortnight, led by the trainer."""
    return SessionFactory(training__title="Décrire son travail", trainers=[cast.trainer.person])


@pytest.fixture
def visits(cast: Cast, signed_in) -> Callable[[str], Visitor]:
    return lambda name: Visitor(signed_in(cast.users[name]))
