"""Connections of Django's cache to Redis, kept from one request to the next."""

from functools import cache

import redis


class CacheConnections:
    """What Django's cache takes for the class of its pools.

    It makes its own for each request, which would connect anew each time; here all requests share one.
    """

    @staticmethod
    @cache
    def from_url(url: str, **options: object) -> redis.ConnectionPool:
        return redis.ConnectionPool.from_url(url, **options)
