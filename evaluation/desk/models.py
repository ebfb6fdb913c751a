"""When the timer last ran: what pages say of it. Nothing else rests on it."""

from django.db import models


class TimerRun(models.Model):
    """One row a step of ``advance_periods``: its last run, how many things it wrote down, and what went wrong."""

    step = models.CharField(max_length=40, primary_key=True)
    ran_at = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
