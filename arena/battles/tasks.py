"""Celery's doors to battles."""

from celery import shared_task

from arena.battles import clock
from arena.battles.services import exposure, health, measuring, sweeping
from arena.battles.worker.probing import run_probe
from arena.battles.worker.questioning import run_endpoint_test
from arena.battles.worker.relay import run_completion


@shared_task(name="battles.complete", ignore_result=True, acks_late=True)
def complete(completion_id: int) -> None:
    """Answer one side of a turn. Runs in a generation worker's thread, so the engine keeps the time limits."""
    run_completion(completion_id=completion_id)


@shared_task(name="battles.test_endpoint", ignore_result=True)
def test_endpoint(token: str) -> None:
    """Ask an endpoint one question for an administrator. Runs in a generation worker's thread, as completions do."""
    run_endpoint_test(token=token)


@shared_task(name="battles.probe_endpoint", ignore_result=True)
def probe_endpoint(slug: str) -> None:
    """Ask an ailing endpoint whether it works again. Runs in a generation worker, as completions do."""
    run_probe(slug=slug)


@shared_task(name="battles.sweep", ignore_result=True, time_limit=60)
def sweep() -> None:
    sweeping.sweep_battles()


@shared_task(name="battles.check_health", ignore_result=True, time_limit=60)
def check_health() -> None:
    health.check_health()


@shared_task(name="battles.measure_answers", ignore_result=True, time_limit=600)
def measure_answers() -> None:
    measuring.measure_older_answers(most=measuring.MOST_IN_A_RUN)


@shared_task(name="battles.count_exposure", ignore_result=True, time_limit=600)
def count_exposure() -> None:
    exposure.count_exposure(today=clock.now().date())
