"""The only place that turns a battle with a stored vote into names."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.battles.blind import RevealedBattle, RevealedModel
from arena.battles.models import Completion, Side, Vote
from arena.battles.selectors import current_answers
from models_registry.cards import ContestantCard, contestant_cards
from ratings.selectors import RatingNow, current_ratings

MILLION = 1_000_000
BILLION = 1_000_000_000


def voted_answers(*, vote: Vote) -> list[Completion]:
    """Return the answers of a vote that is stored, with what the reveal tells of them. One query.

    Raises
    ------
    ValueError
        As `reveal_models`.
    """
    _require_stored(vote)
    return list(current_answers(vote.battle_id, "started_at", "finished_at", "completion_tokens"))


def reveal_models(*, vote: Vote, answers: Sequence[Completion] | None = None) -> RevealedBattle:
    """Return who answered, for a vote that is stored. Up to three queries where names and ratings are not held.

    `answers` are those of `voted_answers`, where they have been read already.

    Raises
    ------
    ValueError
        When the vote has no row yet: nothing is revealed before the vote is stored (Law 2).
    """
    _require_stored(vote)
    a, b = vote.battle.snapshot_a_id, vote.battle.snapshot_b_id
    cards = contestant_cards([a, b])
    completions = voted_answers(vote=vote) if answers is None else answers
    ratings = current_ratings(kind=vote.kind)
    return RevealedBattle(
        winner=vote.winner,
        winner_label=str(Vote.Winner(vote.winner).label),
        voted_at=vote.created_at,
        a=_revealed(cards[a], [row for row in completions if row.side == Side.A], ratings),
        b=_revealed(cards[b], [row for row in completions if row.side == Side.B], ratings),
    )


def _require_stored(vote: Vote) -> None:
    if vote._state.adding:  # noqa: SLF001 - documented by Django
        message = "only a stored vote reveals"
        raise ValueError(message)


def _revealed(card: ContestantCard, completions: list[Completion], ratings: dict[str, RatingNow]) -> RevealedModel:
    now = ratings.get(card.slug)
    return RevealedModel(
        name=card.name,
        organisation=card.organisation,
        licence=card.licence,
        parameters=display_parameters(card.parameters),
        url=card.website,
        seconds=_("%(seconds).1f s") % {"seconds": sum(map(_seconds, completions))},
        tokens=_tokens(completions),
        rating=f"{now.rating:.0f}" if now else "",
        interval=_interval(now),
        rank=_rank(now),
    )


def _tokens(completions: list[Completion]) -> int | None:
    """Return how many tokens the answers had; nothing when that is not known of each."""
    counts = [row.completion_tokens for row in completions if row.completion_tokens is not None]
    return sum(counts) if len(counts) == len(completions) else None


def _seconds(completion: Completion) -> float:
    """Return how long the model took, from the worker's start to the end of the answer."""
    if completion.started_at is None or completion.finished_at is None:
        return 0.0
    return (completion.finished_at - completion.started_at).total_seconds()


def display_parameters(parameters: int | None) -> str:
    """Return a number of parameters as people say it, such as 135 million; empty when unknown."""
    if parameters is None:
        return ""
    if parameters >= BILLION:
        return _("%(number)s billion parameters") % {"number": f"{parameters / BILLION:.3g}"}
    millions = round(parameters / MILLION)
    return ngettext("%(number)d million parameters", "%(number)d million parameters", millions) % {"number": millions}


def _interval(now: RatingNow | None) -> str:
    if now is None or now.lower is None or now.upper is None:
        return ""
    return _("%(lower).0f to %(upper).0f") % {"lower": now.lower, "upper": now.upper}


def _rank(now: RatingNow | None) -> str:
    if now is None or now.rank_best is None or now.rank_worst is None:
        return ""
    if now.rank_best == now.rank_worst:
        return str(now.rank_best)
    return _("%(best)d to %(worst)d") % {"best": now.rank_best, "worst": now.rank_worst}
