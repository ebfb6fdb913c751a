"""Taking triggers off and putting them back around a change of tables: SQLite makes a table anew and loses its triggers.

Off reads what stands in the database, not what the rooms say today, so that an older installation can still be brought
forward. On PostgreSQL the functions of the triggers go with them.
"""

from collections.abc import Callable, Iterable
from types import ModuleType

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evaluation.audit import sql as audit
from evaluation.ballots import sql as ballots
from evaluation.bonus import sql as bonus
from evaluation.cycle import sql as cycle
from evaluation.daily import sql as daily
from evaluation.recipients import sql as recipients
from evaluation.rectification import sql as rectification
from evaluation.results import sql as results
from evaluation.results import sql_answers as answers

# The rooms that have triggers from 0005 on.
CLOSED_LOOP = [audit, cycle, ballots, results, answers, recipients, daily, bonus, rectification]
Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]
STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'evaluation!_%' ESCAPE '!'",
    "postgresql": """SELECT t.tgname, t.tgrelid::regclass::text, t.tgfoid::regprocedure::text
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relname LIKE 'evaluation!_%' ESCAPE '!'
            AND c.relnamespace = current_schema()::regnamespace""",
}


def off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(STANDING[vendor])
        found = cursor.fetchall()
    if vendor == "sqlite":
        for (name,) in found:
            schema_editor.execute(f'DROP TRIGGER "{name}"')
        return
    for name, table, _function in found:
        schema_editor.execute(f'DROP TRIGGER "{name}" ON {table}')
    for function in sorted({row[2] for row in found}):
        schema_editor.execute(f"DROP FUNCTION {function}")


def on(rooms: Iterable[ModuleType]) -> Step:
    """Return the step that runs the ``FORWARD`` of every room's ``sql``."""

    def put_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for room in rooms:
            for statement in room.FORWARD[schema_editor.connection.vendor]:
                schema_editor.execute(statement)

    return put_on
