"""Opening accounts and giving roles."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Gender, Person, Role, RoleGrant, User
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


def grant_role(*, by: User | None, user: User, role: Role, since: date | None = None) -> RoleGrant:
    """Gives a role from a day on; `by` is None only for the first coordinator, made from the command line."""
    try:
        with transaction.atomic():
            return RoleGrant.objects.create(user=user, role=role, since=since or timezone.localdate(), granted_by=by)
    except IntegrityError:
        raise OperationRefused(f"{user.person.display_name} a déjà ce rôle.") from None
