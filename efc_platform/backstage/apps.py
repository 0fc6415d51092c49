"""Backstage: what makes work durable."""

from django.apps import AppConfig
from django.conf import settings


class BackstageConfig(AppConfig):
    name = "efc_platform.backstage"
    label = "backstage"
    verbose_name = "Coulisses"

    def ready(self) -> None:
        from efc_platform.backstage import mails

        mails.register()
        if settings.SENTRY_DSN:
            # Read only where it is used: the library weighs on each start.
            from efc_platform.shared.error_reports import tell_errors

            tell_errors(settings.SENTRY_DSN, environment=settings.APP_MODE)
