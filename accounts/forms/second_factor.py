"""The forms of second factors, codes sent by mail and addresses: allauth's rules, our words."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms

from accounts.forms.signing_in import word
from accounts.models import User
from accounts.permissions import needs_second_factor
from efc_platform.shared.forms import bare_helper

_FROM_APPLICATION = "Code à six chiffres"


def _ask_for_digits(form: forms.Form) -> None:
    # A telephone shows its digits, and fills the code in by itself.
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class AskForCodeForm(allauth_forms.RequestLoginCodeForm):
    _user: User | None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"email": "Adresse électronique"})

    def clean_email(self) -> str:
        """Whoever opens the texts of many structures signs in with a password and a second factor. Their mail
        says so; the page answers as for anybody, so that nobody learns who they are."""
        email = super().clean_email()
        if self._user and needs_second_factor(self._user):
            get_adapter().send_mail("account/email/login_code_closed", email, {"user": self._user})
            self._user = None
        return email


class SignInCodeForm(allauth_forms.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"code": "Code reçu par courriel"})


class FactorCodeForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"code": "Code de l’application, ou code de secours"})
        _ask_for_digits(self)


class ConfirmFactorForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"code": "Code de l’application, ou code de secours"})
        _ask_for_digits(self)


class ApplicationForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"code": _FROM_APPLICATION})
        _ask_for_digits(self)


class PasskeyForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(
            self, {"name": "Nom de cette clé", "passwordless": "M’en servir aussi pour me connecter sans mot de passe"}
        )
        self.fields[
            "name"
        ].help_text = (
            "Pour la reconnaître plus tard\u00a0: «\u00a0Téléphone\u00a0», «\u00a0Ordinateur du bureau\u00a0»…"
        )
        self.fields["name"].max_length = 80
        self.fields["passwordless"].initial = True


class PasskeyNameForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"name": "Nom de cette clé"})


class NewAddressForm(forms.Form):
    email = forms.EmailField(label="Nouvelle adresse électronique", max_length=254)
    email.widget.attrs["autocomplete"] = "email"

    @property
    def helper(self):
        return bare_helper()
