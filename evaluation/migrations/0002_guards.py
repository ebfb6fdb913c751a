"""Triggers of the rooms: states that only go forward, rows that never change."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evaluation.audit import sql as audit
from evaluation.ballots import sql as ballots
from evaluation.cycle import sql as cycle
from evaluation.recipients import sql as recipients
from evaluation.results import sql as results

ROOMS = [audit, cycle, ballots, results, recipients]


def forward(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for room in ROOMS:
        for statement in room.FORWARD[schema_editor.connection.vendor]:
            schema_editor.execute(statement)


def reverse(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for room in reversed(ROOMS):
        for statement in room.REVERSE[schema_editor.connection.vendor]:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]
    operations = [migrations.RunPython(forward, reverse)]
