"""The table of acts: who may do and see what, one line each. The rules read it, and so does « Qui voit quoi »."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.db import models

from accounts.doors import OFFERS
from accounts.models import Invitation, Role, SupportSignIn, User
from efc_platform.shared.registry import Registry


class Standing(models.TextChoices):
    """In what capacity one stands: a role on the platform, or what binds one to the object at hand."""

    SIGNED_IN = "signed_in", "toute personne qui a un compte"
    COORDINATOR = "coordinator", "la coordination"
    PRACTITIONER = "practitioner", "qui a le rôle d’accompagnement"
    TRAINER = "trainer", "qui a le rôle de formation"
    MEMBER = "member", "les autres membres de la communauté"
    FUNDER = "funder", "qui finance"
    ACCOMPANYING = "accompanying", "les personnes qui accompagnent la structure"
    LEADER = "leader", "la dirigeance de la structure"
    BOARD = "board", "son conseil d’administration"
    STAFF = "staff", "son équipe salariée"
    VOLUNTEER = "volunteer", "ses bénévoles"
    LEADING_SESSION = "leading_session", "qui mène la session"
    AUTHOR = "author", "qui l’a écrit"
    CONCERNED = "concerned", "la personne dont il s’agit"
    PRESENT = "present", "les personnes qui y étaient, et celles qui l’ont animé"


@dataclass(frozen=True)
class Act:
    """One line: something done or seen, to whom it is open, and the operations that carry it out."""

    label: str
    open_to: frozenset[Standing]
    operations: frozenset[str]
    beyond_ones_own: bool


def act(label: str, *open_to: Standing, operations: str = "", beyond_ones_own: bool = False) -> Act:
    """`operations` names, separated by spaces, the functions of the app's `operations` that this line allows;
    a line without any is about seeing. `beyond_ones_own`: a role that has this line opens the sheets or the
    texts of structures that are not one's own, and is asked for a second factor."""
    return Act(label, frozenset(open_to), frozenset(operations.split()), beyond_ones_own)


@dataclass(frozen=True)
class Part:
    """The lines of one application, under the heading that the page gives them."""

    heading: str
    rank: int
    acts: Mapping[str, Act]


TABLE: Registry[Part] = Registry("table of acts")


def declare(part: str, heading: str, rank: int, **acts: Act) -> None:
    """Adds an application's lines, or a part of them. ValueError when another part holds one of the names."""
    if taken := acts.keys() & {name for other in TABLE if other is not TABLE.get(part) for name in other.acts}:
        raise ValueError(f"declared twice in the table of acts: {', '.join(sorted(taken))}")
    TABLE.register(part, Part(heading, rank, acts))


def find_act(name: str) -> Act:
    """The line of that name; a misspelt one is a ValueError rather than a refusal."""
    for part in TABLE:
        if name in part.acts:
            return part.acts[name]
    raise ValueError(f"{name} is no line of the table of acts")


def is_open(name: str, standings: frozenset[str]) -> bool:
    """Whether the line is open to one of these standings."""
    return not find_act(name).open_to.isdisjoint(standings)


def is_permitted(user: User, name: str, *, standings: frozenset[str] = frozenset()) -> bool:
    """Whether a role held today, or one of the standings towards the object at hand, opens the line."""
    return is_open(name, user.roles | {Standing.SIGNED_IN} | standings)


def roles_open_to(name: str) -> list[Role]:
    """The roles on the platform that open the line by themselves."""
    return [role for role in Role if is_open(name, frozenset({role}))]


declare(
    "own_data",
    "Vos données",
    90,
    keep_own_data=act(
        "Emporter tout ce qui est gardé de soi, et corriger son identité",
        Standing.CONCERNED,
        operations="ask_for_archive correct_identity",
    ),
    leave_platform=act(
        "Demander à être oublié·e, et y renoncer", Standing.CONCERNED, operations="ask_to_leave call_off_departure"
    ),
    agree=act(
        "Accepter les conditions d’utilisation, donner et retirer ses accords",
        Standing.CONCERNED,
        operations="accept_terms give_consent withdraw_consent",
    ),
    choose_mails=act(
        "Lire ses notifications, et choisir les courriels que l’on reçoit",
        Standing.CONCERNED,
        operations="open_notice read_all_notices choose_rhythms",
    ),
    see_retention=act("Voir ce qui est effacé chaque nuit, et qui accepte d’être cité·e", Standing.COORDINATOR),
)


