from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.config.demo.loading import load_demo
from arena.config.demo.simulated_board import fill_simulated_board
from arena.config.demo.weights import prepare_weights
from arena.config.migrating import migrate_database
from arena.config.roles import ensure_roles
from arena.config.static_files import collect_static
from models_registry.inference.errors import MisconfiguredBackendError


class Command(BaseCommand):
    help = "Bring the database, the static files and the demo up to date. Running it again changes nothing."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="Leave out models, prompts and simulated votes.")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        migrations = migrate_database()
        self.say("Database", f"{migrations} migrations applied" if migrations else "up to date")
        roles = ensure_roles()
        self.say("Roles", f"{roles} brought up to date" if roles else "up to date")
        self.say("Static files", "collected" if collect_static() else "up to date")
        if options["no_demo"]:
            return
        self.say("Demo weights", "converted" if self.convert_weights() else "up to date")
        report = load_demo()
        added = f"{report.prompts} prompts, {report.contestants} contestants, {report.leaderboards} leaderboards added"
        self.say("Demo", added if report.changed else "up to date")
        votes = fill_simulated_board()
        self.say("Simulated board", f"{votes} simulated votes added" if votes else "up to date")

    def convert_weights(self) -> bool:
        try:
            return prepare_weights(lambda line: self.stdout.write(f"  {line} …"))
        except MisconfiguredBackendError as error:
            raise CommandError(f"{error} Or prepare an arena without models: `prepare --no-demo`.") from error

    def say(self, part: str, state: str) -> None:
        self.stdout.write(f"{part}: {state}.")
