"""What may be written after `parallax rate`."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ratings.command_line.rating import Method
from ratings.core.method import LEVEL, PRIOR_PRECISION, REPLICATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ratings.command_line.rating import ClusterOption

SEED = 20261
SHOWN = {
    "ratings": "with intervals and ranks",
    "orders": "beside ratings the scores by Copeland and Borda, which need no model",
    "range": "best and worst rank over reasonable ways to compute them",
    "differences": "between the groups of --by, and whether they differ at all",
    "criteria": "one order from the criteria in --by, which rewards being good in all",
}
FORMATS = ("table", "json", "csv", "latex")
EXAMPLES = """examples:
  parallax rate votes.csv
  parallax rate votes.parquet --ties davidson --format json
  parallax rate votes.csv --covariates length,headings --by language
  parallax rate votes.csv --show differences --by language
"""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole script."""
    parser = argparse.ArgumentParser(prog="parallax", description="Ratings with honest intervals.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_rate(
        commands.add_parser(
            "rate",
            help="rate the models of a file of votes",
            description="Rate the models of a file of votes: columns voter, context, a, b, winner (a, b, tie or "
            "both_bad), or an export of the arena. CSV, Parquet or JSON Lines.",
            epilog=EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    return parser


def _add_rate(rate: argparse.ArgumentParser) -> None:
    rate.add_argument("file", type=Path, help="votes: .csv, .parquet or .jsonl")
    add_method(rate)
    rate.add_argument("--weight", metavar="COLUMN", help="a column of weights")
    rate.add_argument("--by", metavar="COLUMN", help="one table for each value of a column")
    add_output(rate, tuple(SHOWN))


def add_method(rate: argparse.ArgumentParser) -> None:
    """Add the options that `read_method` reads."""
    rate.add_argument("--ties", choices=("half", "davidson", "rao-kupper"), default="half", help="model of ties (half)")
    rate.add_argument(
        "--cluster",
        choices=("voter", "context", "both", "none"),
        help="what is independent of what: voters, contexts, both ways at once, or every vote (voter where they are "
        "known, else none)",
    )
    rate.add_argument("--interval", choices=("sandwich", "bootstrap"), default="sandwich", help="of ratings (sandwich)")
    rate.add_argument("--replicates", type=_at_least(100), default=REPLICATES, help=f"of the bootstrap ({REPLICATES})")
    rate.add_argument("--level", type=_share, default=LEVEL, help=f"coverage of intervals ({LEVEL})")
    rate.add_argument("--seed", type=_at_least(0), default=SEED, help=f"of all random numbers ({SEED})")
    rate.add_argument("--prior", type=_not_negative, default=PRIOR_PRECISION, help=f"precision ({PRIOR_PRECISION})")
    rate.add_argument(
        "--covariates",
        type=_names,
        default=(),
        metavar="LIST",
        help="what to control for, with commas; x is the column x, A minus B, or x_a minus x_b",
    )
    rate.add_argument("--side", action="store_true", help="estimate what being on side A is worth")


def add_output(rate: argparse.ArgumentParser, shown: tuple[str, ...]) -> None:
    """Add what to show, how and where."""
    told = "; ".join(f"{name}: {SHOWN[name]}" for name in shown)
    rate.add_argument("--show", choices=shown, default="ratings", help=f"{told} (ratings)")
    rate.add_argument("--format", choices=FORMATS, default="table", help="of the output (table)")
    rate.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")


def read_method(options: Mapping[str, Any], *, cluster: ClusterOption) -> Method:  # Any: the value of any option
    """Return the choices of these options; `cluster` is what theirs means."""
    chosen = {field.name: options[field.name] for field in fields(Method) if field.name != "cluster"}
    return Method(cluster=cluster, **chosen)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _at_least(lowest: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        number = int(text)
        if number < lowest:
            raise argparse.ArgumentTypeError(f"must be at least {lowest}")
        return number

    return whole_number


def _share(text: str) -> float:
    number = float(text)
    if not 0.5 <= number < 1.0:  # noqa: PLR2004  named in the sentence
        raise argparse.ArgumentTypeError("must be at least 0.5 and below 1")
    return number


def _not_negative(text: str) -> float:
    number = float(text)
    if not 0.0 <= number < float("inf"):
        raise argparse.ArgumentTypeError("must be finite and at least 0")
    return number
