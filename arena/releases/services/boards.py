"""The board of an imported study."""

from arena.releases.models import VoteImport
from ratings.models import Leaderboard

# Behind every board of votes that were cast here.
POSITION = 1_000
# As many as the column holds.
SLUG_CHARS = 50


def board_slug(vote_import: VoteImport) -> str:
    """Return the short name of the board that holds the votes of this import.

    No other study and kind has the same one: the short name of a study has no two dashes in a row.
    """
    kind = "" if vote_import.kind == Leaderboard.Kind.HUMAN else f"{vote_import.kind}--"
    slug = f"imported-{kind}{vote_import.study.slug}"
    if len(slug) <= SLUG_CHARS:
        return slug
    number = f"--{vote_import.study_id}"
    return slug[: SLUG_CHARS - len(number)] + number


def open_board(*, vote_import: VoteImport) -> Leaderboard:
    """Return the board of the study's imported votes of this kind, made now when there is none. It is not public."""
    study = vote_import.study
    board, _made = Leaderboard.objects.get_or_create(
        slug=board_slug(vote_import),
        defaults={
            "title": f"{study.name} (imported)"[:100],
            "description": "Votes that were cast elsewhere, under other rules, and imported from a file. "
            f"Source: {vote_import.source}. Licence: {vote_import.licence}.",
            "kind": vote_import.kind,
            "protocol": study.protocol.slug,
            "slice": {"study": study.slug},
            "position": POSITION,
            "is_public": False,
        },
    )
    return board


def imported_board(vote_import: VoteImport) -> Leaderboard | None:
    """Return that board with its current snapshot, or None before the first import is stored. One query."""
    return Leaderboard.objects.select_related("current").filter(slug=board_slug(vote_import)).first()
