"""People: persons, users, roles, invitations."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes"

    def ready(self) -> None:
        # Importing it declares the application's lines in the table of acts.
        import_module("accounts.permissions")
        # Connects what changes of factors and sessions set off.
        import_module("accounts.signals")

        from django.contrib.auth.signals import user_logged_in, user_login_failed

        from accounts import gathering, middleware, notifications, retention, tasks

        gathering.register()
        notifications.register()
        retention.register()
        tasks.register()
        user_logged_in.connect(middleware.remember_terms, dispatch_uid="remember_terms")
        user_login_failed.connect(middleware.record_failed_sign_in, dispatch_uid="record_failed_sign_in")
