"""When an endpoint counts as ailing, judged by its newest answers: a pure decision."""

from collections.abc import Sequence

# How far back an endpoint is judged, and how many answers it takes.
NEWEST = 20
FEWEST = 3
MOST_FAILURES = 0.5
# These say something about the request, not about who should have answered it.
NOT_ITS_FAULT = frozenset({"too_long"})


def is_ailing(failures: Sequence[str]) -> bool:
    """Tell whether an endpoint with these newest answers is ailing; "" is an answer, anything else a failure's kind.

    The newest stands first. Three failures in a row are enough, so that a dead endpoint costs few raters a wait; a
    shaky one is judged by the share of failures among its newest twenty.
    """
    counted = [bool(failure) for failure in failures if failure not in NOT_ITS_FAULT][:NEWEST]
    if len(counted) < FEWEST:
        return False
    return all(counted[:FEWEST]) or sum(counted) > MOST_FAILURES * max(len(counted), 2 * FEWEST)


def probe_pause(probes: int) -> float:
    """Return the seconds until the next probe after so many: from half a minute, doubling up to ten minutes."""
    return float(min(600, 30 * 2 ** min(probes, 10)))
