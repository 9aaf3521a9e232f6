"""Turn the addresses of PostgreSQL and Redis into Django's settings."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from arena.config.env import ConfigurationError


def database_from_url(url: str) -> dict[str, Any]:  # Any: Django's setting is a free-form dictionary
    """Return the entry of `DATABASES` for a `postgresql://` address; a unix socket is given as `?host=/folder`.

    Raises
    ------
    ConfigurationError
        When the address does not name a PostgreSQL database.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        message = "DATABASE_URL: must look like postgresql://user:password@host:5432/name (PostgreSQL is required)."
        raise ConfigurationError(message)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or query.pop("password", "")),
        "HOST": unquote(parts.hostname or "") or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 0,
        # A connection of the pool is looked at before it is used: after a restart of the database all of them are dead.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **{key: value for key, value in query.items() if key not in {"host", "user", "password", "port"}},
            "pool": {"min_size": 1, "max_size": 20, "timeout": 10},
        },
    }


def cache_settings(redis_url: str) -> dict[str, Any]:  # Any: as above
    """Return the entry of `CACHES`; keys are prefixed, because broker and layer share the server."""
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"pool_class": "arena.config.cache_connections.CacheConnections"},
    }


def channel_layers(redis_url: str) -> dict[str, Any]:  # Any: as above
    """Return the entry of `CHANNEL_LAYERS`; the layer delivers at most once and holds 100 messages a channel."""
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [redis_url], "prefix": "layer"},
    }
