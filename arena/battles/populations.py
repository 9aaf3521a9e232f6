"""The populations that boards are weighted to: margins in use, as `ratings` wants them."""

import hashlib

from arena.profiles.margins.tables import read_margin_tables
from arena.profiles.models import Margins
from ratings.populations import Population


def populations_in_use() -> list[Population]:
    """Return the populations of all margins in use; one query.

    Each field counts by itself: cells of several fields would be empty with few raters. Of a field that is in several
    tables, the first counts.
    """
    return [_population(margins) for margins in Margins.objects.exclude(in_use_since=None).order_by("slug")]


def _population(margins: Margins) -> Population:
    tables = read_margin_tables(margins.text)
    among = (margins.among_field, margins.among_value)
    return Population(
        slug=margins.slug,
        title=margins.title,
        source=margins.source,
        sha256=hashlib.sha256("\n".join([*among, margins.text]).encode()).hexdigest(),
        among=among if margins.among_field else None,
        margins={field: groups for table in reversed(tables) for field, groups in table.by_field().items()},
    )
