"""The Celery application. Tasks are found in each app's `tasks` module; services send them by name."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.config.settings")

app = Celery("parallax")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Its signal handlers connect on import; they act only in workers that serve generation queues.
app.loader.import_module("arena.config.generation_worker")


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Connecting at all tells Celery to leave the logging of the settings alone."""
