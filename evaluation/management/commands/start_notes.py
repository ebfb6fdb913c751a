"""``manage.py start_notes``: what ``make run`` prints before it serves."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from evaluation.desk.demonstration import notes


class Command(BaseCommand):
    help = "Print the addresses, and how to begin: the accounts of the demonstration city, or the first account."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in notes.addresses():
            self.stdout.write(line)
        begin = notes.demonstration() if User.objects.exists() else notes.first_steps()
        for line in begin:
            self.stdout.write(line)
