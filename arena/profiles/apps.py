from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "arena.profiles"
    label = "profiles"

    def ready(self) -> None:
        from arena.profiles.holding import PROFILE  # noqa: PLC0415 - needs the applications
        from arena.raters.holdings import register  # noqa: PLC0415 - as above

        register(PROFILE)
