"""What migrations ask of a table that people are writing in, read statement by statement by Squawk (squawkhq.com)."""

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

SQUAWK = Path(sys.executable).with_name("squawk")
# The oldest that docs/production.md allows.
POSTGRESQL = "14"
LEFT_OUT = {
    # A whole migration is one transaction, or one operation whose remains are cleared: it can be told again.
    "prefer-robust-stmts",
    # Set by the command itself.
    "require-lock-timeout",
    "require-statement-timeout",
    # Django's own choice of types.
    "prefer-text-field",
    "prefer-bigint-over-smallint",
    "prefer-bigint-over-int",
    "prefer-identity",
    # On a column that has just been added nothing is scanned; on an older one constraint-missing-not-valid speaks.
    "adding-foreign-key-constraint",
}
# Written before there was an installation to disturb: their tables were empty wherever they ran, and nobody writes in
# them any more.
BEFORE_THE_FIRST_INSTALLATION = {
    *(f"{app}.0001_foundations" for app in ("accounts", "backstage", "community")),
    *(f"{app}.0001_foundations" for app in ("structures", "trainings", "trajectories")),
    "backstage.0002_watching",
    "community.0002_what_came_before",
    "community.0003_calibration",
    "efc_platform.0001_extensions",
    "trajectories.0002_network_modalities_of_appointments",
    "trajectories.0005_mass_indexes",
    "trajectories.0006_framework_versions",
    "trajectories.0010_rounds",
}


def remarks(migration: migrations.Migration, state: ProjectState) -> set[str]:
    """The rules that the statements of this migration break, after that state."""
    # Apart from the transaction of the test, in which no index is built beside its table. Nothing is written.
    apart = connection.copy("default")
    with closing(apart), apart.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    return {*of_squawk(editor.collected_sql, in_transaction=migration.atomic), *of_its_form(migration)}


def of_squawk(statements: Iterable[str], *, in_transaction: bool) -> set[str]:
    command = [str(SQUAWK), "--reporter", "json", "--pg-version", POSTGRESQL, "--stdin-filepath", "migration.sql"]
    command += ["--assume-in-transaction"] if in_transaction else []
    command += [f"--exclude={rule}" for rule in sorted(LEFT_OUT)]
    answer = subprocess.run(command, input="\n".join(statements), capture_output=True, text=True)
    assert answer.stdout, answer.stderr
    return {remark["rule_name"] for remark in json.loads(answer.stdout)}


def of_its_form(migration: migrations.Migration) -> set[str]:
    """Outside a transaction nothing is undone: one index or one batch of rows, that can be told again."""
    alone = (AddIndexConcurrently, RemoveIndexConcurrently, migrations.RunPython)
    if migration.atomic:
        rows = any(isinstance(one, migrations.RunPython) for one in migration.operations)
        tables = any(not isinstance(one, migrations.RunPython) for one in migration.operations)
        return {"rows-changed-while-tables-are-held"} if rows and tables else set()
    is_alone = len(migration.operations) == 1 and isinstance(migration.operations[0], alone)
    return set() if is_alone else {"several-steps-without-a-transaction"}


def ours() -> dict[str, migrations.Migration]:
    places = {
        one.label: Path(one.path).relative_to(settings.BASE_DIR)
        for one in apps.get_app_configs()
        if Path(one.path).is_relative_to(settings.BASE_DIR)
    }
    labels = {label for label, place in places.items() if place.parts[0] != ".venv"}
    return {f"{label}.{name}": one for (label, name), one in LOADER.disk_migrations.items() if label in labels}


LOADER = MigrationLoader(None, replace_migrations=False)
OURS = ours()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OURS.keys() - BEFORE_THE_FIRST_INSTALLATION))
def test_migration_holds_nobody_up_and_leaves_the_former_code_working(name):
    label, _, which = name.partition(".")
    assert remarks(OURS[name], LOADER.project_state((label, which), at_end=False)) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        (
            migrations.AddField("intervention", "weather", models.CharField(max_length=9, default="")),
            "ban-drop-default",
        ),
        (migrations.RemoveField("interventionshare", "decision"), "ban-drop-column"),
        (migrations.RenameField("interventionshare", "decision", "choice"), "renaming-column"),
        (
            migrations.AddIndex("interventionshare", models.Index(fields=["minutes"], name="by_minutes")),
            "require-concurrent-index-creation",
        ),
        (
            migrations.AddConstraint(
                "interventionshare", models.CheckConstraint(condition=models.Q(minutes__gt=0), name="lasts")
            ),
            "constraint-missing-not-valid",
        ),
        (
            migrations.AlterField("interventionshare", "minutes", models.BigIntegerField(null=True)),
            "changing-column-type",
        ),
    ],
)
def test_a_change_that_would_is_refused(operation, rule):
    migration = type("Migration", (migrations.Migration,), {"operations": [operation]})("next", "trajectories")
    assert rule in remarks(migration, LOADER.project_state())


@pytest.mark.django_db
def test_a_column_with_a_default_kept_by_the_database_is_welcome():
    field = models.CharField(max_length=9, default="", db_default="")
    operations = [migrations.AddField("intervention", "weather", field)]
    migration = type("Migration", (migrations.Migration,), {"operations": operations})("next", "trajectories")
    assert remarks(migration, LOADER.project_state()) == set()


def test_several_steps_outside_a_transaction_are_refused():
    index = AddIndexConcurrently("interventionshare", models.Index(fields=["minutes"], name="by_minutes"))
    kept = {"atomic": False, "operations": [index]}
    assert of_its_form(type("Migration", (migrations.Migration,), kept)("next", "trajectories")) == set()
    kept["operations"] = [index, index]
    assert of_its_form(type("Migration", (migrations.Migration,), kept)("next", "trajectories"))
