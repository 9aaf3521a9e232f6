from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ratings.command_line import finding_output, output
from ratings.command_line.arguments import add_method, add_output, read_method
from ratings.command_line.findings import find_orders, find_range
from ratings.command_line.rating import Ballots, Method, rate_ballots
from ratings.core.comparisons import Comparisons
from ratings.core.errors import RatingsError
from ratings.core.pairs import count_pairs
from ratings.models import Leaderboard
from ratings.sources import BoardInput, load_board_input


class Command(BaseCommand):
    help = "Rate the models of a leaderboard by the options of `parallax rate`, and publish nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("leaderboard", help="short name, as in its address")
        add_method(parser)
        add_output(parser, ("ratings", "orders", "range"))

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        slug, path = options["leaderboard"], options["output"]
        try:
            board = Leaderboard.objects.get(slug=slug)
            text = _rate(load_board_input(board.kind, {**board.slice, "protocol": board.protocol}), options)
        except Leaderboard.DoesNotExist as error:
            known = ", ".join(Leaderboard.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no leaderboard {slug}. There are: {known or 'none'}.") from error
        except RatingsError as error:
            raise CommandError(str(error)) from error
        if path is None:
            self.stdout.write(text, ending="")
        else:
            Path(path).write_text(text, encoding="utf-8")


def _rate(found: BoardInput, options: dict[str, Any]) -> str:
    method = read_method(options, cluster=options["cluster"] or "voter")
    comparisons = _chosen(found, method)
    ballots = Ballots(
        pairs=count_pairs(comparisons),
        comparisons=comparisons,
        both_bad=found.both_bad,
        judged=found.appearances,
        rows_read=found.votes,
        rows_excluded=0,
    )
    if options["show"] == "ratings":
        return output.RENDERERS[options["format"]]([(None, rate_ballots(ballots, method))], method, None)
    is_range = options["show"] == "range"
    finding = find_range(ballots, comparisons, method) if is_range else find_orders(ballots, method)
    return finding_output.RENDERERS[options["format"]](finding, method)


def _chosen(found: BoardInput, method: Method) -> Comparisons:
    """Return the comparisons with the covariates that are asked for."""
    if not method.covariates:
        return found.comparisons
    measured = found.measured()
    unknown = [name for name in method.covariates if name not in measured.covariate_names]
    if unknown:
        known = ", ".join(measured.covariate_names) or "nothing"
        raise CommandError(f"Not measured on this board: {', '.join(unknown)}. Measured is: {known}.")
    return measured.with_covariates(method.covariates)
