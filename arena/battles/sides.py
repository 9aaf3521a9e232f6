"""Which contestant answers where.

On the opening turn the side tells it. Later turns of a scored conversation are two samples of the contestant that was
chosen; a battle of pairs chooses none, and its sides stay with their contestants.
"""

from django.db.models import Q

from arena.battles.models import AbandonedDraw, Battle, Side
from models_registry.models import Contestant, ContestantSnapshot


def drawn_snapshots(draw: Battle | AbandonedDraw) -> dict[Side, int]:
    """Return the keys of the contestants that were drawn, by the side that each opens on."""
    keys = {side: getattr(draw, f"snapshot_{side}_id") for side in Side}
    return {side: key for side, key in keys.items() if key is not None}


def opening_side(battle: Battle, *, side: str, turn_index: int) -> Side:
    """Return the side of the opening turn on which the contestant stood who answers here."""
    return Side(battle.chosen_side if turn_index and battle.chosen_side else side)


def answering_snapshot_id(battle: Battle, *, side: str, turn_index: int) -> int:
    """Return the key of the contestant who answers on a side of a turn. No query."""
    key: int = getattr(battle, f"snapshot_{opening_side(battle, side=side, turn_index=turn_index)}_id")
    return key


def answering_snapshot(battle: Battle, *, side: str, turn_index: int) -> ContestantSnapshot:
    """Return the contestant who answers on a side of a turn; a query where the battle has not got it yet."""
    snapshot: ContestantSnapshot = getattr(battle, f"snapshot_{opening_side(battle, side=side, turn_index=turn_index)}")
    return snapshot


def answered_by(contestant: Contestant) -> Q:
    """Return the condition that a completion is of a contestant: `answering_snapshot_id` in SQL."""
    battle = "turn__battle__"
    went_on = Q(turn__index__gt=0) & ~Q(**{f"{battle}chosen_side": ""})
    found = Q()
    for side in Side:
        own = Q(**{f"{battle}snapshot_{side}__contestant": contestant})
        found |= own & (Q(side=side) & ~went_on | Q(**{f"{battle}chosen_side": side}) & went_on)
    return found
