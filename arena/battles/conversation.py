"""What the page of a scored conversation shows before its end: blind, with the rater's own scores."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from arena.battles.blind import BlindAnswer, BlindBattle, BlindTurn
from arena.battles.limits import conversation_is_full
from arena.battles.models import MIDDLE, Score, Turn
from arena.battles.protocols import WayOfAsking


@dataclass(frozen=True, slots=True)
class ScoredAnswer:
    """One pane: where it stands, what it says, and what its rater thought of it, if they have said so.

    `slider` is where its slider stands when the page is shown, `is_middle` whether the middle was confirmed.
    """

    side: str
    answer: BlindAnswer
    score: int | None
    is_chosen: bool
    slider: int
    is_middle: bool


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    turn: BlindTurn
    answers: tuple[ScoredAnswer, ...]

    @property
    def is_scored(self) -> bool:
        return all(answer.score is not None for answer in self.answers)

    @property
    def characters(self) -> int:
        """How much of it later turns carry along: the prompt and the answer that was chosen."""
        return len(self.turn.prompt) + sum(len(row.answer.text) for row in self.answers if row.is_chosen)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A scored conversation as its rater may see it; what `battle` says of votes does not apply."""

    battle: BlindBattle
    turns: tuple[ConversationTurn, ...]
    can_score: bool
    can_continue: bool
    can_finish: bool

    @property
    def is_last_scored(self) -> bool:
        return self.turns[-1].is_scored

    @property
    def is_short(self) -> bool:
        """Whether another turn is due before the conversation may be finished."""
        return self.is_last_scored and not self.can_finish


Given = Mapping[tuple[int, str], tuple[int, bool]]


def conversation(blind: BlindBattle, way: WayOfAsking, kept: Mapping[str, str]) -> Conversation:
    """Return a scored conversation with the scores so far, and sliders where a refused form had them. One query."""
    given = _scores(blind.id)
    turns = tuple(_turn(turn, given, kept) for turn in blind.turns)
    last = turns[-1]
    complete = blind.is_open and last.turn.status == Turn.Status.COMPLETE
    full = conversation_is_full(turns=len(turns), characters=sum(turn.characters for turn in turns))
    scored = sum(turn.is_scored for turn in turns)
    return Conversation(
        battle=blind,
        turns=turns,
        can_score=complete and not last.is_scored,
        can_continue=complete and way.may_go_on(is_scored=last.is_scored) and not full,
        can_finish=complete and way.may_finish(turns=len(turns), scored=scored),
    )


def _scores(battle_id: uuid.UUID) -> Given:
    """Return score and whether it was chosen, by turn and side."""
    rows = Score.objects.filter(scored_turn__turn__battle=battle_id).order_by()
    facts = rows.values_list(
        "completion__turn__index", "completion__side", "value", "completion_id", "scored_turn__chosen_id"
    )
    return {(turn, side): (value, pk == chosen) for turn, side, value, pk, chosen in facts}


def _turn(turn: BlindTurn, given: Given, kept: Mapping[str, str]) -> ConversationTurn:
    answers = (_answer(side, row, given.get((turn.index, side)), kept) for side, row in turn.answers.items())
    return ConversationTurn(turn, tuple(answers))


def _answer(side: str, answer: BlindAnswer, given: tuple[int, bool] | None, kept: Mapping[str, str]) -> ScoredAnswer:
    score, is_chosen = given or (None, False)
    position = kept.get(f"score_{side}", "")
    slider = int(position) if position.isdecimal() else MIDDLE
    return ScoredAnswer(side, answer, score, is_chosen, slider, is_middle=f"middle_{side}" in kept)
