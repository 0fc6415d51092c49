"""Addresses of trainings, sessions, enrolments and attendance."""

from django.urls import path

from trainings import views

urlpatterns = [
    path("formations/", views.trainings, name="trainings"),
    path("formations/passees/", views.past_sessions, name="past_sessions"),
    path("formations/nouvelle/", views.training_new, name="training_new"),
    path("formations/<uuid:public_id>/", views.training, name="training"),
    path("formations/<uuid:public_id>/modifier/", views.training_edit, name="training_edit"),
    path("formations/<uuid:public_id>/sessions/nouvelle/", views.session_new, name="session_new"),
    path("sessions/<uuid:public_id>/", views.session, name="session"),
    path("sessions/<uuid:public_id>/modifier/", views.session_edit, name="session_edit"),
    path("sessions/<uuid:public_id>/annuler/", views.session_cancel, name="session_cancel"),
    path("sessions/<uuid:public_id>/inscrire/", views.enrol, name="enrol"),
    path("sessions/<uuid:public_id>/presences/<int:rank>/", views.attendance, name="attendance"),
    path("sessions/<uuid:public_id>/feuille/", views.sheet, name="sheet"),
    path("inscriptions/<uuid:public_id>/annuler/", views.enrolment_cancel, name="enrolment_cancel"),
]
