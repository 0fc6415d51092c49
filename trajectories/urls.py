"""Addresses of trajectories, readings, interventions, journal and reports."""

from django.urls import path

from trajectories.views import dashboard, history, interventions, journal, openings, readings, reports, steering

urlpatterns = [
    path("structures/<uuid:public_id>/trajectoire/ouvrir/", steering.trajectory_open, name="trajectory_open"),
    path("structures/<uuid:public_id>/regards/", openings.looks, name="looks"),
    path("trajectoires/<uuid:public_id>/textes/ouvrir/", openings.text_open, name="text_open"),
    path("interventions/<uuid:public_id>/ouvrir/", openings.account_open, name="account_open"),
    path("trajectoires/<uuid:public_id>/historique/", history.trajectory_history, name="trajectory_history"),
    path(
        "trajectoires/<uuid:public_id>/historique/<slug:kind>/<int:event_id>/<slug:column>/",
        history.text_restore,
        name="text_restore",
    ),
    path("trajectoires/<uuid:public_id>/", dashboard.trajectory, name="trajectory"),
    path("trajectoires/<uuid:public_id>/histoire/", dashboard.story, name="story"),
    path("trajectoires/<uuid:public_id>/dimensions/<slug:code>/", dashboard.dimension, name="dimension"),
    path("trajectoires/<uuid:public_id>/mots/", steering.words, name="words"),
    path("trajectoires/<uuid:public_id>/essais/", steering.trials, name="trials"),
    path("trajectoires/<uuid:public_id>/prochains-pas/", steering.next_steps, name="next_steps"),
    path("trajectoires/<uuid:public_id>/rendez-vous/nouveau/", steering.appointment_new, name="appointment_new"),
    path("essais/<uuid:public_id>/", steering.trial, name="trial"),
    path("prochains-pas/<uuid:public_id>/fait/", steering.next_step_done, name="next_step_done"),
    path("trajectoires/<uuid:public_id>/lectures/", readings.readings, name="readings"),
    path("trajectoires/<uuid:public_id>/lectures/nouvelle/", readings.reading_new, name="reading_new"),
    path("lectures/<uuid:public_id>/", readings.reading, name="reading"),
    path("lectures/<uuid:public_id>/sceller/", readings.reading_seal, name="reading_seal"),
    path("lectures/<uuid:public_id>/<slug:code>/", readings.positioning, name="positioning"),
    path("trajectoires/<uuid:public_id>/interventions/", interventions.interventions, name="interventions"),
    path("interventions/nouvelle/", interventions.intervention_new, name="intervention_new"),
    path("interventions/<uuid:public_id>/", interventions.intervention, name="intervention"),
    path("interventions/<uuid:public_id>/modifier/", interventions.intervention_edit, name="intervention_edit"),
    path("journal/", journal.journal, name="journal"),
    path("journal/nouvelle-page/", journal.journal_new, name="journal_new"),
    path("journal/exporter/", journal.journal_export, name="journal_export"),
    path("journal/exporter/texte/", journal.journal_export_text, name="journal_export_text"),
    path("journal/exporter/json/", journal.journal_export_json, name="journal_export_json"),
    path("journal/<uuid:public_id>/", journal.journal_entry, name="journal_entry"),
    path("trajectoires/<uuid:public_id>/bilans/", reports.reports, name="reports"),
    path("bilans/<uuid:public_id>/", reports.report, name="report"),
    path("bilans/<uuid:public_id>/document.pdf", reports.report_file, name="report_file"),
    path("bilans/<uuid:public_id>/recommencer/", reports.report_retry, name="report_retry"),
]
