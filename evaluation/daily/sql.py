"""What the database holds of this room, whoever writes: the rules of complaints, and those of deductions."""

from evaluation.daily import sql_complaints, sql_deductions
from evaluation.guard.triggers import putting_on, taking_off

# name, event, table, condition under which it is refused, message
RULES: list[tuple[str, str, str, str, str]] = [*sql_complaints.RULES, *sql_deductions.RULES]
FORWARD, REVERSE = putting_on("daily", RULES), taking_off("daily", RULES)
