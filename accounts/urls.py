"""Signing in and out, under French addresses and allauth's names."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from accounts.middleware import without_terms
from accounts.queries import demo_sign_ins
from accounts.views import agreements, invitations, personal_data, retention

# Reached before one is signed in: the list is the whole allow-list of this module.
_OPEN = [
    path("connexion/", views.LoginView.as_view(extra_context={"demo_sign_ins": demo_sign_ins}), name="account_login"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("inscription/", views.signup, name="account_signup"),
    path("compte-ferme/", views.account_inactive, name="account_inactive"),
    path("mot-de-passe/oubli/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoye/", views.password_reset_done, name="account_reset_password_done"),
    path("mot-de-passe/nouveau/fait/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordResetFromKeyView.as_view(reset_url_key="choisir"),
        name="account_reset_password_from_key",
    ),
]
for _pattern in _OPEN:
    _pattern.callback = login_not_required(_pattern.callback)

urlpatterns = [
    *_OPEN,
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<uuid:public_id>/renvoyer/", invitations.invitation_again, name="invitation_again"),
    path("invitations/<uuid:public_id>/annuler/", invitations.invitation_revoke, name="invitation_revoke"),
    path("mot-de-passe/changer/", views.password_change, name="account_change_password"),
    path("verification/", without_terms(views.reauthenticate), name="account_reauthenticate"),
    path("mon-compte/identite/", personal_data.identity, name="identity"),
    path("mon-compte/donnees/", personal_data.my_data, name="my_data"),
    path("mon-compte/donnees/demander/", personal_data.archive_ask, name="archive_ask"),
    path("mon-compte/donnees/archive/", personal_data.archive_file, name="archive_file"),
    path("mon-compte/donnees/partir/", personal_data.leave, name="leave"),
    path("mon-compte/donnees/rester/", personal_data.departure_call_off, name="departure_call_off"),
    path("mon-compte/accords/", agreements.agreements, name="agreements"),
    path("mon-compte/accords/repondre/", agreements.agreement_answer, name="agreement_answer"),
    path("conditions/", agreements.terms, name="terms"),
    path("conditions/accepter/", agreements.accept_terms, name="accept_terms"),
    path("conditions/<int:number>/", agreements.terms, name="terms_version"),
    path("donnees-effacees/", retention.retention, name="retention"),
]
