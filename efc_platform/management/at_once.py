"""A migration that changes tables holds them for the time of its statements, and not of what Django works out."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class AtOnceExecutor(MigrationExecutor):
    """Between two operations, Django draws all models anew: seconds, during which the tables of the first operation
    are already held. Here all statements are written first, then said in one breath."""

    def apply_migration(self, state: ProjectState, migration: Migration, *args: Any, **options: Any) -> ProjectState:
        # A first migration looks at tables that it has just made, and those hold nobody up.
        is_written_first = migration.atomic and not migration.initial
        is_written_first &= all(operation.reduces_to_sql for operation in migration.operations)
        return super().apply_migration(state, _AtOnce(migration) if is_written_first else migration, *args, **options)


class _AtOnce(Migration):
    """The same migration, applied so."""

    def __init__(self, migration: Migration) -> None:
        super().__init__(migration.name, migration.app_label)
        vars(self).update(vars(migration))

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        with schema_editor.connection.schema_editor(collect_sql=True, atomic=False) as written:
            state = super().apply(project_state, written, collect_sql=True)
        statements = [one for one in written.collected_sql if not one.startswith("--")]
        if statements:
            schema_editor.execute("\n".join(statements), None)
        return state
