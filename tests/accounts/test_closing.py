"""Closing an account and opening it again."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from accounts.operations import close_account, reopen_account
from efc_platform.shared.errors import OperationRefused
from tests.factories.people import UserFactory
from tests.signing_in import sign_in as open_session


@pytest.fixture
def coordinator(db) -> User:
    return UserFactory(roles=[Role.COORDINATOR])


def test_every_session_ends_at_once_and_stays_ended(client, coordinator, nadia):
    open_session(client, nadia)
    close_account(by=coordinator, user=nadia)
    assert client.get(reverse("my_account")).url.startswith(reverse("account_login"))
    assert not UserSession.objects.filter(user=nadia).exists()
    reopen_account(by=coordinator, user=nadia)
    assert not get_user(client).is_authenticated


def test_next_request_is_refused_even_of_a_session_that_nobody_listed(client, coordinator, nadia):
    client.force_login(nadia)
    close_account(by=coordinator, user=nadia)
    assert client.get(reverse("my_account")).url.startswith(reverse("account_login"))


def test_sign_in_is_refused_until_the_account_is_open_again(client, coordinator, nadia, sign_in):
    close_account(by=coordinator, user=nadia)
    assert sign_in().url == reverse("account_inactive")
    reopen_account(by=coordinator, user=nadia)
    sign_in()
    assert get_user(client) == nadia


def test_closed_account_is_sent_no_code(coordinator, nadia, mailoutbox):
    close_account(by=coordinator, user=nadia)
    Client().post(reverse("account_request_login_code"), {"email": nadia.email})
    assert mailoutbox == []


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.TRAINER, Role.MEMBER, Role.FUNDER])
def test_only_the_coordination_closes_and_reopens(nadia, role, db):
    for operation in (close_account, reopen_account):
        with pytest.raises(OperationRefused, match="Seule la coordination"):
            operation(by=UserFactory(roles=[role]), user=nadia)


def test_nobody_closes_their_own_account(coordinator):
    UserFactory(roles=[Role.COORDINATOR])
    with pytest.raises(OperationRefused, match="son propre compte"):
        close_account(by=coordinator, user=coordinator)


def test_last_coordinator_stays(coordinator):
    other = UserFactory(roles=[Role.COORDINATOR])
    close_account(by=coordinator, user=other)
    with pytest.raises(OperationRefused):
        close_account(by=other, user=coordinator)
    assert User.objects.get(pk=coordinator.pk).is_active


def test_history_keeps_that_an_account_was_closed(coordinator, nadia):
    close_account(by=coordinator, user=nadia)
    assert list(nadia.events.order_by("pgh_id").values_list("is_active", flat=True)) == [True, False]
