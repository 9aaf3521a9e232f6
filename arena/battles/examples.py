"""Battles that may be shown to everybody: their raters allow it, and nothing in them speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString

from arena.battles.models import AnswerFinding, Completion, Side, Turn, Vote
from arena.battles.rendering import render_answer
from arena.safety.personal import looks_personal
from arena.studies.models import Purpose
from arena.studies.selectors import agreed, withdrew

SHOWN = 3
# Of the newest, some may be too long or look personal.
LOOKED_AT = 12
# Three of them fit a page.
MOST_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class Example:
    """The first turn of a battle, seen from the first of two models; nothing says whose it is."""

    prompt: str
    first: SafeString
    second: SafeString
    outcome: str


def examples_of(votes: QuerySet[Vote], *, first: str) -> list[Example]:
    """Return the newest votes of these that may be shown, at most three; three queries, whatever there are.

    Left out are battles whose rater did not allow it or withdrew, prompts that are kept back, answers in which
    screening found anything, several turns, and texts that are long or look as if they held personal details.
    """
    found = AnswerFinding.objects.filter(completion__turn__battle=OuterRef("battle"))
    further = Turn.objects.filter(battle=OuterRef("battle"), index__gt=0)
    whose = {"rater": "battle__rater", "study": "battle__study"}
    allowed = (
        votes.filter(agreed(Purpose.PUBLICATION, **whose), ~withdrew(Purpose.PUBLICATION, **whose))
        .exclude(battle__prompt_revision__prompt__holdout=True)
        .filter(~Exists(found), ~Exists(further))
        .select_related("battle__snapshot_a__contestant")
        .order_by("-created_at", "-pk")
    )
    return list(islice(_examples(list(allowed[:LOOKED_AT]), first), SHOWN))


def _examples(votes: list[Vote], first: str) -> Iterator[Example]:
    battles = [vote.battle_id for vote in votes]
    prompts = dict(Turn.objects.filter(battle__in=battles).values_list("battle", "prompt"))
    answers = Completion.objects.current().filter(turn__battle__in=battles, status=Completion.Status.DONE)
    texts = {(battle, side): text for battle, side, text in answers.values_list("turn__battle", "side", "text")}
    for vote in votes:
        a_is_first = vote.battle.snapshot_a.contestant.slug == first
        prompt = prompts.get(vote.battle_id, "")
        a, b = (texts.get((vote.battle_id, side), "") for side in (Side.A, Side.B))
        if all((prompt, a, b)) and _may_be_read(f"{prompt}\n{a}\n{b}"):
            first_text, second_text = (a, b) if a_is_first else (b, a)
            outcome = _outcome(vote.winner, a_is_first=a_is_first)
            yield Example(prompt, render_answer(first_text), render_answer(second_text), outcome)


def _may_be_read(text: str) -> bool:
    return len(text) <= MOST_CHARS and not looks_personal(text)


def _outcome(winner: str, *, a_is_first: bool) -> str:
    """Return `first`, `second`, `tie` or `both_bad`."""
    if winner in {Vote.Winner.TIE, Vote.Winner.BOTH_BAD}:
        return winner
    return "first" if (winner == Vote.Winner.MODEL_A) == a_is_first else "second"
