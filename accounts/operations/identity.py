"""A person corrects what is written of who they are."""

from django.db import transaction

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit


@transaction.atomic
def correct_identity(
    *, by: User, expected_version: int, first_name: str, last_name: str, gender: str, phone: str
) -> Person:
    """Rewrites one's own names, telephone and how one is addressed (RGPD, article 16); the former ones stay in the
    history. StaleEdit when another tab did in between. The address one signs in with changes elsewhere."""
    person = Person.objects.select_for_update().get(pk=by.person_id)
    if person.version != expected_version:
        raise StaleEdit("Ces informations ont été modifiées entre-temps.")
    if not first_name.strip():
        raise OperationRefused("Écrivez au moins un prénom, ou le nom par lequel on vous appelle.", field="first_name")
    person.first_name, person.last_name = first_name.strip(), last_name.strip()
    person.gender, person.phone = gender, phone.strip()
    person.version += 1
    person.save()
    return person
