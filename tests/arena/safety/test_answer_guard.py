import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.safety.answer_guard import AnswerGuard
from arena.safety.reasons import Reason
from arena.safety.screen import screen_answer

UNUSABLE = {Reason.EMPTY, Reason.BROKEN}
BROKEN = "\N{REPLACEMENT CHARACTER}"
pieces_of_text = st.lists(st.text("ab 1\n\u200b\ue000\ufffd\x00", max_size=12), max_size=20)


def feed(guard: AnswerGuard, *pieces: str) -> list[str]:
    return [guard.let_through(piece) for piece in pieces]


def test_ordinary_text_passes_at_once() -> None:
    assert feed(AnswerGuard(), "Because ", "of scattering.") == ["Because ", "of scattering."]


def test_white_space_waits_for_a_mark() -> None:
    assert feed(AnswerGuard(), "\n\n", " \u200b", "Yes", " ") == ["", "", "\n\n \u200bYes", " "]


def test_broken_text_is_held_until_enough_is_whole() -> None:
    shown = feed(AnswerGuard(), f"A{BROKEN}", "b" * 10, "c" * 10)

    assert shown == ["", "", f"A{BROKEN}" + "b" * 10 + "c" * 10]


def test_text_that_breaks_later_shows_its_whole_beginning_only() -> None:
    guard = AnswerGuard()

    shown = "".join(feed(guard, "A good beginning. ", *[BROKEN * 10] * 60))

    assert shown == "A good beginning. "
    assert guard.is_hopeless


def test_some_broken_characters_are_not_hopeless() -> None:
    guard = AnswerGuard()

    feed(guard, BROKEN * 10)

    assert not guard.is_hopeless


@pytest.mark.parametrize("unit", ["very ", "I like it. It is good for you. ", "ha", "这是一个答案。", "A line.\n"])
def test_loop_is_noticed_before_it_fills_the_page(unit: str) -> None:
    guard, written = AnswerGuard(), 0

    for _ in range(1000):
        guard.let_through(unit)
        written += len(unit)
        if guard.is_looping:
            break

    assert guard.is_looping
    assert written <= max(240, 6 * len(unit)) * 2 + 64


@pytest.mark.parametrize(
    "text",
    [
        "|" + "---|" * 12 + "\n" + "".join(f"| row {number} | {number * number} |\n" for number in range(40)),
        "-" * 80 + "\nA heading\n" + "=" * 80,
        "".join(f"{number}. Step {number} of the recipe.\n" for number in range(60)),
        "for i in range(9):\n    print(i)\n" * 4 + "That prints the numbers four times.",
        "ha" * 60 + " he laughed.",
    ],
    ids=["table", "rules", "list", "code", "laughter"],
)
def test_regular_text_is_no_loop(text: str) -> None:
    guard = AnswerGuard()

    for start in range(0, len(text), 5):
        guard.let_through(text[start : start + 5])

        assert not guard.is_looping


@pytest.mark.property
@given(pieces_of_text)
def test_what_is_shown_is_a_usable_beginning(pieces: list[str]) -> None:
    guard, shown = AnswerGuard(), ""

    for piece in pieces:
        shown += guard.let_through(piece)

        assert shown == "" or screen_answer(shown).reason not in UNUSABLE

    assert shown + guard.held == "".join(pieces)
