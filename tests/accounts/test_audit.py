"""The log of accesses: what is written in it, and what never is."""

import pytest
from django.urls import reverse

from accounts.models import AccessAct, AccessEvent, Role
from accounts.operations import grant_role
from tests.factories.cast import Cast


def events(**wanted) -> list[AccessEvent]:
    return list(AccessEvent.objects.filter(**wanted).order_by("pk"))


def test_refusal_is_written_with_who_where_and_the_number_of_the_request(cast: Cast, signed_in):
    answer = signed_in(cast.leader).get(reverse("requests"))
    (event,) = events(act=AccessAct.REFUSED)
    assert answer.status_code == 403
    assert (event.by, event.about_kind, event.request_id) == (cast.leader, "requests", answer["X-Request-ID"])


def test_stranger_who_is_told_nothing_exists_is_not_a_refusal(cast: Cast, signed_in):
    assert signed_in(cast.leader_b).get(cast.structure_a.get_absolute_url()).status_code == 404
    assert events() == []


@pytest.mark.parametrize(("email", "known"), [("dirige-a@essai.example", True), ("inconnue@essai.example", False)])
def test_failed_sign_in_names_the_account_if_there_is_one_and_keeps_nothing_of_what_was_typed(
    cast: Cast, client, email, known
):
    client.post(reverse("account_login"), {"login": email, "password": "ce n’est pas la bonne"})
    (event,) = events(act=AccessAct.FAILED_SIGN_IN)
    assert (event.by, event.about) == (None, cast.leader.person.public_id if known else None)
    kept = {str(getattr(event, column.attname)) for column in event._meta.concrete_fields}
    assert not any(email in one or "bonne" in one for one in kept)


def test_role_given_is_written(cast: Cast):
    grant_role(by=cast.coordinator, user=cast.nobody, role=Role.TRAINER)
    (event,) = events(act=AccessAct.CHANGED_RIGHTS)
    assert (event.by, event.about, event.about_kind) == (
        cast.coordinator,
        cast.nobody.person.public_id,
        "role:trainer",
    )


def test_coordination_that_looks_is_written_once_a_day(cast: Cast, signed_in):
    client = signed_in(cast.coordinator)
    for address in (cast.structure_a, cast.trajectory_a, cast.trajectory_a, cast.structure_b):
        client.get(address.get_absolute_url())
    written = [(one.by, one.structure, one.from_outside) for one in events(act=AccessAct.SAW)]
    assert written == [
        (cast.coordinator, cast.structure_a.public_id, True),
        (cast.coordinator, cast.structure_b.public_id, True),
    ]


@pytest.mark.parametrize("name", ["leader", "staff", "practitioner"])
def test_those_of_the_structure_are_not_followed(cast: Cast, signed_in, name):
    assert signed_in(cast.users[name]).get(cast.trajectory_a.get_absolute_url()).status_code == 200
    assert events() == []
