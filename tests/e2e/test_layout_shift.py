"""Nothing jumps under a reader's eyes while text streams."""

import pytest

from tests.e2e.looks import DESKTOP, PHONE
from tests.e2e.visitor import LONG_PROMPT

pytestmark = pytest.mark.e2e

LIMIT = 0.02


@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=str)
def test_nothing_shifts_while_answers_stream(visit, look):
    visitor = visit(look)

    visitor.ask(LONG_PROMPT)
    visitor.wait_for_vote()

    shifts = visitor.page.evaluate("parallaxProbe.shifts")
    assert len(visitor.page.evaluate("parallaxProbe.pace")) > 10
    assert sum(shift["value"] for shift in shifts) < LIMIT, shifts


def test_probe_sees_a_shift(visitor):
    visitor.open("/about/")
    # Only what was painted once can shift.
    visitor.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    visitor.page.evaluate("document.querySelector('main').prepend(document.createElement('textarea'))")
    visitor.page.wait_for_function("parallaxProbe.shifts.length > 0")

    assert sum(shift["value"] for shift in visitor.page.evaluate("parallaxProbe.shifts")) > LIMIT
