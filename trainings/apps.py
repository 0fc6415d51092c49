"""Trainings: what is taught and exchanged, when, where, with whom."""

from importlib import import_module

from django.apps import AppConfig


class TrainingsConfig(AppConfig):
    name = "trainings"
    verbose_name = "Formations"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("trainings.permissions")

        from efc_platform.shared import search
        from structures.cohorts import CALENDAR
        from structures.merging import FOLLOWING, Following
        from structures.silence import NEWS
        from trainings import circles, gathering, notifications, personal_data
        from trajectories import story
        from trajectories.ties import TIES

        circles.register()
        notifications.register()
        personal_data.register()
        FOLLOWING.register("trainings.Enrolment", Following("inscriptions à des formations"))
        CALENDAR.register("sessions", gathering.cohort_sessions)
        NEWS.register("sessions", gathering.last_session)
        story.SOURCES.register("trainings", gathering.training_moments)
        story.FILTERS.register("formations", story.Filter("les formations et rencontres", frozenset({"training"})))
        search.SOURCES.register("trainings", search.Source("Formations", 40, gathering.find_trainings))
        TIES.register("session", gathering.SESSIONS)
