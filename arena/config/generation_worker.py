"""What a Celery worker does at its start and end when it serves generation queues."""

from celery import Celery
from celery.signals import celeryd_init, worker_ready, worker_shutdown
from django.db import connection

from arena.config.garbage import keep_what_is_loaded

GENERATION_PREFIX = "generation"


def generation_queues(app: Celery) -> frozenset[str]:
    """Return those of the worker's queues on which completions wait."""
    return frozenset(name for name in app.amqp.queues.consume_from if name.startswith(GENERATION_PREFIX))


@celeryd_init.connect
def refuse_forks(options: dict[str, object] | None = None, **_: object) -> None:
    """Refuse the prefork pool for completions: nothing would batch there, and torch does not survive a fork."""
    queues = str((options or {}).get("queues") or "")
    pool = str((options or {}).get("pool") or "")
    if GENERATION_PREFIX in queues and "prefork" in pool:
        # Celery only logs what its signal handlers raise, unless it is the wish to exit.
        raise SystemExit("A generation worker needs `--pool threads`: start it with `celery worker -P threads`.")


@worker_ready.connect
def open_backends(sender: object = None, **_: object) -> None:
    """Begin to load the models as soon as the worker takes tasks; tasks that come earlier wait for them."""
    app = getattr(sender, "app", None)
    queues = generation_queues(app) if app is not None else frozenset()
    if queues:
        from arena.battles.worker.workbench import workbench  # noqa: PLC0415 - torch only where completions are made

        keep_what_is_loaded()
        workbench().open_soon(queues)
        connection.close()


@worker_shutdown.connect
def close_backends(sender: object = None, **_: object) -> None:
    """End engines and their threads, so that the process can exit."""
    app = getattr(sender, "app", None)
    if app is not None and generation_queues(app):
        from arena.battles.worker.workbench import close_workbench  # noqa: PLC0415 - as above

        close_workbench()
