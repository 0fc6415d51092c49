"""People: persons, users, roles, invitations."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("accounts.permissions")

        from accounts import tasks
        from efc_platform.backstage import jobs

        jobs.RUNNERS.register("invitation", tasks.run_invitation)
