import pytest

from arena.safety.personal import looks_personal


@pytest.mark.parametrize(
    "text",
    [
        "Write to ada.lovelace+x@example.org, please.",
        "ada @ example.org",
        "Call +49 (30) 123-4567 today.",
        "My number is 0171/2345678",
        "DE89 3704 0044 0532 0130 00",
        "4111 1111 1111 1111",
    ],
)
def test_looks_personal_finds_addresses_and_numbers(text):
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text", ["Why is the sky blue?", "In 1969 they landed, in 1972 they left.", "a @ b", "x = 123456", "@ home at 7"]
)
def test_looks_personal_lets_plain_texts_pass(text):
    assert not looks_personal(text)
