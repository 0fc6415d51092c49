"""The forms about people and their accounts."""

from accounts.forms.signing_in import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)

__all__ = ["ChangePasswordForm", "ConfirmPasswordForm", "ForgottenPasswordForm", "NewPasswordForm", "SignInForm"]
