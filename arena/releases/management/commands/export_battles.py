import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.raters.models import Rater
from arena.releases.errors import ReleaseError
from arena.releases.filters import BattleFilter, read_filter
from arena.releases.models import Export
from arena.releases.package import ExportPlan, write_package
from arena.releases.packing import packed
from arena.releases.population import REASONS, count_population
from arena.releases.pseudonyms import new_key


class Command(BaseCommand):
    help = "Export battles with conversations and votes, as a folder or, with a name that ends in .zip, as one file."
    # They read every page of the arena, which takes longer than a small export; the server makes them when it starts.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("output", nargs="?", type=Path, help="New folder or new .zip file; none: only count.")
        parser.add_argument("--licence", default="", help="Under which terms the data may be used, as CC-BY-4.0.")
        parser.add_argument("--title", default="Parallax battles")
        parser.add_argument("--kind", choices=Rater.Kind.values, default=Rater.Kind.HUMAN)
        parser.add_argument("--since", help="First day (UTC), as 2026-11-01.")
        parser.add_argument("--until", help="Last day (UTC).")
        parser.add_argument("--study", default="", help="Short name.")
        parser.add_argument("--language", default="", help="Language tag of curated prompts, as en.")
        parser.add_argument("--category", action="append", dest="categories", help="Short name; may be given again.")
        parser.add_argument("--model", action="append", dest="models", help="Contestant; may be given again.")
        parser.add_argument("--keep-excluded", action="store_true", help="Export excluded votes too, marked as such.")
        parser.add_argument("--format", choices=Export.Format.values, default=Export.Format.PARQUET)
        parser.add_argument("--layout", choices=Export.Layout.values, default=Export.Layout.BATTLES)

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        names = ("kind", "since", "until", "study", "language", "categories", "models", "keep_excluded")
        try:
            chosen = read_filter({name: options[name] for name in names})
        except ReleaseError as error:
            raise CommandError(str(error)) from error
        if options["output"] is None:
            self._count(chosen)
            return
        if not options["licence"].strip():
            raise CommandError("Say with --licence under which terms the data may be used.")
        plan = ExportPlan(chosen, options["title"], options["licence"].strip(), options["format"], options["layout"])
        self._write(plan, options["output"])

    def _count(self, chosen: BattleFilter) -> None:
        population = count_population(chosen)
        self.stdout.write(f"{population.battles} battles are found, {population.exported} would be exported.")
        for reason, number in population.left_out.items():
            self.stdout.write(f"  {number} left out: {REASONS[reason]}")

    def _write(self, plan: ExportPlan, output: Path) -> None:
        if output.exists():
            raise CommandError(f"{output} exists already. Name a new one.")
        folder = output.with_name(output.name + ".part")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            with packed(folder, output, plan.data_file) if output.suffix == ".zip" else nullcontext():
                summary = write_package(plan, folder, key=new_key(), report=self._report)
            if output.suffix != ".zip":
                folder.rename(output)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.stderr.write("")
        self.stdout.write(f"Exported {summary['exported']} of {summary['found']} battles to {output}.")

    def _report(self, done: int, total: int | None) -> None:
        if total is not None:
            self._total = total
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {self._total}", ending="")
