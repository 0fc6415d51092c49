"""Correcting who one is: one's own names only, and the former ones stay in the history."""

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.operations import correct_identity
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.cast import Cast

TYPED = {"first_name": "Léa", "last_name": "Morin", "gender": "f", "phone": "06 39 98 12 34"}


def test_person_corrects_their_names_and_how_they_are_addressed(cast: Cast, signed_in):
    client, person = signed_in(cast.staff), cast.staff.person
    response = client.post(reverse("identity"), TYPED | {"version": "1", "email": "autre@essai.example"})
    assert response["Location"] == reverse("my_account")
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in TYPED} == TYPED
    assert person.email == ""


def test_former_names_stay_in_the_history(cast: Cast):
    before = cast.staff.person.first_name
    correct_identity(by=cast.staff, expected_version=1, **TYPED)
    events = apps.get_model("accounts", "PersonEvent")._base_manager.filter(pgh_obj_id=cast.staff.person_id)
    assert list(events.order_by("pgh_id").values_list("first_name", flat=True)) == [before, "Léa"]


def test_name_is_needed(cast: Cast):
    with pytest.raises(OperationRefused, match="prénom"):
        correct_identity(by=cast.staff, expected_version=1, **TYPED | {"first_name": "  "})


def test_edit_overtaken_shows_both_and_writes_nothing(cast: Cast, signed_in):
    client = signed_in(cast.staff)
    correct_identity(by=cast.staff, expected_version=1, **TYPED)
    with pytest.raises(StaleEdit):
        correct_identity(by=cast.staff, expected_version=1, **TYPED)
    page = client.post(reverse("identity"), TYPED | {"first_name": "Lina", "version": "1"}).content.decode()
    assert ("Léa" in page, "Lina" in page) == (True, True)
    cast.staff.person.refresh_from_db()
    assert cast.staff.person.first_name == "Léa"
