"""Who answered in a scored conversation: told after its end is stored, and of all who were drawn."""

from dataclasses import dataclass
from datetime import datetime

from arena.battles.models import Assessment, Score
from arena.battles.reveal import display_parameters
from arena.battles.sides import drawn_snapshots
from models_registry.cards import ContestantCard, contestant_cards


@dataclass(frozen=True, slots=True)
class RevealedSpeaker:
    """One that was drawn; `score` is what its opening answer got, None where it was left out."""

    side: str
    name: str
    organisation: str
    licence: str
    parameters: str
    url: str
    score: int | None
    went_on: bool


@dataclass(frozen=True, slots=True)
class RevealedConversation:
    ended_at: datetime
    speakers: tuple[RevealedSpeaker, ...]

    @property
    def chosen(self) -> RevealedSpeaker:
        return next(speaker for speaker in self.speakers if speaker.went_on)


def reveal_conversation(*, assessment: Assessment) -> RevealedConversation:
    """Return who answered, for an end that is stored. Up to three queries.

    Raises
    ------
    ValueError
        When the assessment has no row yet: nothing is revealed before it is stored (Law 2).
    """
    if assessment._state.adding:  # noqa: SLF001 - documented by Django
        message = "only a stored assessment reveals"
        raise ValueError(message)
    battle = assessment.battle
    drawn = drawn_snapshots(battle)
    cards = contestant_cards(list(drawn.values()))
    opening = Score.objects.filter(scored_turn__turn__battle=battle, scored_turn__turn__index=0).order_by()
    scores = dict(opening.values_list("completion__side", "value"))
    return RevealedConversation(
        ended_at=assessment.created_at,
        speakers=tuple(
            _speaker(side, cards[key], scores.get(side), went_on=side == battle.chosen_side)
            for side, key in drawn.items()
        ),
    )


def _speaker(side: str, card: ContestantCard, score: int | None, *, went_on: bool) -> RevealedSpeaker:
    return RevealedSpeaker(
        side=side,
        name=card.name,
        organisation=card.organisation,
        licence=card.licence,
        parameters=display_parameters(card.parameters),
        url=card.website,
        score=score,
        went_on=went_on,
    )
