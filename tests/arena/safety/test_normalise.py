import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.safety.normalise import normalise_text

any_text = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two words \n", "two words"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("e\u0301te\u0301", "été"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("tab\tstays", "tab\tstays"),
        ("pay \u202e001\u202d euros", "pay 001 euros"),
        ("\ufeffmark", "mark"),
        ("half \ud83d emoji", "half  emoji"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_normalise_text_gives_one_form(text: str, expected: str) -> None:
    assert normalise_text(text) == expected


@pytest.mark.property
@given(any_text)
def test_normalise_text_is_idempotent(text: str) -> None:
    once = normalise_text(text)

    assert normalise_text(once) == once


@pytest.mark.property
@given(any_text)
def test_normalise_text_result_can_be_stored(text: str) -> None:
    normalised = normalise_text(text)

    assert normalised.encode().decode() == normalised
    assert "\x00" not in normalised
    assert unicodedata.is_normalized("NFC", normalised)


@pytest.mark.property
@given(any_text)
def test_normalise_text_does_not_tell_composed_from_decomposed(text: str) -> None:
    composed = normalise_text(unicodedata.normalize("NFC", text))
    decomposed = normalise_text(unicodedata.normalize("NFD", text))

    assert composed == decomposed
