"""Forged forms of who is invited, of who asks to come in, of roles."""

from accounts.models import Invitation
from structures.models import Conversation, JoinRequest, LocalRole, Message, Structure
from tests.forging import Creation, Edit

JOINING_EDITS = [
    Edit(
        "invitation_again",
        "invitation",
        "leader",
        {},
        lambda world: world.invitation,
        {"token_hash", "sent_at", "expires_at", "version"},
    ),
    Edit(
        "invitation_revoke",
        "invitation",
        "leader",
        {},
        lambda world: world.invitation,
        {"token_hash", "revoked_at", "revoked_by_id"},
    ),
    Edit(
        "join_decide",
        "join_request",
        "practitioner",
        {"accept": "1"},
        lambda world: world.join_request,
        {"state", "decided_at", "decided_by_id"},
    ),
    Edit(
        "practitioner_lead",
        "accompaniment",
        "coordinator",
        {},
        lambda world: world.accompaniment,
        {"is_lead"},
    ),
    Edit("join_link", "structure", "leader", {}, lambda world: world.join_link, {"code", "made_at", "made_by_id"}),
    Edit("structure_leave", "structure", "staff", {}, lambda world: world.structure),
    Edit("join_link_close", "structure", "leader", {}, lambda world: world.structure),
    Edit(
        "profile",
        "own_profile",
        "practitioner",
        {"work": "Le soin", "version": 1},
        lambda world: world.profile,
        {"work", "territory", "help", "edited_at", "version"},
    ),
    # What one does of one's own account writes nothing of anybody's rights.
    Edit("accept_terms", None, "leader", {"number": "1"}, lambda world: world.grant),
    Edit("agreement_answer", None, "leader", {"subject": "quoted", "number": "1"}, lambda world: world.grant),
    Edit("archive_ask", None, "leader", {}, lambda world: world.grant),
    Edit("departure_call_off", None, "leader", {}, lambda world: world.grant),
    Edit("leave", None, "staff", {"is_understood": "on"}, lambda world: world.grant),
    Edit("first_step", "path", "leader", {"next": "1"}, lambda world: world.grant),
    Edit("change_address", None, "leader", {"email": "neuve@essai.example"}, lambda world: world.grant),
    Edit("usersessions_list", None, "leader", {}, lambda world: world.grant),
    Edit("role_give", "person", "coordinator", {"role": "trainer"}, lambda world: world.grant),
    Edit("role_end", "grant", "coordinator", {}, lambda world: world.grant, {"until"}),
]
EXPECTED = {"email": "lea@essai.example", "first_name": "Léa"}
JOINING_CREATIONS = [
    Creation(
        "messages",
        "structure",
        "staff",
        lambda cast, world: {"text": "Bonjour"},
        Message,
        lambda cast, world: {"author": cast.staff.person, "conversation": Conversation.objects.latest("pk")},
    ),
    Creation(
        "conversation",
        "conversation",
        "practitioner",
        lambda cast, world: {"text": "Bonjour", "subject": "pirate"},
        Message,
        lambda cast, world: {"author": cast.practitioner.person, "conversation": world.conversation, "subject": ""},
    ),
    Creation(
        "structure_invite",
        "structure",
        "leader",
        lambda cast, world: EXPECTED | {"role": LocalRole.STAFF},
        Invitation,
        lambda cast, world: {"role": "", "person": None, "invited_by": cast.leader, "accepted_by": None, "version": 1},
    ),
    Creation(
        "invite",
        None,
        "coordinator",
        lambda cast, world: EXPECTED | {"role": "member"},
        Invitation,
        lambda cast, world: {"person": None, "invited_by": cast.coordinator, "accepted_by": None, "token_hash": None},
    ),
    Creation(
        "join",
        "join_link",
        "nobody",
        lambda cast, world: {"role": LocalRole.STAFF},
        JoinRequest,
        lambda cast, world: {
            "structure": world.structure,
            "person": cast.nobody.person,
            "email": cast.nobody.email,
            "state": "waiting",
            "decided_by": None,
        },
    ),
    Creation(
        "request_welcome",
        "request",
        "coordinator",
        lambda cast, world: {"name": "Nouvelle", "version": 1},
        Structure,
        lambda cast, world: {"name": "Nouvelle", "version": 1, "presentation": ""},
    ),
]
