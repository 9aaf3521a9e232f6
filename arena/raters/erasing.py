"""Erase a person: everything that any room holds of them, in one transaction, with a receipt that names nobody."""

from dataclasses import asdict

from django.db import transaction
from redis.exceptions import RedisError
from structlog import get_logger

from arena.raters.holdings import holdings
from arena.raters.models import ErasureReceipt, Rater
from arena.raters.selectors import selves
from models_registry.redis_connection import client

logger = get_logger(__name__)


@transaction.atomic
def erase_person(*, rater: Rater) -> ErasureReceipt:
    """Delete what every room holds of a rater and of those merged into it, then the raters, and return the receipt.

    All of it or nothing. What the person does at the same moment waits, and then finds nobody. Copies in Redis, such as
    counts of rate limits, are removed once that has committed; those that cannot be reached expire within a day.

    Raises
    ------
    Rater.DoesNotExist
        When they were erased before.
    """
    Rater.objects.select_for_update().get(pk=rater.pk)
    ids = list(selves(rater.pk).select_for_update().order_by("pk").values_list("pk", flat=True))
    raters = Rater.objects.filter(pk__in=ids)
    counts = {holding.name: asdict(holding.erase(raters)) for holding in holdings()}
    # Those who were merged refer to the other one.
    raters.filter(merged_into__isnull=False).delete()
    raters.delete()
    transaction.on_commit(lambda: _forget([str(pk) for pk in ids]), robust=True)
    return ErasureReceipt.objects.create(counts=counts)


def _forget(ids: list[str]) -> None:
    """Remove the keys of Redis that name these raters."""
    redis = client()
    try:
        for rater_id in ids:
            keys = list(redis.scan_iter(match=f"*{rater_id}*", count=1_000))
            if keys:
                redis.delete(*keys)
    except RedisError:
        logger.warning("erased_keys_left_to_expire")
