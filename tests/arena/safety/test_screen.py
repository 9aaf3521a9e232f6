import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.safety.normalise import normalise_text
from arena.safety.reasons import Reason
from arena.safety.screen import MAX_PROMPT_CHARS, Screening, screen_answer, screen_prompt

any_text = st.text(st.characters(codec=None), max_size=60)
readable_text = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=60)


def test_screen_prompt_returns_the_normalised_text() -> None:
    screening = screen_prompt("  Why is\r\nthe sky blue?\x00 ")

    assert screening == Screening("Why is\nthe sky blue?")
    assert screening.accepted


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u200b", "\u3000"])
def test_screen_prompt_refuses_a_text_without_marks(text: str) -> None:
    assert screen_prompt(text).reason is Reason.EMPTY


def test_screen_prompt_takes_the_longest_text_and_refuses_one_more() -> None:
    longest = screen_prompt(" " + "x" * MAX_PROMPT_CHARS + " ")
    longer = screen_prompt("x" * (MAX_PROMPT_CHARS + 1))

    assert longest.reason is None
    assert longer.reason is Reason.TOO_LONG


@pytest.mark.parametrize("text", ["\x01\x02\x03a", "\ue000\ue001 \ue002", "\ufffd\ufffd?", "\ud800\ud801x"])
def test_screen_prompt_refuses_a_mostly_unprintable_text(text: str) -> None:
    assert screen_prompt(text).reason is Reason.UNPRINTABLE


@pytest.mark.parametrize("text", ["Warum?", "¿Qué?", "你好吗", "مرحبا", "🙂", "👩\u200d🚀", "1+1"])
def test_screen_prompt_takes_any_script(text: str) -> None:
    assert screen_prompt(text) == Screening(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n", Reason.EMPTY),
        ("\ufffd", Reason.BROKEN),
        ("a \ufffd\ufffd b", Reason.BROKEN),
        ("\ue000\ue000 text", Reason.BROKEN),
        ("A good beginning. " + "\ufffd" * 40, Reason.BROKEN),
        ("and so " * 20, Reason.LOOP),
        ("Paris.", None),
        ("A long answer that the limit cut in the middle of an emoji \ufffd", None),
    ],
)
def test_screen_answer_names_what_is_wrong(text: str, reason: Reason | None) -> None:
    assert screen_answer(text).reason is reason


@pytest.mark.property
@given(any_text)
def test_screenings_carry_the_normalised_text(text: str) -> None:
    normalised = normalise_text(text)

    assert (screen_prompt(text).text, screen_answer(text).text) == (normalised, normalised)


@pytest.mark.property
@given(any_text)
def test_screen_prompt_accepts_what_it_accepted_again(text: str) -> None:
    first = screen_prompt(text)

    if first.accepted:
        assert screen_prompt(first.text) == first


@pytest.mark.property
@given(readable_text)
def test_screen_prompt_accepts_any_readable_text(text: str) -> None:
    assert screen_prompt(text).accepted


def test_reason_codes_are_the_stored_ones() -> None:
    assert Reason.values == ["empty", "too_long", "unprintable", "broken", "loop"]
