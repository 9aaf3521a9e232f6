"""Weight boards to populations, and put the figures in the place of those that are shown when that is safe."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.utils import timezone

from ratings.board_settings import BoardSettings, read_board_settings
from ratings.core.arrays import BoolArray
from ratings.core.errors import RatingsError
from ratings.divided_votes import DividedVotes, divide_votes
from ratings.group_cells import cells_of, choose_cells
from ratings.group_steps import Shown, cells_held_back, is_step_due, mark_cells, mark_people, pack, shown_after, unpack
from ratings.models import Leaderboard, PopulationFigures
from ratings.population_rows import PopulationContent
from ratings.populations import PlacedRaters, place_raters
from ratings.sources import load_board_input
from ratings.weighted_board import find_voters, missing_shares, weigh, weighted_ratings
from ratings.weighted_juries import compare_juries

# How many raters there are is told in steps of this many, rounded down.
ROUNDED_TO = 10
logger = structlog.get_logger(__name__)


def refresh_all_populations() -> None:
    """Bring the figures of every board that is weighted to populations up to date."""
    for slug in Leaderboard.objects.exclude(current=None).values_list("slug", flat=True):
        refresh_populations(slug=slug)


def refresh_populations(*, slug: str) -> None:
    """Weight a board to every population that its source knows, and forget the figures of others.

    Figures change in steps of so many people that nobody stands out: see `ratings.group_steps`. One that cannot be
    computed is logged, and nothing is shown of it.

    Raises
    ------
    Leaderboard.DoesNotExist
        Without such a leaderboard.
    """
    board = Leaderboard.objects.select_related("current").get(slug=slug)
    board_input = load_board_input(board.kind, {**board.slice, "protocol": board.protocol})
    grouping = board_input.grouping()
    placed = [place_raters(each, grouping) for each in board_input.populations()] if grouping else []
    known = [each for each in placed if each is not None]
    board.populations.exclude(slug__in=[each.population.slug for each in known]).delete()
    if board.current is None or grouping is None:
        return
    votes = divide_votes(board_input, grouping, board.current.rows)
    settings = read_board_settings(board.current.settings)
    for each in known:
        _refresh(board, votes, each, settings)


def _refresh(board: Leaderboard, votes: DividedVotes, placed: PlacedRaters, settings: BoardSettings) -> None:
    slug, now = placed.population.slug, timezone.now()
    before = board.populations.filter(slug=slug).first()
    shown = unpack(bytes(before.shown)) if before else Shown()
    grouping = placed.grouping(votes.grouping)
    marked = mark_cells(grouping, votes.comparisons)
    chosen = choose_cells(grouping, votes.rater, held_back=cells_held_back(shown, marked, grouping.minimum))
    wanted = cells_of(grouping, chosen)
    age = now - before.taken_at if before else timedelta.max
    if _is_still_right(before, placed, grouping.minimum) and not is_step_due(
        shown, marked, grouping, wanted=wanted, age=age
    ):
        return
    remembered = pack(shown_after(shown, marked, wanted, mark_people(grouping, chosen)))
    content = _content(votes, placed, chosen, settings)
    PopulationFigures.objects.update_or_create(
        leaderboard=board, slug=slug, defaults={"taken_at": now, "content": content, "shown": remembered}
    )
    logger.info("population published", leaderboard=board.slug, population=slug, models=len(content["ratings"]))


def _is_still_right(before: PopulationFigures | None, placed: PlacedRaters, minimum: int) -> bool:
    """Tell whether figures are of these margins, and of as many people as figures must be about now."""
    if before is None:
        return False
    content: PopulationContent = before.content
    return content["sha256"] == placed.population.sha256 and content["minimum"] >= minimum


def _content(
    votes: DividedVotes, placed: PlacedRaters, chosen: Sequence[BoolArray], settings: BoardSettings
) -> PopulationContent:
    population = placed.population
    content = PopulationContent(
        title=population.title,
        source=population.source,
        sha256=population.sha256,
        level=settings.method.level,
        minimum=votes.grouping.minimum,
        raters=0,
        others=0,
        effective=0,
        design_effect=1.0,
        missing={},
        ratings=[],
        juries=[],
    )
    whole, *margins = chosen
    voters = find_voters(votes, placed) if whole.any() else None
    if voters is None:
        return content
    try:
        weights = weigh(voters, placed)
        ratings = weighted_ratings(votes, voters, weights.weights, settings)
    except RatingsError as error:
        logger.info("population_not_possible", population=population.slug, reason=str(error))
        return content
    everybody = len(set(votes.rater.tolist()))
    return {
        **content,
        "raters": _rounded(len(voters.numbers)),
        "others": _rounded(everybody - len(voters.numbers)),
        "effective": round(weights.effective_size),
        "design_effect": weights.design_effect,
        "missing": missing_shares(voters, placed),
        "ratings": ratings,
        "juries": compare_juries(voters, placed, margins, minimum=votes.grouping.minimum, seed=settings.seed),
    }


def _rounded(number: int) -> int:
    return number // ROUNDED_TO * ROUNDED_TO
