"""The community of practitioners: experience reports, what is answered to them, shared resources."""

from importlib import import_module

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = "Communauté"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("community.permissions")

        from community import circles, gathering, notifications, personal_data, tasks
        from structures.merging import FOLLOWING, Following

        circles.register()
        gathering.register()
        notifications.register()
        personal_data.register()
        tasks.register()
        FOLLOWING.register("community.ExperienceReport", Following("retours d’expérience"))
