"""The terms of use: read by all, accepted once each, and nothing typed is lost for them."""

import hashlib
from datetime import date

import pytest
from django.urls import reverse

from accounts import terms
from accounts.models import Consent, TermsAcceptance
from accounts.operations import accept_terms, give_consent, withdraw_consent
from accounts.terms import TermsVersion
from community.models import ExperienceReport
from efc_platform.shared.errors import OperationRefused
from tests.factories.cast import Cast
from tests.factories.community import ReportFactory
from tests.factories.people import UserFactory

# A published text is another version as soon as a comma moves: write the new one, and its line here.
PUBLISHED = {1: "d573ed21d2c21cc630f975a5f62669fd8c38ecb969e206ba90e1482c45d73417"}  # pragma: allowlist secret


def test_published_terms_are_never_rewritten():
    assert {one.number: hashlib.sha256(one.text.encode()).hexdigest() for one in terms.VERSIONS} == PUBLISHED


def test_versions_follow_each_other():
    assert [one.number for one in terms.VERSIONS] == list(range(1, len(terms.VERSIONS) + 1))


def test_anybody_reads_the_terms_and_their_past_versions(client, monkeypatch, db):
    second = TermsVersion(2, date(2027, 1, 1))
    vars(second)["text"] = "# Seconde version"
    monkeypatch.setattr(terms, "VERSIONS", (*terms.VERSIONS, second))
    now = client.get(reverse("terms")).content.decode()
    assert "Seconde version" in now
    assert reverse("terms_version", args=[1]) in now
    past = client.get(reverse("terms_version", args=[1])).content.decode()
    assert "Cette version n’est plus en vigueur." in past
    assert client.get(reverse("terms_version", args=[3])).status_code == 404


@pytest.fixture
def newcomer(db):
    return UserFactory(terms=False)


def test_newcomer_is_led_to_the_terms_then_where_they_were_going(newcomer, signed_in):
    client, going = signed_in(newcomer), reverse("my_account") + "?a=1"
    response = client.get(going)
    assert response["Location"] == f"{reverse('accept_terms')}?next=%2Fmon-compte%2F%3Fa%3D1"
    page = client.get(response["Location"]).content.decode()
    assert "Vos textes restent à vous" in page
    accepted = client.post(reverse("accept_terms"), {"number": "1", "next": going})
    assert accepted["Location"] == going
    assert client.get(going).status_code == 200
    assert TermsAcceptance.objects.get(user=newcomer).digest == terms.current().digest


def test_terms_lead_to_no_other_site(newcomer, signed_in):
    response = signed_in(newcomer).post(reverse("accept_terms"), {"number": "1", "next": "https://ailleurs.example/"})
    assert response["Location"] == "/"


def test_newcomer_writes_nothing_before_and_is_given_back_what_they_typed(newcomer, signed_in):
    response = signed_in(newcomer).post(reverse("identity"), {"first_name": "Un prénom de longue haleine"})
    assert response.status_code == 403
    assert "Un prénom de longue haleine" in response.content.decode()
    newcomer.person.refresh_from_db()
    assert newcomer.person.first_name != "Un prénom de longue haleine"


@pytest.mark.parametrize("name", ["my_data", "leave", "terms", "privacy", "register", "accept_terms"])
def test_rights_do_not_wait_for_the_terms(newcomer, signed_in, name):
    assert signed_in(newcomer).get(reverse(name)).status_code == 200


def test_form_opened_under_the_former_version_still_goes_through(signed_in, monkeypatch, db):
    user = UserFactory()
    client = signed_in(user)
    version = client.get(reverse("identity")).context["form"]["version"].value()
    monkeypatch.setattr(terms, "VERSIONS", (*terms.VERSIONS, TermsVersion(2, date(2027, 1, 1))))
    typed = {"first_name": "Léa", "last_name": "Nom", "gender": "", "phone": "", "version": version}
    assert client.post(reverse("identity"), typed)["Location"] == reverse("my_account")
    user.person.refresh_from_db()
    assert user.person.first_name == "Léa"
    assert client.get(reverse("my_account"))["Location"].startswith(reverse("accept_terms"))


def test_session_older_than_the_terms_asks_the_database(signed_in, db):
    user = UserFactory()
    client = signed_in(user)
    session = client.session
    del session["terms"]
    session.save()
    assert client.get(reverse("my_account")).status_code == 200


def test_terms_accepted_twice_are_accepted_once(db):
    user = UserFactory()
    assert accept_terms(by=user, number=1) == accept_terms(by=user, number=1)


def test_terms_that_were_not_shown_are_not_accepted(newcomer, signed_in):
    with pytest.raises(OperationRefused, match="ont changé"):
        accept_terms(by=newcomer, number=0)
    response = signed_in(newcomer).post(reverse("accept_terms"), {"number": "n'importe quoi"})
    assert "ont changé" in response.content.decode()


def test_consent_keeps_the_words_that_were_shown(cast: Cast, signed_in):
    client = signed_in(cast.leader)
    assert (
        client.post(reverse("agreement_answer"), {"subject": "photo", "number": "1", "answer": "yes"}).status_code
        == 302
    )
    given = Consent.objects.get(person=cast.leader.person)
    assert (given.subject, given.number, given.words) == ("photo", 1, terms.CONSENT_TEXTS["photo"].words)
    assert given.words in client.get(reverse("agreements")).content.decode()
    client.post(reverse("agreement_answer"), {"subject": "photo", "answer": "no"})
    given.refresh_from_db()
    assert given.withdrawn_at is not None
    assert "Accords retirés" in client.get(reverse("agreements")).content.decode()


def test_consent_given_twice_is_one_and_withdrawn_then_given_is_another(cast: Cast):
    first = give_consent(by=cast.leader, subject="quoted", number=1)
    assert give_consent(by=cast.leader, subject="quoted", number=1) == first
    withdraw_consent(by=cast.leader, subject="quoted")
    second = give_consent(by=cast.leader, subject="quoted", number=1)
    assert second.pk != first.pk
    assert Consent.objects.standing().count() == 1


@pytest.mark.parametrize(("subject", "number"), [("photo", 2), ("nothing", 1)])
def test_consent_to_other_words_is_refused(cast: Cast, subject, number):
    with pytest.raises(OperationRefused):
        give_consent(by=cast.leader, subject=subject, number=number)


def test_nobody_withdraws_the_consent_of_another(cast: Cast, signed_in):
    given = give_consent(by=cast.leader, subject="photo", number=1)
    signed_in(cast.staff).post(reverse("agreement_answer"), {"subject": "photo", "answer": "no"})
    given.refresh_from_db()
    assert given.withdrawn_at is None


def test_leaders_find_what_was_shared_of_their_structure_with_its_agreement(cast: Cast, signed_in):
    agreed = {"is_about_structure": True, "consent_on": date(2026, 1, 5), "consent_scope": "le texte entier"}
    ReportFactory(shared=True, structure=cast.structure_a, title="Un retour d’ici", **agreed)
    ReportFactory(shared=True, structure=cast.structure_b, title="Un retour d’ailleurs", **agreed)
    page = signed_in(cast.leader).get(reverse("agreements")).content.decode()
    assert ("Un retour d’ici" in page, "le texte entier" in page, "Un retour d’ailleurs" in page) == (True, True, False)
    assert "Un retour d’ici" not in signed_in(cast.staff).get(reverse("agreements")).content.decode()
    assert ExperienceReport.objects.shared().count() == 2
