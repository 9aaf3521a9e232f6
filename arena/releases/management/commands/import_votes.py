import shutil
import time
import uuid
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.raters.models import Rater
from arena.releases.errors import ReleaseError
from arena.releases.models import VoteImport
from arena.releases.services.importing import ImportTerms, confirm_import, request_import, run_import
from arena.releases.storage import import_report, uploads

WAIT_SECONDS = 0.5


class Command(BaseCommand):
    help = "Import votes from a file into a study of imported votes. Without --yes it is only checked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, JSON lines or Parquet, or the archive of an export.")
        parser.add_argument("--study", required=True, help="Name of the study, new or one of imported votes.")
        parser.add_argument("--source", required=True, help="Where the votes come from.")
        parser.add_argument("--licence", required=True, help="Under which terms they may be used, as CC-BY-4.0.")
        parser.add_argument("--kind", choices=Rater.Kind.values, default=Rater.Kind.HUMAN, help="Who voted.")
        parser.add_argument("--yes", action="store_true", help="Store the votes when the file has been checked.")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        vote_import = self._step(self._request(options))
        counts = vote_import.counts
        self.stdout.write(
            f"Import {vote_import.pk}: {counts['votes']} votes of {counts['voters']} voters on "
            f"{counts['competitors']} models; {counts['rejected']} of {counts['rows']} lines rejected."
        )
        if counts["rejected"]:
            self.stdout.write(f"The rejected lines are in {import_report(vote_import)}.")
        if not options["yes"]:
            self.stdout.write(f"Nothing is stored yet. Agree on the page /research/imports/{vote_import.pk}/.")
            return
        confirm_import(vote_import=vote_import)
        self._step(vote_import)
        self.stdout.write("Stored. The board of the study is computed soon.")

    def _request(self, options: dict[str, Any]) -> VoteImport:  # Any: whatever argparse read
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        copy = uploads() / f"{uuid.uuid4()}.part"
        terms = ImportTerms(options["study"], options["kind"], options["source"], options["licence"])
        try:
            shutil.copyfile(file, copy)
            return request_import(upload=copy, file_name=file.name, terms=terms, user=None)
        except (ReleaseError, ValidationError) as error:
            raise CommandError(str(error)) from error
        finally:
            copy.unlink(missing_ok=True)

    def _step(self, vote_import: VoteImport) -> VoteImport:
        """Do what is to be done, or wait for the worker that was quicker to take it."""
        run_import(import_id=vote_import.pk)
        vote_import.refresh_from_db()
        while vote_import.is_under_way and not vote_import.is_silent:
            time.sleep(WAIT_SECONDS)
            vote_import.refresh_from_db()
        if vote_import.status == VoteImport.Status.FAILED:
            raise CommandError(vote_import.message)
        return vote_import
