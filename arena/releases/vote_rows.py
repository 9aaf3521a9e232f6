"""One row of a file as a vote, or the reason why it is none."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from arena.battles.models import Vote
from arena.releases.models import ImportedVote, VoteImport

WINNERS = {
    "a": Vote.Winner.MODEL_A,
    "model_a": Vote.Winner.MODEL_A,
    "b": Vote.Winner.MODEL_B,
    "model_b": Vote.Winner.MODEL_B,
    "tie": Vote.Winner.TIE,
    "both_bad": Vote.Winner.BOTH_BAD,
    "bothbad": Vote.Winner.BOTH_BAD,
    "tie (bothbad)": Vote.Winner.BOTH_BAD,
}
SHOWN_CHARS = 40
Cells = dict[str, Any]  # Any: what the file holds


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote as the file tells it."""

    voter: str
    context: str
    a: str
    b: str
    winner: str
    category: str = ""
    language: str = ""
    named: bool = False
    voted_at: datetime | None = None


class RowError(ValueError):
    """Why a row is no vote, as a sentence."""


class RowJudge:
    """Tells votes from other rows of one file; it remembers battles, so that none counts twice.

    Parameters
    ----------
    form, kind
        Of the file, as `VoteImport` has them.
    """

    def __init__(self, *, form: str, kind: str) -> None:
        self._read = self._exported if form == VoteImport.Form.EXPORT else _plain
        self._kind = kind
        self._battles: set[str] = set()

    def judge(self, cells: Cells) -> VoteRow:
        """Return the vote.

        Raises
        ------
        RowError
            With the reason why there is none.
        """
        vote = self._read(cells)
        if vote.a == vote.b:
            raise RowError("Both sides are the same.")
        return vote

    def _exported(self, cells: Cells) -> VoteRow:
        kind, battle = _text(cells, "kind"), _text(cells, "battle")
        if kind != self._kind:
            raise RowError(f"The vote is of the kind “{_short(kind)}”, and this import of the kind “{self._kind}”.")
        if _truth(cells.get("excluded")):
            raise RowError("The vote was excluded where it was cast.")
        if battle in self._battles:
            raise RowError("The battle stands in the file twice.")
        self._battles.add(battle)
        return VoteRow(
            voter=_text(cells, "rater"),
            context=battle,
            a=_text(cells, "model_a"),
            b=_text(cells, "model_b"),
            winner=_winner(cells),
            category=_text(cells, "category", needed=False),
            language=_text(cells, "language", needed=False)[: ImportedVote.LANGUAGE_CHARS],
            named=_truth(cells.get("named_a")) or _truth(cells.get("named_b")),
            voted_at=_moment(cells.get("voted_at")),
        )


def _plain(cells: Cells) -> VoteRow:
    return VoteRow(
        voter=_text(cells, "voter"),
        context=_text(cells, "context", needed=False),
        a=_text(cells, "a"),
        b=_text(cells, "b"),
        winner=_winner(cells),
    )


def _text(cells: Cells, name: str, *, needed: bool = True) -> str:
    value = cells.get(name)
    text = "" if value is None else str(value).strip()
    if needed and not text:
        raise RowError(f"{name} is empty.")
    if len(text) > ImportedVote.LABEL_CHARS:
        raise RowError(f"{name} is longer than {ImportedVote.LABEL_CHARS} characters.")
    if not text.isprintable():
        raise RowError(f"{name} holds characters that cannot be shown.")
    return text


def _winner(cells: Cells) -> str:
    told = _text(cells, "winner")
    winner = WINNERS.get(told.lower())
    if winner is None:
        raise RowError(f"winner is “{_short(told)}”; it must be a, b, tie or both_bad.")
    return winner


def _truth(value: object) -> bool:
    return value is True or str(value).lower() == "true"


def _moment(value: object) -> datetime | None:
    """Return the moment; one that cannot be read is none, as a board does not need it."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
