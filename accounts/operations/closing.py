"""Closing an account and opening it again: what the person wrote stays."""

from django.db import transaction

from accounts.audit import record_access
from accounts.doors import refuse_leaving
from accounts.models import AccessAct, Role, RoleGrant, User
from accounts.operations.sessions import _end_sessions_of
from accounts.permissions import can_close_account
from efc_platform.shared.errors import OperationRefused


@transaction.atomic
def close_account(*, by: User, user: User) -> None:
    """Signs the person out everywhere and lets them in no more.

    OperationRefused by whoever is not of the coordination, for oneself, for the last coordinator (nobody could
    open anything again), and as long as a structure would be left alone.
    """
    coordinators = _lock_coordinators()
    _check(by, user)
    if coordinators == {user.pk}:
        raise OperationRefused("C’est la dernière personne de la coordination\u00a0: son compte reste ouvert.")
    refuse_leaving(user.person)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    record_access(by=by, act=AccessAct.CHANGED_RIGHTS, kind="account-closed", about=user.person)
    _end_sessions_of(user)


@transaction.atomic
def reopen_account(*, by: User, user: User) -> None:
    """Lets the person in again, with the password and the second factor they had."""
    _check(by, user)
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.is_active = True
    record_access(by=by, act=AccessAct.CHANGED_RIGHTS, kind="account-reopened", about=user.person)


def _lock_coordinators() -> set[int]:
    """Held until the end, so that two of them cannot close each other's account at once."""
    held = User.objects.filter(is_active=True, role_grants__in=_grants()).order_by("pk")
    return set(held.select_for_update(of=("self",)).values_list("pk", flat=True))


def _grants():
    return RoleGrant.objects.current().filter(role=Role.COORDINATOR)


def _check(by: User, user: User) -> None:
    if not (can_close_account(by) and User.objects.filter(pk=by.pk, is_active=True).exists()):
        raise OperationRefused("Seule la coordination ferme et rouvre les comptes.")
    if by == user:
        raise OperationRefused("On ne ferme pas son propre compte\u00a0: demandez-le à une autre personne.")
