"""Trajectories: the référentiel, readings, interventions, journal, story and reports."""

from importlib import import_module

from django.apps import AppConfig


class TrajectoriesConfig(AppConfig):
    name = "trajectories"
    verbose_name = "Trajectoires"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("trajectories.acts")

        from efc_platform.shared.search import SOURCES, Source
        from structures.archiving import KEEPING_OPEN
        from structures.merging import FOLLOWING, Following
        from structures.worked import WORKED
        from structures.workloads import SPENT
        from trajectories import (
            circles,
            finding,
            invitations,
            news,
            notifications,
            personal_data,
            queries,
            story,
            tasks,
        )
        from trajectories.models.tags import tell_tags_apart

        circles.register()
        notifications.register()
        invitations.register()
        personal_data.register()
        KEEPING_OPEN.register("trajectories", queries.still_travelling)
        FOLLOWING.register("trajectories.Trajectory", Following("trajectoires", queries.both_travel))
        FOLLOWING.register("trajectories.Tag", Following("étiquettes d’équipe", prepare=tell_tags_apart))
        SPENT.register("interventions", queries.minutes_spent)
        WORKED.register("interventions", queries.minutes_worked)
        news.register()
        story.register_own_sources()
        SOURCES.register("interventions", Source("Interventions", 20, finding.find_interventions))
        SOURCES.register("trials", Source("Essais", 25, finding.find_trials))
        SOURCES.register("next_steps", Source("Prochains pas", 30, finding.find_next_steps))
        tasks.register()
