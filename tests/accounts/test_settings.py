"""The settings on which signing in rests, as they must stay."""

import base64
import os
import subprocess
import sys

import pytest
from allauth import app_settings as allauth
from allauth.account import app_settings as account
from allauth.mfa import app_settings as mfa
from allauth.usersessions import app_settings as usersessions
from django.conf import settings as django_settings

ACCOUNT = {
    "CHANGE_EMAIL": False,
    "CONFIRM_EMAIL_ON_GET": False,
    "EMAIL_NOTIFICATIONS": True,
    "EMAIL_UNKNOWN_ACCOUNTS": False,
    "LOGIN_BY_CODE_ENABLED": True,
    "LOGIN_BY_CODE_MAX_ATTEMPTS": 3,
    "LOGIN_BY_CODE_TIMEOUT": 600,
    "LOGIN_BY_CODE_TRUST_ENABLED": False,
    "LOGIN_METHODS": {"email"},
    "LOGIN_ON_PASSWORD_RESET": False,
    "LOGIN_TIMEOUT": 900,
    "LOGOUT_ON_GET": False,
    "LOGOUT_ON_PASSWORD_CHANGE": True,
    "PREVENT_ENUMERATION": True,
    "REAUTHENTICATION_REQUIRED": True,
    "REAUTHENTICATION_TIMEOUT": 300,
    "SESSION_REMEMBER": False,
}
MFA = {
    "PASSKEY_LOGIN_ENABLED": True,
    "PASSKEY_SIGNUP_ENABLED": False,
    "REAUTHENTICATION_REQUIRED": True,
    "RECOVERY_CODES_SHOW_ONCE": True,
    "SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "TOTP_INSECURE_BYPASS_CODE": None,
    "TOTP_PERIOD": 30,
    "TOTP_TOLERANCE": 0,
    "TRUST_ENABLED": False,
    "WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    "WEBAUTHN_USER_VERIFICATION": "required",
}
RATES = {
    "change_password": "5/m/user",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "signup": "20/m/ip",
}
DJANGO = {
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}},
    "SECOND_FACTOR_REQUIRED": True,
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "SESSION_IDLE_SECONDS": 3600,
}


@pytest.mark.parametrize(("read", "wanted"), [(account, ACCOUNT), (mfa, MFA)])
def test_allauth_is_set_as_decided(read, wanted):
    assert {name: getattr(read, name) for name in wanted} == wanted


def test_limits_are_set_as_decided():
    assert {name: account.RATE_LIMITS[name] for name in RATES} == RATES
    assert mfa.RATE_LIMITS == {"webauthn_login": "10/m/ip"}
    assert allauth.RATE_LIMIT_IPV6_PREFIX == 64


def test_django_is_set_as_decided(settings):
    assert {name: getattr(settings, name) for name in DJANGO} == DJANGO
    assert usersessions.TRACK_ACTIVITY is True
    assert (account.SIGNUP_FIELDS.keys(), account.EMAIL_VERIFICATION) == ({"email", "password1", "password2"}, "none")


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_production_knows_no_grace(mode):
    """Only a demonstration may let a visitor in without the second factor that their role asks for."""
    key = "k:" + base64.b64encode(b"k" * 32).decode()
    needed = dict.fromkeys(django_settings.REQUIRED_IN_PRODUCTION, "x") | {
        "SECRET_KEY": "y" * 60,
        "DATABASE_URL": "postgres:///x",
        "EMAIL_URL": "smtp://mail.example:25",
        "JOURNAL_KEYS": key,
    }
    asked = {**os.environ, **needed, "APP_MODE": mode, "SECOND_FACTOR_REQUIRED": "0"}
    told = "from efc_platform import settings; print(settings.SECOND_FACTOR_REQUIRED)"
    answer = subprocess.run([sys.executable, "-c", told], env=asked, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(mode == "production")
