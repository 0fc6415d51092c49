"""The community of practitioners: experience reports, what is answered to them, shared resources."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = "Communauté"

    def ready(self) -> None:
        from community import gathering

        gathering.register()
