from typing import Any

from django.core.management.base import BaseCommand

from arena.config.demo.loading import load_demo


class Command(BaseCommand):
    help = "Add what is missing of the demo: models, contestants, prompts, the open arena and two leaderboards."

    def handle(self, *_args: Any, **_options: Any) -> None:  # Any: Django's signature
        report = load_demo()
        self.stdout.write(
            f"Added {report.prompts} prompts, {report.contestants} contestants and {report.leaderboards} leaderboards."
        )
