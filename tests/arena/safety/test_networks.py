from datetime import date

import pytest

from arena.safety.networks import address_range, client_address, hashed_range

MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)


@pytest.mark.parametrize(
    ("forwarded_for", "proxies", "expected"),
    [
        ("", 0, "10.0.0.1"),
        ("203.0.113.7", 0, "10.0.0.1"),
        ("203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 10.0.0.9", 2, "203.0.113.7"),
        ("203.0.113.7", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
    ],
)
def test_client_address_believes_only_our_own_proxies(forwarded_for: str, proxies: int, expected: str) -> None:
    assert client_address(peer="10.0.0.1", forwarded_for=forwarded_for, proxies=proxies) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_address_range_is_what_one_household_has(address: str, expected: str) -> None:
    assert address_range(address) == expected


def test_hashed_range_joins_a_range_and_no_two_days() -> None:
    first = hashed_range("192.0.2.77", day=MONDAY)

    assert first == hashed_range("192.0.2.99", day=MONDAY)
    assert first not in {hashed_range("192.0.3.77", day=MONDAY), hashed_range("192.0.2.77", day=TUESDAY)}
    assert "192" not in first
    assert hashed_range("nowhere", day=MONDAY) == ""


def test_hashed_range_needs_the_signing_key(settings) -> None:
    before = hashed_range("192.0.2.77", day=MONDAY)

    settings.SECRET_KEY = "another-key-for-this-test-0123456789-abcdefghijklmnop"

    assert hashed_range("192.0.2.77", day=MONDAY) != before
