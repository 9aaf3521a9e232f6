"""Where a request comes from, without keeping it: an address range under a hash that changes every day.

Ranges, because one household or one phone has many addresses: 256 of IPv4, and what one IPv6 customer is given.
"""

from datetime import date
from ipaddress import ip_address, ip_network

from django.utils.crypto import salted_hmac

PREFIXES = {4: 24, 6: 48}
HASH_CHARS = 24


def client_address(*, peer: str, forwarded_for: str, proxies: int) -> str:
    """Return the address of the browser: the peer's, or what the outermost of our own `proxies` saw.

    Each proxy appends the address that it was called from, so only the last `proxies` entries of the header are ours;
    whatever stands before them was written by the caller. A header with fewer entries did not pass all proxies: the
    peer's address counts then.
    """
    entries = [entry.strip() for entry in forwarded_for.split(",") if entry.strip()]
    return entries[-proxies] if 0 < proxies <= len(entries) else peer


def address_range(address: str) -> str:
    """Return the range that an address belongs to, such as `192.0.2.0/24`; empty when it is no address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    return str(ip_network((parsed, PREFIXES[parsed.version]), strict=False))


def hashed_range(address: str, *, day: date) -> str:
    """Return a keyed hash of the address's range on `day`; empty when it is no address.

    Without the signing key nobody can try all ranges, and two days cannot be joined.
    """
    network = address_range(address)
    if not network:
        return ""
    salt = f"arena.safety.networks.{day.isoformat()}"
    return salted_hmac(salt, network, algorithm="sha256").hexdigest()[:HASH_CHARS]
