"""What the database itself holds in this room."""

FORWARD: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
REVERSE: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
