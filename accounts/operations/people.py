"""Opening accounts, giving roles and ending them."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import notifications
from accounts.audit import record_access
from accounts.doors import refuse_leaving
from accounts.models import AccessAct, FirstSteps, Gender, Person, Role, RoleGrant, User
from accounts.permissions import is_permitted
from efc_platform.shared.errors import OperationRefused


@transaction.atomic
def open_account(
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    gender: str = Gender.UNSAID,
    person: Person | None = None,
    password: str | None = None,
) -> User:
    """Gives a person, new or already written down, a means of signing in.

    Without a password the account waits for its owner to choose one through the reset page.
    OperationRefused when the address is taken.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise OperationRefused("Un compte existe déjà pour cette adresse.", field="email")
    if person is None:
        person = Person.objects.create(first_name=first_name, last_name=last_name, gender=gender, email=email)
    return User.objects.create_user(email=email, person=person, password=password)


@transaction.atomic
def grant_role(*, by: User | None, user: User, role: Role, since: date | None = None) -> RoleGrant:
    """Gives a role from a day on, today unless an older one is written down, and tells the person.

    By coordination; `by` is None only for the first coordinator, made from the command line. OperationRefused
    when they hold the role already.
    """
    if by is not None and not is_permitted(by, "give_role"):
        raise OperationRefused("Seule la coordination donne un rôle.")
    try:
        with transaction.atomic():
            record_access(by=by, act=AccessAct.CHANGED_RIGHTS, kind=f"role:{role}", about=user.person)
            grant = RoleGrant.objects.create(user=user, role=role, since=since or timezone.localdate(), granted_by=by)
    except IntegrityError:
        raise OperationRefused(f"{user.person.display_name} a déjà ce rôle.", field="role") from None
    if by is not None and since is None:
        notifications.tell_role_given(grant)
    return grant


@transaction.atomic
def end_role(*, by: User, grant: RoleGrant) -> RoleGrant:
    """Ends a role today: from the next request it opens nothing. The person is told.

    By coordination. OperationRefused for the last coordinator, and as long as a structure would be left alone.
    """
    if not is_permitted(by, "give_role"):
        raise OperationRefused("Seule la coordination met fin à un rôle.")
    # All those of the role, so that the last two do not end each other at the same moment.
    of_role = list(
        RoleGrant.objects.current()
        .filter(role=grant.role)
        .select_related("user__person")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    current = next((one for one in of_role if one.pk == grant.pk), None)
    if current is None:
        raise OperationRefused("Ce rôle a déjà pris fin.")
    if current.role == Role.COORDINATOR and not any(one.user.is_active for one in of_role if one != current):
        raise OperationRefused("Il ne resterait personne à la coordination\u00a0: donnez d’abord ce rôle à quelqu’un.")
    refuse_leaving(current.user.person, Role(current.role))
    current.until = timezone.localdate()
    current.save()
    record_access(by=by, act=AccessAct.CHANGED_RIGHTS, kind=f"role-ended:{current.role}", about=current.user.person)
    notifications.tell_role_ended(current)
    return current


def record_first_step(*, by: User, path: str, step: int, is_over: bool) -> FirstSteps:
    """Keeps how far one went along one's own first steps; once over, looking again does not propose them anew."""
    if not is_permitted(by, "take_first_steps"):
        raise OperationRefused("Ce compte ne suit pas de premiers pas.")
    defaults = {"step": step} | ({"is_over": True} if is_over else {})
    return FirstSteps.objects.update_or_create(user=by, path=path, defaults=defaults)[0]
