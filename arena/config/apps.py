from django.apps import AppConfig

# Importing the application makes it the current one, which `send_task` in the web process relies on.
from arena.config.celery import app as celery_app
from arena.config.pools import close_pools_at_exit

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    name = "arena.config"
    label = "config"

    def ready(self) -> None:
        close_pools_at_exit()
