"""People: persons, users, roles."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes"

    def ready(self) -> None:
        from accounts import permissions, signals  # noqa: F401
