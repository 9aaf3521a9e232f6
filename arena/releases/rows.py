"""Battles as rows, made of a batch at a time."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from arena.battles.models import AnswerFinding, Side, Vote
from arena.battles.style import STYLE_VERSION, Style
from arena.releases.layouts import Row
from arena.releases.pseudonyms import pseudonym
from arena.releases.row_query import PLAIN, TOLD
from models_registry.models import ContestantSnapshot

Values = dict[str, Any]  # Any: what the query gathered, by name
# Made once, as are the names of the sides: a hundred thousand rows need them.
PLAIN_NAMES = [(name, TOLD + name) for name in PLAIN]
SIDE_A, SIDE_B = Side.A.value, Side.B.value
SIGNS = {Vote.Winner.MODEL_A.value: 1, Vote.Winner.MODEL_B.value: -1}


class RowMaker:
    """Makes the rows of one export. Contestants are kept, as few stand for many battles; nothing else is.

    Parameters
    ----------
    key
        That of the pseudonyms.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._contestants: dict[int, Values] = {}

    def rows(self, told: Sequence[Values]) -> list[Row]:
        """Return the rows of what was gathered of some votes; a query when a contestant is new."""
        gathered = json.loads(f"[{','.join(vote['gathered'] for vote in told)}]")
        found: list[Values] = [vote | more for vote, more in zip(told, gathered, strict=True)]
        self._learn({vote["snapshot_a"] for vote in found} | {vote["snapshot_b"] for vote in found})
        return [
            {
                "battle": pseudonym(self._key, "battle", vote["battle_id"]),
                "rater": pseudonym(self._key, "rater", vote["person"]),
                "started_at": datetime.fromtimestamp(vote["started_at"], UTC),
                "voted_at": datetime.fromtimestamp(vote["voted_at"], UTC),
                **{name: vote[column] for name, column in PLAIN_NAMES},
                **self._contestants[vote["snapshot_a"]][SIDE_A],
                **self._contestants[vote["snapshot_b"]][SIDE_B],
                **_conversations(vote["turns"]),
                **_style(vote["turns"], SIDE_A),
                **_style(vote["turns"], SIDE_B),
                **_findings(vote["findings"]),
                "strength": _strength(vote),
                **_said(vote, "reasons"),
                **_said(vote, "attributes"),
                "abandoned_draws": vote["draws"],
                "excluded": bool(vote["reasons"]),
                "exclusion_reasons": vote["reasons"],
            }
            for vote in found
        ]

    def _learn(self, wanted: set[int]) -> None:
        """Read the contestants that are not known yet."""
        unknown = wanted - set(self._contestants)
        if not unknown:
            return
        snapshots = ContestantSnapshot.objects.filter(pk__in=unknown)
        for snapshot in snapshots.select_related("contestant__language_model__organisation"):
            told = _contestant(snapshot)
            self._contestants[snapshot.pk] = {
                side: {f"{name}_{side}": value for name, value in told.items()} for side in (SIDE_A, SIDE_B)
            }


def _contestant(snapshot: ContestantSnapshot) -> Values:
    model = snapshot.contestant.language_model
    return {
        "model": snapshot.contestant.slug,
        "language_model": snapshot.payload["language_model"],
        "organisation": model.organisation.name,
        "model_licence": model.licence,
        "model_revision": snapshot.payload["revision"],
        "system_prompt": snapshot.payload["system_prompt"],
        "sampling": snapshot.payload["sampling"],
        "contestant_sha256": snapshot.sha256,
    }


def _conversations(turns: Sequence[Values]) -> Row:
    return {
        "conversation_a": _messages(turns, SIDE_A),
        "conversation_b": _messages(turns, SIDE_B),
        "turns": [
            {
                "attempt": turn["attempt"],
                "started_after": turn["started_after"],
                "released_after": turn["released_after"],
                "answer_a": turn["a"]["told"],
                "answer_b": turn["b"]["told"],
            }
            for turn in turns
        ],
    }


def _messages(turns: Sequence[Values], side: str) -> list[Values]:
    messages = []
    for turn in turns:
        messages.append({"role": "user", "content": turn["prompt"]})
        messages.append({"role": "assistant", "content": turn[side]["text"]})
    return messages


def _style(turns: Sequence[Values], side: str) -> Row:
    """Return how all answers of a side together are written; nothing of them where one was not measured."""
    answers = [turn[side] for turn in turns]
    if not answers or any(answer["version"] != STYLE_VERSION for answer in answers):
        return {f"{name}_{side}": None for name in Style._fields}
    counts = zip(*(answer["style"] for answer in answers), strict=True)
    return {
        f"{name}_{side}": None if None in count else sum(count)
        for name, count in zip(Style._fields, counts, strict=True)
    }


def _findings(findings: Sequence[Values]) -> Row:
    if not findings:
        return {"named_a": False, "named_b": False, "findings": []}
    sides = [finding["side"] for finding in findings if finding["code"] == AnswerFinding.Code.IDENTITY]
    return {"named_a": SIDE_A in sides, "named_b": SIDE_B in sides, "findings": findings}


def _strength(vote: Values) -> int | None:
    """Return how far A is better than B, from 2 to -2; nothing where that was not said."""
    strength = vote[TOLD + "strength"]
    return None if strength is None else SIGNS[vote[TOLD + "winner"]] * int(strength)


def _said(vote: Values, what: str) -> Row:
    """Return what was said of each side; nothing where it was not asked, which is not the same as an empty list."""
    if not vote[f"asked_{what}"]:
        return {f"{what}_{side}": None for side in (SIDE_A, SIDE_B)}
    return {
        f"{what}_{side}": [
            {name: value for name, value in row.items() if name != "side"}
            for row in vote[f"said_{what}"]
            if row["side"] == side
        ]
        for side in (SIDE_A, SIDE_B)
    }
