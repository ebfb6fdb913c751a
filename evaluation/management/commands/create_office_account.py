"""``manage.py create_office_account USERNAME --name NAME``: the first account of an empty city."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services import invitation_link, invite
from evaluation.units.models import Membership, Role
from evaluation.units.services import create_account


class Command(BaseCommand):
    help = "Open an account of the office and print the one-time link with which its owner sets the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the person's name; the user name if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        user = User.objects.filter(username=username).first()
        if user is None:
            user = create_account(
                username=username,
                full_name=options["name"] or username,
                role=Role.OFFICE,
                unit=None,
                actor="command:create_office_account",
            )
        elif not Membership.objects.filter(user=user, role=Role.OFFICE).exists():
            raise CommandError(f"{username} exists and does not belong to the office: choose another user name.")
        token = invite(user=user, actor="command:create_office_account")
        self.stdout.write(invitation_link(token))
        self.stderr.write("The link works once, for 14 days. Run this command again for a new one.")
