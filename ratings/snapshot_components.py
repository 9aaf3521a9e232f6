"""Who is in which component of a snapshot."""

from collections.abc import Sequence

from ratings.snapshot_rows import SnapshotRow


def members_of(rows: Sequence[SnapshotRow]) -> dict[int, list[str]]:
    """Return the short names of each component's members in alphabetical order, components by their number."""
    found: dict[int, list[str]] = {}
    for row in rows:
        if row["component"] is not None:
            found.setdefault(row["component"], []).append(row["slug"])
    return {number: sorted(found[number]) for number in sorted(found)}
