"""Where a remark about the référentiel comes from, when something else than a reading opened it: said from above."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from accounts.models import User
from efc_platform.shared.registry import Registry
from trajectories.models import FrameworkRemark


@dataclass(frozen=True)
class Origin:
    """What led to a remark, and the page that tells it."""

    label: str
    url: str


# For whoever reads the remarks, the origins that they may open, by the remark's key.
ORIGINS: Registry[Callable[[User, Collection[FrameworkRemark]], dict[int, Origin]]] = Registry("origin of remarks")


def origins_of(user: User, remarks: Collection[FrameworkRemark]) -> dict[int, Origin]:
    return {key: one for source in ORIGINS for key, one in source(user, remarks).items()}
