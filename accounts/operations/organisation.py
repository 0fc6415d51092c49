"""How the organisation that runs this instance presents itself."""

from typing import Any

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Organisation
from efc_platform.backstage.organisation import this_organisation
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.uploads import PICTURES, checked


@transaction.atomic
def present_organisation(
    *, by: User, expected_version: int, logo: File | None = None, without_logo: bool = False, **sheet: Any
) -> Organisation:
    """Writes what the organisation says of itself, for the first time or again; `logo` replaces the one that was
    there. OperationRefused for a file that is no picture; StaleEdit when another wrote since the form was opened."""
    if not is_permitted(by, "present_organisation"):
        raise OperationRefused("Seule la coordination présente l’organisation.")
    picture = checked(logo, kinds=PICTURES, field="logo") if logo else None
    # Whoever writes it for the first time finds it named as the environment did.
    named = {"name": this_organisation().name, "contact": this_organisation().contact, "version": 0}
    Organisation.objects.get_or_create(pk=Organisation.ONLY, defaults=named)
    current = Organisation.objects.select_for_update(of=("self",)).select_related("logo").get(pk=Organisation.ONLY)
    if current.version != expected_version:
        raise StaleEdit("Une autre personne a modifié cette page entre-temps.")
    for name, value in sheet.items():
        setattr(current, name, value)
    former = current.logo if picture or without_logo else None
    if picture:
        current.logo = backstage.store_file(
            name=picture.name, content_type=picture.content_type, content=picture.content
        )
    elif without_logo:
        current.logo = None
    current.version += 1
    current.save()
    if former:
        backstage.drop_file(file=former)
    return current
