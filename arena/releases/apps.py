from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleasesConfig(AppConfig):
    name = "arena.releases"
    label = "releases"
    verbose_name = _("Exports and imports")

    def ready(self) -> None:
        from arena.raters.holdings import register  # noqa: PLC0415 - needs the applications
        from arena.releases.holding import EXPORTS  # noqa: PLC0415 - as above

        register(EXPORTS)
