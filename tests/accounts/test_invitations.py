"""Invitations: one address, one use, one week; whoever holds a forged, used or old link is told one same thing."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Person, Role, RoleGrant, User
from accounts.operations import (
    accept_invitation,
    come_in,
    end_role,
    grant_role,
    invite_to_network,
    revoke_invitation,
    send_invitation_again,
)
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from tests.factories.joining import expire, make_invitation
from tests.factories.people import PersonFactory, UserFactory

PASSWORD = "une rivière traverse le verger"
HUGO = {"first_name": "Hugo", "last_name": "Lemaire", "gender": "m"}
TYPED = HUGO | {"password": PASSWORD}


@pytest.fixture
def claire(db) -> User:
    return UserFactory(email="claire@essai.example", roles=[Role.COORDINATOR])


def tokens_sent() -> list[str]:
    """The links of the mails that left, in order, once the workers have run."""
    for job in Job.objects.filter(finished_at=None).order_by("pk"):
        run_job(job.pk)
    told = [one.body for one in mail.outbox if "/invitation/" in one.body]
    return [body.partition("/invitation/")[2].partition("/")[0] for body in told]


def invite(by: User, **more) -> str:
    invite_to_network(by=by, email="hugo@essai.example", role=Role.PRACTITIONER, **more)
    return tokens_sent()[-1]


def address(token: str) -> str:
    return reverse("invitation", args=[token])


def test_mail_says_who_invites_to_what_in_their_own_words(claire):
    token = invite(claire, first_name="Hugo", words="Au plaisir de te voir là !")
    (sent,) = mail.outbox
    assert sent.to == ["hugo@essai.example"]
    assert sent.subject == f"{claire.person.display_name} vous invite sur Trajectoires EFC"
    assert "Bonjour Hugo," in sent.body
    assert "Au plaisir de te voir là !" in sent.body
    assert "vous invite à accompagner des structures." in sent.body
    assert len(token) >= 43


def test_token_is_in_no_row_of_the_database(claire):
    token = invite(claire)
    kept = Invitation.objects.get()
    rows = [*Job.objects.values_list("payload", flat=True), *Invitation.objects.values_list("token_hash", flat=True)]
    assert [row for row in rows if token in str(row)] == []
    assert (len(kept.token_hash), kept.is_waiting, kept.state) == (64, True, "en attente")


def test_whoever_is_invited_opens_their_account_and_has_the_role(claire):
    client, token = Client(), invite(claire)
    assert client.get(address(token)).status_code == 200
    response = client.post(address(token), TYPED)
    assert (response.status_code, response.url) == (302, "/")
    hugo = User.objects.get(email="hugo@essai.example")
    assert client.session[SESSION_KEY] == str(hugo.pk)
    assert (hugo.person.display_name, hugo.roles) == ("Hugo Lemaire", {Role.PRACTITIONER})
    assert hugo.check_password(PASSWORD)
    kept = Invitation.objects.get()
    assert (kept.accepted_by, kept.token_hash, kept.state) == (hugo, None, "acceptée")


def test_account_opens_at_the_address_invited_whatever_is_sent(claire):
    token = invite(claire)
    forged = {"email": "pirate@essai.example", "role": "coordinator", "is_active": "", "person": claire.person_id}
    Client().post(address(token), TYPED | forged)
    hugo = User.objects.exclude(pk=claire.pk).get()
    assert (hugo.email, hugo.person.email) == ("hugo@essai.example", "hugo@essai.example")
    assert hugo.roles == {Role.PRACTITIONER}


@pytest.mark.parametrize("password", ["court", "telechargement", "hugo@essai.example", "123456123456"])
def test_weak_password_is_refused_and_opens_nothing(claire, password):
    token = invite(claire)
    response = Client().post(address(token), TYPED | {"password": password})
    assert (response.status_code, User.objects.count()) == (200, 1)
    assert Invitation.objects.get().is_waiting


def spoilt(claire, how: str) -> str:
    """A link that no longer opens anything."""
    token, invitation = invite(claire), Invitation.objects.get()
    if how == "expired":
        expire(invitation)
    elif how == "used":
        come_in(token=token, **TYPED)
    elif how == "revoked":
        revoke_invitation(by=claire, invitation=invitation)
    elif how == "replaced":
        send_invitation_again(by=claire, invitation=invitation)
    elif how == "by somebody who lost the right":
        other = UserFactory(roles=[Role.COORDINATOR])
        end_role(by=other, grant=claire.role_grants.get())
    elif how == "by a closed account":
        User.objects.filter(pk=claire.pk).update(is_active=False)
    else:
        token = "forgé"
    return token


SPOILT = [
    *("expired", "used", "revoked", "replaced", "forged"),
    *("by somebody who lost the right", "by a closed account"),
]


@pytest.mark.parametrize("how", SPOILT)
def test_link_that_is_no_longer_valid_gives_one_same_page_and_changes_nothing(claire, how):
    token = spoilt(claire, how)
    before = User.objects.count(), RoleGrant.objects.count()
    pages = [client(address(token)) for client in (Client().get, Client().post)]
    assert {page.status_code for page in pages} == {404}
    whole = Client().get(address("jamais-vu")).content
    assert {page.content for page in pages} == {whole}
    with pytest.raises(OperationRefused, match="Cette invitation n’est plus valable"):
        come_in(token=token, **TYPED)
    assert (User.objects.count(), RoleGrant.objects.count()) == before


def test_invitation_is_valid_for_seven_days(claire):
    token = invite(claire)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=-5), tick=False):
        assert Client().get(address(token)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=5), tick=False):
        assert Client().get(address(token)).status_code == 404


def test_sent_again_its_new_link_opens_for_another_week(claire):
    token, kept = invite(claire), Invitation.objects.get()
    expire(kept)
    send_invitation_again(by=claire, invitation=kept)
    first, second = tokens_sent()
    assert first == token
    assert [Client().get(address(one)).status_code for one in (first, second)] == [404, 200]


def test_job_that_runs_after_the_invitation_is_revoked_sends_nothing(claire):
    kept = invite_to_network(by=claire, email="hugo@essai.example", role=Role.MEMBER)
    revoke_invitation(by=claire, invitation=kept)
    assert tokens_sent() == []
    assert Job.objects.get().state == "ready"


def test_existing_account_signs_in_first_then_is_given_the_role(claire, signed_in):
    hugo, token = UserFactory(email="hugo@essai.example"), invite(claire)
    page = Client().get(address(token)).content.decode()
    assert f"{reverse('account_login')}?next={address(token)}" in page
    assert Client().post(address(token), TYPED).status_code == 200
    assert User.objects.count() == 2
    theirs = signed_in(hugo)
    assert theirs.get(address(token)).status_code == 200
    assert theirs.post(address(token)).status_code == 302
    assert list(hugo.role_grants.values_list("role", "granted_by")) == [(Role.PRACTITIONER, claire.pk)]


def test_somebody_else_who_holds_the_link_gets_nothing(claire, signed_in):
    token, other = invite(claire), UserFactory()
    page = signed_in(other).post(address(token))
    assert page.status_code == 403
    assert claire.person.last_name not in page.content.decode()
    with pytest.raises(OperationRefused, match="une autre adresse que celle de votre compte"):
        accept_invitation(by=other, token=token)
    assert (Invitation.objects.get().is_waiting, other.role_grants.count()) == (True, 0)


def test_accepted_twice_by_a_double_click_it_gives_one_account(claire):
    token = invite(claire)
    statuses = [Client().post(address(token), TYPED).status_code for _click in range(2)]
    assert (statuses, User.objects.filter(email="hugo@essai.example").count()) == ([302, 404], 1)


def test_role_already_held_is_not_doubled(claire, signed_in):
    hugo, token = UserFactory(email="hugo@essai.example", roles=[Role.PRACTITIONER]), invite(claire)
    signed_in(hugo).post(address(token))
    assert (hugo.role_grants.count(), Invitation.objects.get().accepted_by) == (1, hugo)


def test_inviter_sees_the_same_whether_the_address_has_an_account_or_not(claire, signed_in):
    UserFactory(email="connue@essai.example")
    typed = {"role": "member", "first_name": "", "last_name": "", "words": ""}
    answers = []
    for email in ("connue@essai.example", "inconnu@essai.example"):
        response = signed_in(claire).post(reverse("invite"), typed | {"email": email}, follow=True)
        answers.append(response.content.decode().count("en partance"))
    assert answers == [1, 2]
    assert [one.subject for one in mail.outbox] == []
    assert len(tokens_sent()) == 2
    assert len({one.subject for one in mail.outbox}) == 1


def test_same_invitation_that_still_waits_is_refused(claire):
    invite(claire)
    with pytest.raises(OperationRefused, match="attend déjà une réponse") as refusal:
        invite_to_network(by=claire, email="Hugo@essai.example ", role=Role.PRACTITIONER)
    assert (refusal.value.field, Invitation.objects.count()) == ("email", 1)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.TRAINER, Role.MEMBER, None])
def test_only_coordination_invites_in_the_network(role, db):
    with pytest.raises(OperationRefused, match="Seule la coordination invite"):
        invite_to_network(by=UserFactory(roles=[role] if role else []), email="a@essai.example", role=Role.MEMBER)
    assert Invitation.objects.count() == 0


def test_somebody_written_down_keeps_their_place_under_the_name_they_give(claire):
    known = PersonFactory(first_name="H.", last_name="")
    make_invitation(claire, "hugo@essai.example", "jeton", role=Role.MEMBER, person=known)
    user = come_in(token="jeton", **TYPED)
    assert (user.person, user.person.display_name, Person.objects.count()) == (known, "Hugo Lemaire", 2)


def test_many_wrong_links_from_one_place_are_slowed_down(db):
    with time_machine.travel(timezone.now(), tick=False):
        statuses = [Client().post(address(f"faux-{n}")).status_code for n in range(31)]
    assert (set(statuses[:30]), statuses[30]) == ({404}, 429)


def test_role_given_and_ended_is_told_to_whom_it_concerns(claire):
    hugo = UserFactory(email="hugo@essai.example")
    grant = grant_role(by=claire, user=hugo, role=Role.TRAINER)
    end_role(by=claire, grant=grant)
    tokens_sent()
    assert [(one.to, one.subject) for one in mail.outbox] == [
        (["hugo@essai.example"], "Un rôle vous est donné\u00a0: Formation"),
        (["hugo@essai.example"], "Un rôle prend fin\u00a0: Formation"),
    ]


def test_last_coordinator_cannot_end_their_role(claire):
    with pytest.raises(OperationRefused, match="Il ne resterait personne à la coordination"):
        end_role(by=claire, grant=claire.role_grants.get())
    second = UserFactory(roles=[Role.COORDINATOR])
    end_role(by=claire, grant=claire.role_grants.get())
    assert not RoleGrant.objects.current().filter(user=claire).exists()
    assert RoleGrant.objects.current().filter(user=second).exists()


def test_role_is_given_and_ended_by_coordination_only(claire):
    hugo = UserFactory(roles=[Role.PRACTITIONER])
    with pytest.raises(OperationRefused, match="Seule la coordination donne un rôle"):
        grant_role(by=hugo, user=hugo, role=Role.COORDINATOR)
    with pytest.raises(OperationRefused, match="Seule la coordination met fin à un rôle"):
        end_role(by=hugo, grant=claire.role_grants.get())
    grant_role(by=claire, user=hugo, role=Role.TRAINER)
    ended = hugo.role_grants.get(role=Role.TRAINER)
    end_role(by=claire, grant=ended)
    with pytest.raises(OperationRefused, match="a déjà pris fin"):
        end_role(by=claire, grant=ended)
