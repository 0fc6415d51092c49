"""What a person registered to sign in with, and the devices on which they are signed in."""

import os
from datetime import timedelta
from hashlib import sha256
from importlib import import_module

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import LostFactor, Role, User
from tests.factories.people import UserFactory


def add_passkey(user: User, *, name: str = "Téléphone") -> Authenticator:
    """As a device registered it for the host of the tests."""
    identifier = os.urandom(16)
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, identifier, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    proved = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 0, attested)
    asked = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, os.urandom(32), "https://testserver", cross_origin=False
    )
    response = {
        "clientDataJSON": websafe_encode(asked),
        "attestationObject": websafe_encode(AttestationObject.create("none", proved, {})),
    }
    credential = {
        "id": websafe_encode(identifier),
        "rawId": websafe_encode(identifier),
        "type": "public-key",
        "response": response,
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    data = {"name": name, "credential": credential}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def open_elsewhere(user: User, *, device: str = "Firefox sur un autre ordinateur") -> UserSession:
    """A session of theirs, on another device, that nobody has ended."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.set_expiry(timedelta(hours=12))
    store.save()
    return UserSession.objects.create(
        user=user, session_key=store.session_key, ip="192.0.2.7", user_agent=device, last_seen_at=timezone.now()
    )


def fill_security(lost: LostFactor, keyed: User, other: User) -> None:
    """One more of each thing with which people sign in, and one more person who lost it."""
    for user in (keyed, other):
        open_elsewhere(user)
    add_passkey(keyed)
    LostFactor.objects.create(user=UserFactory())
    lost.vouchings.create(by=UserFactory(), role=Role.PRACTITIONER)
