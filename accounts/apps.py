"""People: persons, users, roles, invitations."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("accounts.permissions")

        from django.contrib.auth.signals import user_login_failed

        from accounts import tasks
        from accounts.middleware import record_failed_sign_in
        from efc_platform.backstage import jobs

        jobs.RUNNERS.register("invitation", tasks.run_invitation)
        user_login_failed.connect(record_failed_sign_in, dispatch_uid="record_failed_sign_in")
