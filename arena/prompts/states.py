"""Which state of a prompt or of an import may follow which, and by what.

Every change is one conditional update, so of several people who decide about a row at the same time one does. A trigger
in the database holds the table of prompts below all Python (`migrations/0004_states.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.prompts.models import Prompt, PromptEvent, PromptImport

Status = Prompt.Status
Action = PromptEvent.Action


@dataclass(frozen=True, slots=True)
class Step:
    """A decision about a prompt: from which states, to which, whether it needs a reason and counts as a review."""

    sources: frozenset[str]
    to: str
    needs_reason: bool = False
    is_review: bool = False


STEPS: Mapping[str, Step] = {
    Action.SUBMITTED: Step(frozenset({Status.DRAFT}), Status.IN_REVIEW),
    Action.APPROVED: Step(frozenset({Status.IN_REVIEW}), Status.APPROVED, is_review=True),
    Action.SENT_BACK: Step(frozenset({Status.IN_REVIEW}), Status.DRAFT, needs_reason=True, is_review=True),
    Action.RETIRED: Step(
        frozenset({Status.DRAFT, Status.IN_REVIEW, Status.APPROVED}), Status.RETIRED, needs_reason=True, is_review=True
    ),
    Action.RESTORED: Step(frozenset({Status.RETIRED}), Status.IN_REVIEW),
    # Takes back what a reviewer decided in the queue.
    Action.UNDONE: Step(frozenset({Status.APPROVED, Status.DRAFT, Status.RETIRED}), Status.IN_REVIEW),
    # By somebody who may not review: what was approved was another text.
    Action.REVISED: Step(frozenset({Status.APPROVED}), Status.IN_REVIEW),
}

Batch = PromptImport.Status

IMPORT: Mapping[str, frozenset[str]] = {
    Batch.CHECKING: frozenset({Batch.READY, Batch.UNREADABLE, Batch.DISCARDED}),
    Batch.READY: frozenset({Batch.APPLYING, Batch.DISCARDED}),
    Batch.UNREADABLE: frozenset(),
    Batch.APPLYING: frozenset({Batch.APPLIED}),
    Batch.APPLIED: frozenset({Batch.UNDOING}),
    Batch.UNDOING: frozenset({Batch.UNDONE}),
    Batch.UNDONE: frozenset(),
    Batch.DISCARDED: frozenset(),
}


def allowed_steps() -> frozenset[tuple[str, str]]:
    """Return every pair of states of a prompt of which the second may follow the first."""
    return frozenset((source, step.to) for step in STEPS.values() for source in step.sources)


def advance_import(pk: int, *, to: str, **fields: object) -> bool:
    """Move an import to state `to` and set `fields` with it, if it may go there; tell whether it did."""
    sources = [before for before, after in IMPORT.items() if to in after]
    return PromptImport.objects.filter(pk=pk, status__in=sources).update(status=to, **fields) == 1
