"""Proofs of work as a telephone solves them."""

import base64
import json
from typing import Any

from altcha import Challenge, solve_challenge


def solved(challenge: dict[str, Any]) -> str:
    solution = solve_challenge(Challenge.from_dict(challenge))
    assert solution
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": solution.to_dict()}).encode()).decode()
