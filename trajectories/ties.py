"""What upper applications tie an intervention to: a session, for example; what they show of a dimension. Each registers
itself, and is asked of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from efc_platform.shared.registry import Registry
from trajectories.models import Dimension, Intervention


@dataclass(frozen=True)
class Choice:
    """One thing that an intervention may be tied to, and whether it is."""

    key: str
    label: str
    is_tied: bool = False


@dataclass(frozen=True)
class Link:
    """One thing that an intervention is tied to, or that is shown of a dimension, as their page names it."""

    label: str
    url: str


@dataclass(frozen=True)
class Tie:
    """`choices`: what this person may tie an intervention to, a new one or one that is there; `keep`: of what was
    offered, what they chose, the rest being let go; `links`: what they see of it."""

    label: str
    heading: str
    choices: Callable[[User, Intervention | None], list[Choice]]
    keep: Callable[[User, Intervention, Sequence[str]], None]
    links: Callable[[User, Intervention], list[Link]]


TIES: Registry[Tie] = Registry("what an intervention is tied to")
PREFIX = "tie_"
# Beside a dimension of the référentiel, for whoever may open it.
OF_DIMENSION: Registry[Callable[[User, Dimension], Link | None]] = Registry("what is shown of a dimension")


def keep_ties(by: User, intervention: Intervention, cleaned: Mapping[str, Any]) -> None:
    """Of each kind that the form offered; a kind that it did not offer stays as it is."""
    for name, tie in TIES.items():
        if (chosen := cleaned.get(f"{PREFIX}{name}")) is not None:
            tie.keep(by, intervention, chosen)


def links_of(user: User, intervention: Intervention) -> Iterable[tuple[str, list[Link]]]:
    """Under the heading of each kind that has any."""
    return [(tie.heading, links) for tie in TIES if (links := tie.links(user, intervention))]


def links_of_dimension(user: User, dimension: Dimension) -> list[Link]:
    return [link for of in OF_DIMENSION if (link := of(user, dimension))]
