"""What one says of oneself to the community."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from community.models import Profile
from community.permissions import can_keep_profile
from efc_platform.shared.errors import OperationRefused, StaleEdit


@transaction.atomic
def edit_profile(
    *, by: User, expected_version: int, work: str = "", territory: str = "", help: str = "", on: datetime | None = None
) -> Profile:
    """Writes one's own profile, or empties it; version 0 is that of somebody who has not written it yet.
    OperationRefused outside the network; StaleEdit when it was changed since the form was opened."""
    if not can_keep_profile(by):
        raise OperationRefused("Le profil est celui des personnes qui ont un rôle dans le réseau.")
    # The person is there before the profile: two first writings wait for each other.
    Person.objects.select_for_update().get(pk=by.person_id)
    current = Profile.objects.filter(person=by.person_id).first() or Profile(person=by.person, version=0)
    if current.version != expected_version:
        raise StaleEdit("Votre profil a été modifié entre-temps, depuis une autre fenêtre.")
    current.work, current.territory, current.help = work.strip(), territory.strip(), help.strip()
    current.edited_at = on or timezone.now()
    current.version += 1
    current.save()
    return current
