"""Trajectories: the référentiel, readings, interventions, journal, story and reports."""

from django.apps import AppConfig


class TrajectoriesConfig(AppConfig):
    name = "trajectories"
    verbose_name = "Trajectoires"

    def ready(self) -> None:
        from efc_platform.backstage import jobs
        from trajectories import story, tasks

        story.register_own_sources()
        jobs.RUNNERS.register("progress_report", tasks.run_progress_report)
