"""What the page "My data" shows."""

from dataclasses import dataclass

from django.utils.functional import Promise

from arena.battles.models import Battle
from arena.raters.holdings import holdings
from arena.raters.models import Rater
from arena.raters.selectors import selves
from arena.studies.models import ConsentDecision, ConsentRevision, Purpose, Study
from arena.studies.selectors import decisions_in_force, texts_in_force


@dataclass(frozen=True, slots=True)
class Choice:
    """One text in force, and how the person stands to it.

    Attributes
    ----------
    given : whether they agreed to it as it is now.
    is_stale : whether they agreed to an earlier version, which counts no more.
    by_terms : whether comparisons of theirs stand under terms that allow it without a decision of its own.
    """

    text: ConsentRevision
    given: bool
    is_stale: bool
    by_terms: bool


@dataclass(frozen=True, slots=True)
class Held:
    """How many of one sort there are."""

    name: str
    label: Promise | str
    number: int


def held_of(rater: Rater) -> list[Held]:
    """Return what every room holds of a person, the highest room first; one query or two for each."""
    raters = selves(rater.pk)
    return [Held(holding.name, holding.label, holding.count(raters)) for holding in holdings()]


def choices_of(rater: Rater, study: Study) -> list[Choice]:
    """Return how a person stands to each text of a study that is in force; three queries."""
    decided: dict[str, list[ConsentDecision]] = {}
    for decision in decisions_in_force(rater.pk).filter(study=study):
        decided.setdefault(decision.purpose, []).append(decision)
    under_terms = Battle.objects.filter(rater__in=selves(rater.pk), study=study, consent_revision__covers_research=True)
    texts = texts_in_force(study=study)
    return [
        _choice(texts[purpose], decided.get(purpose, []), by_terms=purpose == Purpose.RESEARCH and under_terms.exists())
        for purpose in Purpose
        if purpose in texts and purpose != Purpose.PRIVACY
    ]


def _choice(text: ConsentRevision, decisions: list[ConsentDecision], *, by_terms: bool) -> Choice:
    yes = bool(decisions) and all(decision.given for decision in decisions)
    given = yes and any(decision.revision.is_in_force for decision in decisions)
    return Choice(
        text=text,
        given=given,
        is_stale=yes and not given,
        by_terms=by_terms and not decisions,
    )
