"""The platform itself: what must be checked before anything is served."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "efc_platform"
    verbose_name = "Plateforme"

    def ready(self) -> None:
        # Imported for its system check: keys that cannot seal are found at start-up, not at the first journal page.
        from efc_platform.shared import encryption  # noqa: F401
