"""How often a code may be guessed and a public pass be asked for, per network and device. High enough for a hall."""

import ipaddress

from evaluation.guard.services import count_try, tries_in

WINDOW = 120
WRONG_CODES = 100
WRONG_CODES_EVERYWHERE = 1000
WRONG_CODES_THEN = 10
HOUR = 3600
DAY = 86_400
PUBLIC_PASSES_A_NETWORK = 120
PUBLIC_PASSES_A_DEVICE = 5
CHALLENGES_A_NETWORK = 600
EVERYWHERE = ["vote-code-everywhere"]


def network_of(address: str) -> str:
    """The address itself, or the /64 of an IPv6 address: one household, one hall."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def may_type_codes(network: str) -> bool:
    """Whether typed codes are still taken from this network; scanned ones always are: nobody guesses 130 bits.

    While codes are guessed from many networks at once, each of them may err less often; none is shut out by others.
    """
    here, everywhere = tries_in(buckets=[["vote-code", network], EVERYWHERE], window_seconds=WINDOW)
    return here < (WRONG_CODES if everywhere < WRONG_CODES_EVERYWHERE else WRONG_CODES_THEN)


def count_wrong_code(network: str) -> None:
    count_try(bucket_parts=["vote-code", network], limit=WRONG_CODES, window_seconds=WINDOW)
    count_try(bucket_parts=EVERYWHERE, limit=WRONG_CODES_EVERYWHERE, window_seconds=WINDOW)


def may_ask_challenge(*, network: str) -> bool:
    """Count one request for a proof of work, which costs the server a little of the same work."""
    return count_try(bucket_parts=["challenge", network], limit=CHALLENGES_A_NETWORK, window_seconds=HOUR)


def may_ask_public_pass(*, box_id: int, network: str, device: str) -> bool:
    """Count one request for a public pass."""
    box = str(box_id)
    return count_try(
        bucket_parts=["public-device", box, device], limit=PUBLIC_PASSES_A_DEVICE, window_seconds=DAY
    ) and count_try(bucket_parts=["public-network", box, network], limit=PUBLIC_PASSES_A_NETWORK, window_seconds=HOUR)
