"""What the database holds of this room, whoever writes."""

FORWARD: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
REVERSE: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
