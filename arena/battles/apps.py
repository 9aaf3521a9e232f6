from django.apps import AppConfig


class BattlesConfig(AppConfig):
    name = "arena.battles"
    label = "battles"

    def ready(self) -> None:
        from arena.battles.holding import COMPARISONS  # noqa: PLC0415 - needs the applications
        from arena.raters.holdings import register  # noqa: PLC0415 - as above

        register(COMPARISONS)
