"""Dimensions by their code, the facts of an ordinary workshop, and who of the cast is asking."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.factories.cast import Cast, make_cast
from trajectories.models import Dimension, Intervention, Modality, Trajectory
from trajectories.operations import InterventionFacts, ShareFacts, log_intervention

WORKSHOP_DAY = date(2024, 5, 14)


@pytest.fixture
def dimensions(cast: Cast) -> dict[str, Dimension]:
    return {one.code: one for one in cast.trajectory_a.framework_version.dimensions.all()}


@pytest.fixture
def workshop() -> Callable[..., InterventionFacts]:
    """The event; any of its facts may be given another value."""

    def facts(**changed: Any) -> InterventionFacts:
        told = {"occurred_on": WORKSHOP_DAY, "minutes": 180, "modality": Modality.WORK_ORGANISATION}
        return InterventionFacts(**(told | changed))

    return facts


@pytest.fixture
def logged(cast: Cast, workshop) -> Callable[..., Intervention]:
    """An intervention that the practitioner logged for structure A."""

    def log(*, account: str = "Le tri en duo est raconté.", trajectory: Trajectory | None = None, **share: Any):
        kept = ShareFacts(trajectory=trajectory or cast.trajectory_a, minutes=180, account=account, **share)
        return log_intervention(by=cast.practitioner, client_key=uuid.uuid4(), facts=workshop(), shares=[kept])[0]

    return log


@pytest.fixture
def transactional_cast(transactional_db) -> Cast:
    """The cast where threads must see it: committed, and erased afterwards."""
    return make_cast()
