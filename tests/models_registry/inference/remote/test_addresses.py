"""Requests go to public addresses only, unless private ones were allowed, whatever a name resolves to."""

import asyncio
import socket

import pytest

from models_registry.inference.registry import open_backend
from models_registry.inference.remote.addresses import ForbiddenAddressError, GuardedNetwork, check_address

PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34", "64:ff9b::93.184.216.34"]
PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "::1",
    "fd00::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "::7f00:1",
]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "0.0.0.0",  # noqa: S104 - never bound to
    "::",
    "224.0.0.1",
    "ff02::1",
]


def is_allowed(address: str, *, allow_private: bool) -> bool:
    try:
        check_address(address, allow_private=allow_private)
    except ForbiddenAddressError:
        return False
    return True


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address):
    assert is_allowed(address, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_allowed_only_by_word(address):
    assert (is_allowed(address, allow_private=False), is_allowed(address, allow_private=True)) == (False, True)


@pytest.mark.parametrize("address", NEVER)
def test_address_of_secrets_is_never_allowed(address):
    assert (is_allowed(address, allow_private=False), is_allowed(address, allow_private=True)) == (False, False)


def resolves_to(monkeypatch, *answers: list[str]) -> list[str]:
    """Make every name resolve to the next of these answers, the last for ever; return who was asked for."""
    asked, left = [], list(answers)

    async def getaddrinfo(_loop, host, port, **_):
        asked.append(host)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "[::ffff:7f00:1]"])
async def test_loopback_is_refused_however_it_is_written(server, make_request, read_all, host):
    backend = open_backend("openai", {"base_url": f"http://{host}:{server.port}/v1", "model": "m"})
    backend.start()

    with pytest.raises(ForbiddenAddressError):
        await read_all(backend, make_request())

    backend.close()
    assert server.seen == []


async def test_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    resolves_to(monkeypatch, ["93.184.216.34", "10.0.0.7"])

    with pytest.raises(ForbiddenAddressError, match=r"10\.0\.0\.7 is a private address"):
        await GuardedNetwork(allow_private=False).connect_tcp("models.example.org", 80, timeout=1)


async def test_name_is_resolved_once_and_its_checked_address_connected_to(monkeypatch, server):
    asked = resolves_to(monkeypatch, ["127.0.0.1"], ["169.254.169.254"])

    stream = await GuardedNetwork(allow_private=True).connect_tcp("rebinding.example.org", server.port, timeout=5)
    peer = stream.get_extra_info("server_addr")
    await stream.aclose()

    assert (asked, peer) == (["rebinding.example.org"], ("127.0.0.1", server.port))


async def test_name_that_changes_to_a_private_address_is_refused_then(monkeypatch, server):
    resolves_to(monkeypatch, ["127.0.0.1"], ["169.254.169.254"])
    network = GuardedNetwork(allow_private=True)

    await (await network.connect_tcp("rebinding.example.org", server.port, timeout=5)).aclose()

    with pytest.raises(ForbiddenAddressError):
        await network.connect_tcp("rebinding.example.org", server.port, timeout=5)


async def test_next_address_is_tried_when_one_does_not_answer(monkeypatch, server):
    resolves_to(monkeypatch, ["127.0.0.2", "127.0.0.1"])

    stream = await GuardedNetwork(allow_private=True).connect_tcp("two.example.org", server.port, timeout=5)
    peer = stream.get_extra_info("server_addr")
    await stream.aclose()

    assert peer == ("127.0.0.1", server.port)


async def test_socket_file_is_refused():
    with pytest.raises(ForbiddenAddressError):
        await GuardedNetwork(allow_private=True).connect_unix_socket("/run/docker.sock")