def can_see_retention(user: User) -> bool:
    """Coordination answers for how long things are kept."""
    return is_permitted(user, "see_retention")


def needs_second_factor(user: User) -> bool:
    """Whether a role held today opens what belongs to structures other than one's own: a stolen password
    alone must not be enough to read it."""
    return not _opening_beyond().isdisjoint(user.roles)


@cache
def _opening_beyond() -> frozenset[Standing]:
    """Asked at each page: the table is whole once the applications are ready."""
    return frozenset().union(*(one.open_to for part in TABLE for one in part.acts.values() if one.beyond_ones_own))


def lacks_second_factor(user: User) -> bool:
    """Whether something is still to be done before the platform opens."""
    return needs_second_factor(user) and not user.has_second_factor


def acts_of(standing: Standing) -> frozenset[str]:
    """The names of all that is open to a standing."""
    return frozenset(name for part in TABLE for name, one in part.acts.items() if standing in one.open_to)


declare(
    "accounts",
    "Les personnes",
    5,
    present_organisation=act(
        "Dire qui nous sommes\u00a0: nom, logo, numéros, contacts, textes de la page d’accueil",
        Standing.COORDINATOR,
        operations="present_organisation",
    ),
    watch_platform=act(
        "Voir si la plateforme fonctionne\u00a0: ce qui attend, ce qui s’est interrompu, et le redemander",
        Standing.COORDINATOR,
    ),
    see_people=act("Voir les personnes du réseau, leurs rôles et les invitations", Standing.COORDINATOR),
    invite_to_network=act(
        "Inviter à accompagner, à former, à coordonner ou à prendre part à la communauté",
        Standing.COORDINATOR,
        operations="invite_to_network",
    ),
    follow_invitation=act(
        "Renvoyer ou annuler une invitation dans le réseau (dans une structure\u00a0: qui peut l’y faire)",
        Standing.COORDINATOR,
        operations="send_invitation_again revoke_invitation",
    ),
    accept_invitation=act(
        "Accepter une invitation", Standing.CONCERNED, operations="accept_invitation take_offered_place"
    ),
    take_first_steps=act("Suivre les premiers pas", Standing.SIGNED_IN, operations="record_first_step"),
    give_role=act(
        "Donner un rôle sur la plateforme et y mettre fin", Standing.COORDINATOR, operations="grant_role end_role"
    ),
    secure_own_account=act(
        "Changer son adresse, son mot de passe, ses moyens de se connecter",
        Standing.SIGNED_IN,
        operations="ask_for_new_address change_address end_session end_other_sessions ask_for_lost_factor",
    ),
    close_account=act(
        "Fermer un compte et le rouvrir", Standing.COORDINATOR, operations="close_account reopen_account"
    ),
    vouch_for_lost_factor=act(
        "Confirmer qui a perdu son second facteur (à deux, dont une personne de la coordination)",
        Standing.COORDINATOR,
        Standing.PRACTITIONER,
        operations="vouch_for_lost_factor refuse_lost_factor",
    ),
    ask_support=act(
        "Demander à une personne de prendre sa place, une heure, pour l’aider",
        Standing.COORDINATOR,
        operations="ask_support enter_support end_support",
    ),
    answer_support=act("Accepter ou refuser que l’on prenne sa place", Standing.CONCERNED, operations="grant_support"),
    see_history_state=act("Voir si l’historique est intact", Standing.COORDINATOR),
)


def can_follow_invitation(user: User, invitation: Invitation) -> bool:
    """Whoever could make it today sends it again or takes it back."""
    if invitation.role:
        return is_permitted(user, "follow_invitation")
    return any(offer.may_make(user, invitation) for offer in OFFERS)


def can_close_account(user: User) -> bool:
    """Coordination closes accounts and opens them again."""
    return is_permitted(user, "close_account")


def can_vouch_for_lost_factor(user: User) -> bool:
    """Coordination, and whoever accompanies."""
    return is_permitted(user, "vouch_for_lost_factor")


def can_enter_support(user: User, support: SupportSignIn) -> bool:
    """Asked again at each request: the place is lent to this coordinator, still one, until the hour or the person
    ends it."""
    return (
        support.is_open
        and support.asked_by_id == user.pk
        and support.concerned.is_active
        and Role.COORDINATOR not in support.concerned.roles
        and is_permitted(user, "ask_support")
    )
