"""The forms about people and their accounts."""

from accounts.forms.second_factor import (
    ApplicationForm,
    AskForCodeForm,
    ConfirmFactorForm,
    FactorCodeForm,
    NewAddressForm,
    PasskeyForm,
    PasskeyNameForm,
    SignInCodeForm,
)
from accounts.forms.signing_in import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
)

__all__ = [
    "ApplicationForm",
    "AskForCodeForm",
    "ChangePasswordForm",
    "ConfirmFactorForm",
    "ConfirmPasswordForm",
    "FactorCodeForm",
    "ForgottenPasswordForm",
    "NewAddressForm",
    "NewPasswordForm",
    "PasskeyForm",
    "PasskeyNameForm",
    "SignInCodeForm",
    "SignInForm",
]
