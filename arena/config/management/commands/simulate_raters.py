from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.battles.services.simulating import Simulation, SimulationError, remove_simulated, simulate_raters
from arena.battles.simulation.tastes import Differences
from arena.config.demo.registry import read_registry
from arena.studies.models import Study


class Command(BaseCommand):
    help = "Add simulated raters with profiles, and their votes on the demo's contestants, whose order is known."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--raters", type=int, default=400)
        parser.add_argument("--votes-per-rater", type=int, default=15, help="On average; some cast many more.")
        parser.add_argument("--study", default="", help="Its short name; else the open arena.")
        parser.add_argument("--seed", type=int, default=8, help="The same seed gives the same votes; it works once.")
        parser.add_argument("--profiled", type=float, default=0.9, help="The share of raters with a profile.")
        parser.add_argument("--differences", type=float, default=0.25, help="Between groups, on the natural-log scale.")
        parser.add_argument("--remove", action="store_true", help="Take away what was added with this seed.")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        if options["remove"]:
            removed = remove_simulated(seed=options["seed"], progress=self.show)
            self.stdout.write(f"Removed {removed} simulated raters.")
            return
        try:
            added = simulate_raters(self.simulation(options), progress=self.show)
        except SimulationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Added {added.raters} simulated raters, {added.profiles} of them with a profile, and {added.votes} votes."
        )

    def simulation(self, options: dict[str, Any]) -> Simulation:  # Any: as above
        return Simulation(
            study=self.study(options["study"]),
            strengths=read_registry().strengths,
            raters=options["raters"],
            votes=options["raters"] * options["votes_per_rater"],
            seed=options["seed"],
            profiled=options["profiled"],
            differences=Differences(groups=options["differences"]),
        )

    def study(self, slug: str) -> Study:
        wanted = {"slug": slug} if slug else {"is_default": True}
        study = Study.objects.select_related("protocol").filter(**wanted).first()
        if study is None:
            raise CommandError("There is no such study. Prepare the arena first, or name one that there is.")
        return study

    def show(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done} of {total}", ending="" if done < total else "\n")
        self.stderr.flush()
