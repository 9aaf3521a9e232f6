"""Which addresses a remote endpoint may have: whoever edits endpoints must not reach into the network of the arena."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

import httpcore

from models_registry.inference.errors import MisconfiguredBackendError

Address: TypeAlias = IPv4Address | IPv6Address
SocketOptions: TypeAlias = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]

NAT64 = IPv6Network("64:ff9b::/96")
# Where clouds answer with credentials to whoever asks from inside, besides the link-local 169.254.169.254.
METADATA = frozenset(map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")))


class ForbiddenAddressError(MisconfiguredBackendError):
    """The server's name leads to an address that requests may not go to."""

    kind = "forbidden_address"


def check_address(text: str, *, allow_private: bool) -> None:
    """Raise `ForbiddenAddressError` unless requests may go to this address.

    Public addresses may always be used; private ones and loopback with `allow_private`. Link-local, metadata and
    multicast addresses never: no model is served there, but the credentials of cloud machines are.
    """
    address = _unwrapped(ip_address(text))
    if _is_never_allowed(address):
        raise ForbiddenAddressError(f"{text} is an address that no endpoint may have.")
    if not allow_private and not _is_public(address):
        raise ForbiddenAddressError(
            f"{text} is a private address: set allow_private in the endpoint's options, or ALLOW_PRIVATE_ENDPOINTS."
        )


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_never_allowed(address: Address) -> bool:
    return address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global
    # Tunnels hide an IPv4 address of anybody's choice, and site-local is counted as global by the standard library.
    tunnel = address.sixtofour is not None or address.teredo is not None
    return address.is_global and not (tunnel or address.is_site_local or address.is_reserved)


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that are allowed.

    The name is resolved here, every address is checked, and the connection goes to a checked address and not to the
    name, so a name server that answers differently the next time gains nothing. Certificates are still checked against
    the name.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is the library's
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers; each gets its share of the time.

        Raises
        ------
        ForbiddenAddressError
            If any address of `host` is not allowed, even if others are.
        httpcore.ConnectError, httpcore.ConnectTimeout
            If the name is unknown or nothing answers.
        """
        addresses = await _resolve(host, port, timeout)
        for address in addresses:
            check_address(address, allow_private=self._allow_private)
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(addresses[-1], port, share, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the signature is the library's
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - as above
        socket_options: SocketOptions | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: an endpoint is reached over the network."""
        raise ForbiddenAddressError("An endpoint cannot be a socket file.")

    async def sleep(self, seconds: float) -> None:
        """Wait, for the library's own use."""
        await asyncio.sleep(seconds)


async def _resolve(host: str, port: int, timeout: float | None) -> list[str]:  # noqa: ASYNC109 - passed on
    """Return the addresses of a name in the order in which they should be tried; at least one."""
    try:
        async with asyncio.timeout(timeout):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"The name {host} was not resolved in time.") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"The name {host} cannot be resolved.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
