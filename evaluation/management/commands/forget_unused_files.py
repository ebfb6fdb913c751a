"""``manage.py forget_unused_files``: what a failed upload left behind, a day later."""

from typing import Any

from django.core.management.base import BaseCommand

from evaluation.files.unused import forget_stray_bytes, forget_unused_files


class Command(BaseCommand):
    help = "Delete uploaded files older than a day that no record refers to, and bytes that have no row."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = forget_unused_files(actor="shell")
        self.stdout.write(f"{rows} files that nothing refers to, {forget_stray_bytes()} without a row: deleted.")
