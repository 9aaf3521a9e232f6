"""Find an answer that ends by saying the same thing again and again, as small models do when they lose the thread."""

TAIL_CHARS = 1_000
MIN_REPEATS = 4
MIN_LOOP_CHARS = 48


def ends_in_loop(text: str, *, repeats: int = MIN_REPEATS, characters: int = MIN_LOOP_CHARS) -> bool:
    """Tell whether the end of `text` repeats one unit at least `repeats` times over at least `characters`.

    The unit may be a letter, a word or several sentences; differences in white space do not matter, and the last
    repeat may be cut off. Only the last 1,000 characters are read, so the time taken is bounded.
    """
    reversed_tail = " ".join(text.split())[-TAIL_CHARS:][::-1]
    common = _common_prefix_lengths(reversed_tail)
    # A string has period p over its first p + common[p] characters.
    return any(
        period + shared >= max(repeats * period, characters)
        for period, shared in enumerate(common)
        if 0 < period <= len(reversed_tail) // repeats
    )


def _common_prefix_lengths(text: str) -> list[int]:
    """Return for each position how many characters from there on equal the start of `text` (the Z-function)."""
    lengths = [0] * len(text)
    left = right = 0
    for position in range(1, len(text)):
        length = min(right - position, lengths[position - left]) if position < right else 0
        while position + length < len(text) and text[length] == text[position + length]:
            length += 1
        if position + length > right:
            left, right = position, position + length
        lengths[position] = length
    return lengths
