from django.apps import AppConfig


class StudiesConfig(AppConfig):
    name = "arena.studies"
    label = "studies"

    def ready(self) -> None:
        from arena.raters.holdings import register  # noqa: PLC0415 - as above
        from arena.studies.holding import DECISIONS  # noqa: PLC0415 - needs the applications

        register(DECISIONS)
