"""Keep what screening notices in a finished answer."""

from arena.battles.models import AnswerFinding, Completion
from arena.battles.sides import answering_snapshot_id
from arena.safety.identity import find_identity
from arena.safety.loops import MIN_LOOP_CHARS
from arena.safety.reasons import Reason
from arena.safety.screen import screen_answer
from models_registry.serving import Serving, serving

MOST_FINDINGS = 10


def record_findings(*, completion_id: int) -> list[AnswerFinding]:
    """Store where a finished answer names a model as its own, and whether it ends in a loop; return what was found.

    Harmless to repeat. Prompts are not looked at: who asks may name whom they like.
    """
    completion = Completion.objects.select_related("turn__battle").get(pk=completion_id)
    spans = [*_identity(completion.text, serving(_answering(completion))), *_loop(completion)]
    findings = [
        AnswerFinding(completion=completion, code=code, start=start, end=end)
        for code, start, end in spans[:MOST_FINDINGS]
    ]
    return AnswerFinding.objects.bulk_create(findings, ignore_conflicts=True)


Span = tuple[AnswerFinding.Code, int, int]


def _answering(completion: Completion) -> int:
    turn = completion.turn
    return answering_snapshot_id(turn.battle, side=completion.side, turn_index=turn.index)


def _identity(text: str, served: Serving) -> list[Span]:
    mentions = find_identity(text, own_names=served.names, own_makers=served.makers)
    return [(AnswerFinding.Code.IDENTITY, mention.start, mention.end) for mention in mentions]


def _loop(completion: Completion) -> list[Span]:
    """The last characters are certainly in the loop; where it began may be a matter of taste."""
    text = completion.text
    if completion.finish_reason != "loop" and screen_answer(text).reason is not Reason.LOOP:
        return []
    return [(AnswerFinding.Code.LOOP, max(0, len(text) - MIN_LOOP_CHARS), len(text))]
