"""What was issued stays as it was issued: the triggers of the registry, and of circulars."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evaluation.migrations._triggers import on
from evaluation.registry import sql as registry
from evaluation.results import sql_circular as circulars


def off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for room in (circulars, registry):
        for statement in room.REVERSE[schema_editor.connection.vendor]:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0006_papers")]
    operations = [migrations.RunPython(on([registry, circulars]), off)]
