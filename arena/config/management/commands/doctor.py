"""Look at settings, servers, workers and files, and say what to do; exit with 1 when something must be done."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from arena.config.status_checks import Finding, examine

WORDS = {"ok": "ok     ", "warning": "warning", "problem": "problem"}


class Command(BaseCommand):
    help = "Look at settings, servers, workers and files, and say what to do."
    # It looks at these itself, and must be able to say so when they fail.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON list")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django hands through what was typed
        findings = examine()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2))
        else:
            for finding in findings:
                self._write(finding)
        if any(finding.level == "problem" for finding in findings):
            sys.exit(1)

    def _write(self, finding: Finding) -> None:
        styles = {"ok": self.style.SUCCESS, "warning": self.style.WARNING, "problem": self.style.ERROR}
        self.stdout.write(f"{styles[finding.level](WORDS[finding.level])}  {finding.subject}: {finding.message}")
        if finding.advice:
            self.stdout.write(f"         {finding.advice}")
