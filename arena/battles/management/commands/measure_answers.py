from typing import Any

from django.core.management.base import BaseCommand

from arena.battles.services.measuring import count_older_answers, measure_older_answers


class Command(BaseCommand):
    help = "Measure the style of the answers that were stored before there was a measure of it."

    def handle(self, *_args: Any, **_options: Any) -> None:  # Any: Django's signature
        waiting = count_older_answers()
        measured = measure_older_answers(most=waiting, report=lambda done: self._report(done, waiting))
        self.stdout.write(f"Measured the style of {measured} answers.")

    def _report(self, done: int, waiting: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {waiting}", ending="" if done < waiting else "\n")
