"""Structures: who is accompanied, by whom, with whom."""

from importlib import import_module

from django.apps import AppConfig


class StructuresConfig(AppConfig):
    name = "structures"
    verbose_name = "Structures"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("structures.permissions")

        from accounts.audit import STRUCTURES_OF
        from accounts.queries import READ_FOR_MANY
        from efc_platform.shared.search import SOURCES, Source
        from structures import archiving, circles, gathering, merging, notifications, personal_data, silence, tasks
        from structures.looks import structures_of
        from structures.models import know_ties
        from structures.queries import find_structures

        archiving.register()
        circles.register()
        gathering.register()
        merging.register()
        notifications.register()
        personal_data.register()
        tasks.register()
        silence.register()
        READ_FOR_MANY.register("ties", know_ties)
        STRUCTURES_OF.register("structures", structures_of)
        SOURCES.register("structures", Source("Structures", 10, find_structures))
