import pytest

from arena.safety.waiting import wait_sentence


@pytest.mark.parametrize(
    ("seconds", "time"),
    [
        (1, "1 second"),
        (2, "2 seconds"),
        (90, "90 seconds"),
        (91, "2 minutes"),
        (5_400, "90 minutes"),
        (5_401, "2 hours"),
        (86_400, "24 hours"),
    ],
)
def test_wait_is_told_in_a_unit_that_people_count_in(seconds, time):
    assert wait_sentence(seconds) == f"That was a lot in a short time. Please wait {time} and try again."
