"""Taking somebody's place to help them: asked, granted by them, seen by them, over within the hour."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import notifications
from accounts.audit import record_access, structures_of
from accounts.models import AccessAct, Role, SupportSignIn, User
from accounts.permissions import Standing, can_enter_support, is_permitted
from efc_platform.shared.errors import OperationRefused


def ask_support(*, by: User, concerned: User, reason: str) -> SupportSignIn:
    """Asks somebody to lend their place; nothing opens until they say yes. Never the place of a coordinator."""
    if not is_permitted(by, "ask_support"):
        raise OperationRefused("Seule la coordination propose ce soutien.")
    if concerned.pk == by.pk or Role.COORDINATOR in concerned.roles or not concerned.is_active:
        raise OperationRefused("Ce compte ne se prête pas.", field="email")
    try:
        with transaction.atomic():
            support = SupportSignIn.objects.create(asked_by=by, concerned=concerned, reason=reason)
            notifications.tell_support_asked(support)
            return support
    except IntegrityError:
        raise OperationRefused("Vous le lui avez déjà demandé\u00a0: sa réponse est attendue.", field="email") from None


@transaction.atomic
def grant_support(*, by: User, support: SupportSignIn) -> SupportSignIn:
    """The person says yes, for SUPPORT_MINUTES; only they can, signed in themselves."""
    current = SupportSignIn.objects.select_for_update(of=("self",)).get(pk=support.pk)
    _refuse_others(by, current)
    if not current.is_waiting:
        raise OperationRefused("Cette demande n’attend plus de réponse.")
    current.granted_at = timezone.now()
    current.until = current.granted_at + timedelta(minutes=settings.SUPPORT_MINUTES)
    current.save(update_fields=["granted_at", "until"])
    notifications.tell_support_granted(current)
    return current


def enter_support(*, by: User, support: SupportSignIn) -> SupportSignIn:
    """The coordinator takes the place that was lent; written in the log of the person's structures, in both names."""
    if not can_enter_support(by, support):
        raise OperationRefused("Ce soutien n’est pas ouvert.")
    places: list[UUID | None] = [*structures_of(support.concerned)]
    for structure in places or [None]:
        record_access(by=by, act=AccessAct.SIGNED_IN_AS, about=support, structure=structure, from_outside=True)
    return support


def end_support(*, by: User, support: SupportSignIn) -> None:
    """Over at once, for either of the two; before an answer it is a refusal, or a request taken back. Twice is once."""
    if by.pk not in {support.asked_by_id, support.concerned_id}:
        raise OperationRefused("Ce soutien ne vous concerne pas.")
    SupportSignIn.objects.filter(pk=support.pk, ended_at__isnull=True).update(ended_at=timezone.now())


def _refuse_others(by: User, support: SupportSignIn) -> None:
    concerned = frozenset({Standing.CONCERNED}) if by.pk == support.concerned_id and by.lent_to is None else frozenset()
    if not is_permitted(by, "answer_support", standings=concerned):
        raise OperationRefused("Seule la personne dont on prendrait la place répond.")
