import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.components import find_components, require_connected
from ratings.core.errors import DisconnectedError
from ratings.core.pairs import count_pairs

pytestmark = pytest.mark.unit


def _pairs(a, b, labels, weight=None):
    return count_pairs(Comparisons.from_labels(a, b, [1] * len(a), competitors=labels, weight=weight))


def test_find_components_puts_the_heaviest_first_and_keeps_the_lonely():
    pairs = _pairs("aacb", "bbde", "abcdef")

    components = [members.tolist() for members in find_components(pairs)]

    assert components == [[0, 1, 4], [2, 3], [5]]


def test_find_components_ignores_comparisons_without_weight():
    pairs = _pairs("ab", "bc", "abc", weight=[1, 0])

    assert [members.tolist() for members in find_components(pairs)] == [[0, 1], [2]]


def test_find_components_of_nobody_is_empty():
    assert find_components(_pairs("", "", "")) == ()


def test_require_connected_names_the_components():
    pairs = _pairs("acc", "bdd", "abcd")

    with pytest.raises(DisconnectedError) as refusal:
        require_connected(pairs)

    assert refusal.value.components == (("c", "d"), ("a", "b"))


def test_require_connected_accepts_one_chain():
    pairs = _pairs("abc", "bcd", "abcd")

    require_connected(pairs)

    assert len(find_components(pairs)) == 1
