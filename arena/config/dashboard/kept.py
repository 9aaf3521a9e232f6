"""Figures that this process holds for a while, as every reading of all of them goes through the votes of two weeks."""

from collections.abc import Sequence

from django.core.cache import caches

from arena.config.dashboard.figures import Figures, read_figures
from arena.config.dashboard.periods import Span

# Hours and days that are over change little: a battle of theirs may still be skipped, a rater sign in or be erased.
OVER_SECONDS = 600
# Shorter than the page waits before it renews itself, so that whoever watches it alone always sees it change.
MOVING_SECONDS = 20


def kept_figures(spans: Sequence[Span]) -> dict[str, Figures]:
    """Return the figures of every bucket of the spans by its key: at most 20 seconds old, of those over ten minutes.

    Two queries for those that this process does not hold.
    """
    over = {f"figures:{row.start.isoformat()}-{row.end.isoformat()}": row for span in spans for row in span.over}
    # Their end is another each time; where they begin tells one hour's from the next one's.
    moving = {f"figures:{row.key}:{row.start.isoformat()}": row for span in spans for row in span.moving}
    names = over | moving
    held: dict[str, Figures] = caches["process"].get_many(names)
    missing = [name for name in names if name not in held]
    if missing:
        found = read_figures([names[name] for name in missing])
        read = {name: found[names[name].key] for name in missing}
        caches["process"].set_many({name: read[name] for name in read if name in over}, OVER_SECONDS)
        caches["process"].set_many({name: read[name] for name in read if name in moving}, MOVING_SECONDS)
        held |= read
    return {bucket.key: held[name] for name, bucket in names.items()}
