"""The forms of signing in: allauth's rules, our words, no label that vanishes when one types."""

from allauth.account import forms as allauth_forms
from django import forms

NEW_PASSWORD_TWICE = {"password1": "Nouveau mot de passe", "password2": "Le même, une seconde fois"}
HELP_IN_CHOOSING = "Douze caractères au moins. Une phrase de quelques mots se retient bien."


def word(form: forms.Form, labels: dict[str, str]) -> None:
    """Our labels, that stay when one types, in place of the ones that vanish."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"login": "Adresse électronique", "password": "Mot de passe"})
        # Password managers pair a user name with the password, even where it is an address.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"email": "Adresse électronique"})


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, NEW_PASSWORD_TWICE)
        self.fields["password1"].help_text = HELP_IN_CHOOSING


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"oldpassword": "Mot de passe actuel"} | NEW_PASSWORD_TWICE)
        self.fields["oldpassword"].widget.attrs["autocomplete"] = "current-password"
        self.fields["password1"].help_text = HELP_IN_CHOOSING


class ConfirmPasswordForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        word(self, {"password": "Mot de passe"})
