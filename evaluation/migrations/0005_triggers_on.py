"""Bring what stands to its new shape, and put the triggers back, with those of the rooms that are new here."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from evaluation.guard.contacts import seal
from evaluation.migrations._triggers import CLOSED_LOOP, off, on


def seal_objections(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A resident's name and contact lie sealed from here on."""
    for objection in apps.get_model("evaluation", "Objection").objects.filter(by_cadre=False, sealed=None):
        objection.sealed = seal({"person": objection.person, "contact": objection.contact})
        objection.person = objection.contact = ""
        objection.save(update_fields=["sealed", "person", "contact"])


def say_how_delivered(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("evaluation", "Feedback").objects.filter(how="", delivered_at__isnull=False).update(how="page")


def say_what_was_done(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Items of published plans get the day that was published, and those reported on a day on which they were done."""
    items = apps.get_model("evaluation", "PlanItem").objects.filter(plan__published_at__isnull=False)
    for item in items.select_related("plan"):
        item.first_due = item.first_due or item.due
        if item.completion and not item.completed_on:
            item.completed_on = timezone.localdate(item.plan.completed_at or item.plan.published_at)
        item.save(update_fields=["first_due", "completed_on"])


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0004_closed_loop")]
    operations = [
        migrations.RunPython(seal_objections, migrations.RunPython.noop),
        migrations.RunPython(say_how_delivered, migrations.RunPython.noop),
        migrations.RunPython(say_what_was_done, migrations.RunPython.noop),
        migrations.RunPython(on(CLOSED_LOOP), off),
    ]
