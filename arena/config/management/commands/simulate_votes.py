from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.battles.services.simulating import SimulationError, simulate_votes
from arena.config.demo.registry import read_registry


class Command(BaseCommand):
    help = "Add votes of simulated raters on the demo's contestants, whose order is known."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--raters", type=int, default=40)
        parser.add_argument("--votes", type=int, default=1200)
        parser.add_argument("--seed", type=int, default=7, help="The same seed gives the same votes; it works once.")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        strengths = read_registry().strengths
        try:
            votes = simulate_votes(
                strengths=strengths, raters=options["raters"], votes=options["votes"], seed=options["seed"]
            )
        except SimulationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added {votes} simulated votes.")
