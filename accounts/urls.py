"""Signing in and out, under French addresses and allauth's names."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from accounts.queries import demo_sign_ins
from accounts.views import history, invitations, support

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
    path("verification/", views.reauthenticate, name="account_reauthenticate"),
    path("soutien/", support.support, name="support"),
    path("soutien/<uuid:public_id>/entrer/", support.support_enter, name="support_enter"),
    path("soutien/<uuid:public_id>/accepter/", support.support_grant, name="support_grant"),
    path("soutien/<uuid:public_id>/fin/", support.support_end, name="support_end"),
    path("mon-compte/soutien/", support.my_support, name="my_support"),
    path("historique/etat/", history.history_state, name="history_state"),
]
