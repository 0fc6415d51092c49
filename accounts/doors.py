"""What higher applications know of coming in and of leaving, and hand over to this one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Invitation, Person, Role, User
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.registry import Registry


@dataclass(frozen=True)
class Offered:
    """What an invitation gives, said after « vous invite à », and the page where those who made it follow it."""

    words: str
    url: str


@dataclass(frozen=True)
class Offer:
    """What an invitation may give beside a role on the platform: who may make and follow it, the giving, and
    how it is said; `say` gives None for an invitation that offers something else."""

    may_make: Callable[[User, Invitation], bool]
    give: Callable[[Invitation, User], None]
    say: Callable[[Invitation], Offered | None]


OFFERS: Registry[Offer] = Registry("offer of an invitation")
# Given a person and the role they would lose, or None for all of them: why they cannot, in French, one sentence each.
LEAVING: Registry[Callable[[Person, Role | None], list[str]]] = Registry("rule on leaving")


_OF_ROLE = {
    Role.PRACTITIONER: "accompagner des structures",
    Role.TRAINER: "préparer et mener des formations",
    Role.MEMBER: "prendre part à la communauté",
    Role.COORDINATOR: "coordonner le réseau",
    Role.FUNDER: "suivre ce que le réseau rend public",
}


def offered(invitation: Invitation) -> Offered:
    """What accepting it gives; StopIteration when nothing does."""
    if invitation.role:
        return Offered(_OF_ROLE[Role(invitation.role)], reverse("people"))
    return next(said for offer in OFFERS if (said := offer.say(invitation)))


def refuse_leaving(person: Person, role: Role | None = None) -> None:
    """OperationRefused as long as somebody would be left alone by it."""
    reasons = [reason for rule in LEAVING for reason in rule(person, role)]
    if reasons:
        raise OperationRefused(" ".join(reasons))
