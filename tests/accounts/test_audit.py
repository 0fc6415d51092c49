"""The log of accesses: what is written in it, and what never is."""

import pytest
from django.urls import reverse

from accounts.models import AccessAct, AccessEvent, Role
from accounts.operations import close_account, grant_role, reopen_account
from structures.models import LocalRole
from structures.operations import (
    add_member,
    appoint_practitioner,
    end_accompaniment,
    end_membership,
    leave_structure,
    put_in_charge,
)
from tests.factories.cast import Cast
from tests.factories.people import PersonFactory


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


def test_account_closed_and_opened_again_is_written(cast: Cast):
    close_account(by=cast.coordinator, user=cast.nobody)
    reopen_account(by=cast.coordinator, user=cast.nobody)
    written = [(one.by, one.about, one.about_kind) for one in events(act=AccessAct.CHANGED_RIGHTS)]
    assert written == [
        (cast.coordinator, cast.nobody.person.public_id, kind) for kind in ("account-closed", "account-reopened")
    ]


def test_places_given_and_taken_back_in_a_structure_are_written(cast: Cast):
    structure, person = cast.structure_a, PersonFactory()
    membership = add_member(by=cast.leader, structure=structure, role=LocalRole.STAFF, person=person)
    end_membership(by=cast.leader, membership=membership)
    leave_structure(by=cast.volunteer, structure=structure)
    accompaniment = appoint_practitioner(
        by=cast.coordinator, structure=structure, practitioner=cast.other_practitioner.person
    )
    put_in_charge(by=cast.coordinator, accompaniment=accompaniment)
    end_accompaniment(by=cast.coordinator, accompaniment=accompaniment)
    others, volunteer = cast.other_practitioner.person, cast.volunteer.person
    assert [(one.by, one.about_kind, one.about) for one in events(structure=structure.public_id)] == [
        (cast.leader, "member:staff", person.public_id),
        (cast.leader, "member-ended:staff", person.public_id),
        (cast.volunteer, "member-ended:volunteer", volunteer.public_id),
        (cast.coordinator, "practitioner", others.public_id),
        (cast.coordinator, "practitioner-in-charge", others.public_id),
        (cast.coordinator, "practitioner-ended", others.public_id),
    ]


@pytest.mark.parametrize("address", ["journal_export_text", "journal_export_json"])
def test_journal_taken_away_by_its_author_is_written(cast: Cast, signed_in, address):
    assert signed_in(cast.practitioner).get(reverse(address)).status_code == 200
    (event,) = events(act=AccessAct.DOWNLOADED)
    assert (event.by, event.about_kind, event.structure) == (cast.practitioner, "journal", None)


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
