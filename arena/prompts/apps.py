from django.apps import AppConfig


class PromptsConfig(AppConfig):
    name = "arena.prompts"
    label = "prompts"

    def ready(self) -> None:
        from arena.prompts.holding import PROPOSALS  # noqa: PLC0415 - needs the applications
        from arena.raters.holdings import register  # noqa: PLC0415 - as above

        register(PROPOSALS)
