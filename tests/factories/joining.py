"""Who is expected in a structure or in the network, who asks to come in."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Invitation, Role, RoleGrant, User
from accounts.models.invitations import digest_of
from structures.models import JoinLink, JoinRequest, LocalRole, MembershipOffer, Structure, new_code
from tests.factories.people import UserFactory


def make_invitation(by: User, email: str, token: str = "", **columns: Any) -> Invitation:
    """As if its mail had left with that token."""
    made = Invitation.objects.write(by=by, email=email, **columns)
    Invitation.objects.filter(pk=made.pk).update(
        token_hash=digest_of(token or str(made.public_id)), sent_at=timezone.now()
    )
    made.refresh_from_db()
    return made


def offer_place(structure: Structure, by: User, email: str, token: str = "", **columns: Any) -> Invitation:
    role = columns.pop("local_role", LocalRole.STAFF)
    function = columns.pop("function", "")
    made = make_invitation(by, email, token, **columns)
    MembershipOffer.objects.create(invitation=made, structure=structure, role=role, function=function)
    return made


def expire(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def furnish_joining(structure: Structure, leader: User, words) -> dict[str, Any]:
    """An invitation to the structure and one to the network, a link, somebody who asks, somebody with a role."""
    host = UserFactory(roles=[Role.COORDINATOR])
    texts = {name: words(f"invitation.{name}") for name in ("first_name", "last_name", "words")}
    invited = {"token": f"jeton-{structure.pk}", "function": words("offer.function"), **texts}
    asking = {name: words(f"join_request.{name}") for name in ("first_name", "last_name", "words")}
    somebody = UserFactory(person__first_name=words("held.first_name")[:80])
    return {
        "invitation": offer_place(structure, leader, f"{words('invitation.email')}@essai.example", **invited),
        "network_invitation": make_invitation(
            host, f"{words('network_invitation.email')}@essai.example", role=Role.MEMBER
        ),
        "join_link": JoinLink.objects.create(structure=structure, made_by=leader, code=new_code()),
        "join_request": JoinRequest.objects.create(
            structure=structure,
            email=f"{words('join_request.email')}@essai.example",
            role=LocalRole.VOLUNTEER,
            **asking,
        ),
        "grant": RoleGrant.objects.create(user=somebody, role=Role.FUNDER, since=date(2020, 1, 1)),
    }
