"""The platform itself: what must be checked before anything is served."""

from django.apps import AppConfig, apps


class PlatformConfig(AppConfig):
    name = "efc_platform"
    verbose_name = "Plateforme"

    def ready(self) -> None:
        # Imported for its system check: keys that cannot seal are found at start-up, not at the first journal page.
        from django.db.models.signals import post_migrate

        from efc_platform.backups import keys  # noqa: F401
        from efc_platform.shared import encryption  # noqa: F401
        from efc_platform.shared.database_roles import keep_database

        # Sent once all migrations are done, for each application that has models: one of them hears it for all.
        post_migrate.connect(keep_database, sender=apps.get_app_config("backstage"))
