"""Which battles a filter finds, which of them are exported, and why the others are not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from arena.battles.models import Battle, Exclusion, Vote
from arena.prompts.selectors import in_languages
from arena.raters.models import Rater
from arena.releases.filters import BattleFilter
from arena.studies.models import Purpose
from arena.studies.selectors import agreed, withdrew

BATCH = 500
# How many batches of keys one query reads: composing it takes as long as reading that many.
BATCHES_AT_ONCE = 20
# In the order in which a battle is asked; the first that fits is its reason.
REASONS = {
    "open": _("not ended yet"),
    "skipped": _("skipped by the rater"),
    "ended": _("ended without a vote"),
    "holdout": _("the prompt is kept back and never exported"),
    "research": _("its rater does not allow it in data sets for research"),
    "excluded": _("the vote is excluded from the boards"),
    "tie": _("a tie: neither answer was chosen"),
    "both_bad": _("both bad: neither answer was chosen"),
    "no_text": _("there is no conversation, as with simulated votes"),
}


@dataclass(frozen=True, slots=True)
class Population:
    """What a filter finds: how many battles in all, how many are exported, and how many are not by reason."""

    battles: int
    exported: int
    left_out: dict[str, int]
    winners: dict[str, int]
    last_vote: int


def battles_of(chosen: BattleFilter) -> QuerySet[Battle]:
    """Return every battle that the filter finds, with vote or without."""
    battles = Battle.objects.filter(_conditions(chosen, ""), kind=chosen.kind)
    return battles.order_by()


def exported_votes(chosen: BattleFilter) -> QuerySet[Vote]:
    """Return the votes whose battles are exported, oldest first."""
    votes = Vote.objects.filter(_conditions(chosen, "battle__"), kind=chosen.kind)
    votes = votes.exclude(battle__prompt_revision__prompt__holdout=True)
    if chosen.kind == Rater.Kind.HUMAN:
        votes = votes.filter(_research_allowed(terms="consent_revision", battle="battle__"))
    if not chosen.keep_excluded:
        votes = votes.filter(~Exists(Exclusion.objects.filter(vote=OuterRef("pk"))))
    return votes.order_by("pk")


def count_population(chosen: BattleFilter) -> Population:
    """Count what the filter finds; two queries that read every battle of the filter."""
    reasons = battles_of(chosen).annotate(reason=_reason(chosen)).values_list("reason").annotate(Count("pk"))
    counted = dict(reasons)
    votes = exported_votes(chosen).order_by().values_list("winner").annotate(Count("pk"), Max("pk"))
    by_winner = sorted(votes)
    return Population(
        battles=sum(counted.values()),
        exported=counted.pop("", 0),
        left_out={name: counted[name] for name in REASONS if counted.get(name)},
        winners={winner: number for winner, number, _last in by_winner},
        last_vote=max((last for _winner, _number, last in by_winner), default=0),
    )


def vote_batches(chosen: BattleFilter, *, last_vote: int, size: int = BATCH) -> Iterator[list[int]]:
    """Yield the keys of the exported votes up to `last_vote`, in order, `size` at a time; one query for twenty batches.

    By key and not by cursor: no transaction stays open while files are written, and votes never change.
    """
    after = 0
    while True:
        votes = exported_votes(chosen).filter(pk__gt=after, pk__lte=last_vote)
        keys = list(votes.values_list("pk", flat=True)[: size * BATCHES_AT_ONCE])
        if not keys:
            return
        yield from (keys[start : start + size] for start in range(0, len(keys), size))
        after = keys[-1]


def _conditions(chosen: BattleFilter, prefix: str) -> Q:
    """Return the conditions on a battle that is reached by `prefix`."""
    wanted = {
        "created_at__gte": chosen.begins,
        "created_at__lt": chosen.ends,
        "study__slug": chosen.study,
        "prompt_revision__prompt__category__slug__in": chosen.categories,
    }
    # Scored conversations are no votes on pairs, and have no export yet (Law 9).
    condition = Q(**{f"{prefix}conversation_type": ""})
    condition &= Q(**{f"{prefix}{name}": value for name, value in wanted.items() if value})
    if chosen.language:
        condition &= in_languages(f"{prefix}prompt_revision__prompt__language", [chosen.language])
    if chosen.models:
        condition &= Q(**{f"{prefix}snapshot_a__contestant__slug__in": chosen.models}) | Q(
            **{f"{prefix}snapshot_b__contestant__slug__in": chosen.models}
        )
    return condition


def _research_allowed(*, terms: str, battle: str) -> Q:
    """Whether the rater allows the battle in data sets: by a decision, or by the terms of the vote, if they said so.

    Who withdrew has withdrawn, whatever the terms said.
    """
    whose = {"rater": f"{battle}rater", "study": f"{battle}study"}
    said_yes = Q(agreed(Purpose.RESEARCH, **whose)) | Q(**{f"{terms}__covers_research": True})
    return said_yes & ~Q(withdrew(Purpose.RESEARCH, **whose))


def _reason(chosen: BattleFilter) -> Case:
    """Return why a battle is not exported; an empty text when it is."""
    without_vote = [Battle.Status.OPEN, Battle.Status.SKIPPED, Battle.Status.ENDED]
    cases = [When(status=status, then=Value(str(status))) for status in without_vote]
    cases.append(When(prompt_revision__prompt__holdout=True, then=Value("holdout")))
    if chosen.kind == Rater.Kind.HUMAN:
        allowed = _research_allowed(terms="vote__consent_revision", battle="")
        cases.append(When(~allowed, then=Value("research")))
    if not chosen.keep_excluded:
        excluded = Exclusion.objects.filter(vote__battle=OuterRef("pk"))
        cases.append(When(Exists(excluded), then=Value("excluded")))
    return Case(*cases, default=Value(""), output_field=CharField())
