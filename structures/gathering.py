"""What structures hand over to the door: what an invitation offers there, and who may not leave."""

from django.urls import reverse

from accounts.doors import LEAVING, OFFERS, Offer, Offered
from accounts.models import Invitation, User
from structures import keeping
from structures.models import LocalRole, MembershipOffer
from structures.operations import take_offered_place
from structures.permissions import can_invite

SAID = {
    LocalRole.LEADER: "pour la diriger",
    LocalRole.STAFF: "dans l’équipe salariée",
    LocalRole.VOLUNTEER: "comme bénévole",
    LocalRole.BOARD: "au conseil d’administration",
}


def may_make(user: User, invitation: Invitation) -> bool:
    """Whoever could make this offer today."""
    offer = _offer(invitation)
    return offer is not None and can_invite(user, offer.structure)


def say(invitation: Invitation) -> Offered | None:
    offer = _offer(invitation)
    if offer is None:
        return None
    words = f"rejoindre {offer.structure.name}, {SAID[LocalRole(offer.role)]}"
    return Offered(words, reverse("welcome", args=[offer.structure.public_id]))


def give(invitation: Invitation, user: User) -> None:
    take_offered_place(by=user, invitation=invitation)


def _offer(invitation: Invitation) -> MembershipOffer | None:
    return MembershipOffer.objects.select_related("structure").filter(invitation=invitation).first()


def register() -> None:
    OFFERS.register("structures", Offer(may_make, give, say))
    LEAVING.register("structures", keeping.reasons_to_stay)
