"""Triggers off while tables change; 0005 puts them back."""

from django.db import migrations

from evaluation.audit import sql as audit
from evaluation.ballots import sql as ballots
from evaluation.cycle import sql as cycle
from evaluation.migrations._triggers import off, on
from evaluation.recipients import sql as recipients
from evaluation.results import sql as results


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_guards")]
    operations = [migrations.RunPython(off, on([audit, cycle, ballots, results, recipients]))]
