from django.core.cache import caches


def test_caches_of_two_requests_share_their_connections():
    first, second = (caches.create_connection("default")._cache.get_client() for _request in range(2))

    assert first.connection_pool is second.connection_pool
