"""A lost second factor, given back by two people who know the person."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts.models import LostFactor, LostFactorState, Role, RoleGrant, User, Vouching
from accounts.operations.sessions import _end_sessions_of
from accounts.permissions import can_vouch_for_lost_factor
from efc_platform.backstage import mails
from efc_platform.shared.errors import OperationRefused

VOUCHERS = 2


@transaction.atomic
def ask_for_lost_factor(*, by: User) -> LostFactor:
    """Whoever proved their password, but no longer has their second factor, asks to be let in. The coordination
    is told, and so is the person: a thief's request would not go unseen. One request at a time."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if found := LostFactor.objects.waiting().filter(user=by).first():
        return found
    _expire(LostFactor.objects.filter(user=by, state=LostFactorState.OPEN))
    asked = LostFactor.objects.create(user=by)
    _tell(asked, "asked", "lost_factor_asked", "lost_factor_to_check")
    return asked


@transaction.atomic
def vouch_for_lost_factor(*, by: User, lost_factor: LostFactor) -> LostFactor:
    """One of two different people says that they checked, by voice or face to face, who is asking. The second
    removes the factors and ends the sessions: the person signs in and registers a new one.

    OperationRefused for oneself, twice, without the right, when settled or too old, or when neither of the two
    is of the coordination."""
    asked = _lock(by, lost_factor)
    if asked.vouchings.filter(by=by).exists():
        raise OperationRefused("Vous avez déjà confirmé\u00a0: il faut une autre personne.")
    role = Role.COORDINATOR if Role.COORDINATOR in by.roles else Role.PRACTITIONER
    if role != Role.COORDINATOR and asked.vouchings.exclude(role=Role.COORDINATOR).exists():
        raise OperationRefused("Une des deux personnes doit être de la coordination.")
    Vouching.objects.create(lost_factor=asked, by=by, role=role)
    if _still_vouching(asked) >= VOUCHERS:
        _give_back(asked)
    return asked


@transaction.atomic
def refuse_lost_factor(*, by: User, lost_factor: LostFactor) -> LostFactor:
    """Any of those who may confirm may refuse, and one is enough."""
    asked = _lock(by, lost_factor)
    _settle(asked, LostFactorState.REFUSED, refused_by=by)
    _tell(asked, "refused", "lost_factor_refused", "lost_factor_refused_to_coordination")
    return asked


def _lock(by: User, lost_factor: LostFactor) -> LostFactor:
    if not can_vouch_for_lost_factor(by):
        raise OperationRefused("Seules la coordination et les personnes qui accompagnent peuvent répondre.")
    asked = LostFactor.objects.select_for_update(of=("self",)).select_related("user__person").get(pk=lost_factor.pk)
    if asked.user == by:
        raise OperationRefused("On ne se porte pas garant de soi-même.")
    if not asked.is_waiting:
        raise OperationRefused("Cette demande n’attend plus de réponse.")
    return asked


def _still_vouching(asked: LostFactor) -> int:
    """A voucher whose account was closed, or role withdrawn, since then no longer counts."""
    vouchings = asked.vouchings.select_related("by")
    return sum(one.by.is_active and can_vouch_for_lost_factor(one.by) for one in vouchings)


def _give_back(asked: LostFactor) -> None:
    Authenticator.objects.filter(user=asked.user).delete()
    _end_sessions_of(asked.user)
    _settle(asked, LostFactorState.GIVEN_BACK)
    _tell(asked, "given_back", "lost_factor_given_back", "lost_factor_given_back_to_coordination")


def _settle(asked: LostFactor, state: LostFactorState, refused_by: User | None = None) -> None:
    asked.state, asked.refused_by, asked.settled_at = state, refused_by, timezone.now()
    asked.save()


def _expire(requests) -> None:
    for one in requests:
        _settle(one, LostFactorState.EXPIRED)


def _tell(asked: LostFactor, what: str, to_person: str, to_coordination: str) -> None:
    context = {"asked": asked, "person": asked.user.person}
    key = f"lost_factor:{asked.public_id}:{what}"
    mails.post(key=key, to=asked.user.email, template=f"emails/{to_person}.txt", context=context)
    grants = RoleGrant.objects.current().filter(role=Role.COORDINATOR)
    for one in User.objects.filter(is_active=True, role_grants__in=grants).exclude(pk=asked.user_id).distinct():
        mails.post(key=f"{key}:{one.pk}", to=one.email, template=f"emails/{to_coordination}.txt", context=context)
