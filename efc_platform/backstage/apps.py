"""Backstage: what makes work durable."""

from django.apps import AppConfig


class BackstageConfig(AppConfig):
    name = "efc_platform.backstage"
    label = "backstage"
    verbose_name = "Coulisses"

    def ready(self) -> None:
        from efc_platform.backstage import mails

        mails.register()
