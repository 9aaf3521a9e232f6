"""The English words by which the style of an answer is counted, for `arena.battles.style`; each list is our own."""

# Frequent in any English text, and rare or absent in languages that are written alike.
FREQUENT = frozenset({
    "the", "and", "that", "it", "for", "with", "you", "this", "are", "be", "not", "have", "from", "your", "can",
    "which", "by", "they", "if", "there", "their", "what", "how", "when", "these", "has", "about", "more",
})  # fmt: skip


def _spaced(*phrases: str) -> tuple[str, ...]:
    """Return phrases as they stand in a text with two spaces between words and one at either end.

    So each word has its own spaces, and of two phrases in a row both are found.
    """
    return tuple(f" {phrase.replace(' ', '  ')} " for phrase in phrases)


# Friendliness and praise that say nothing about the matter.
WARM = _spaced(
    "absolutely", "amazing", "awesome", "certainly", "congratulations", "definitely", "delighted", "enjoy",
    "excellent", "fantastic", "feel free", "glad", "good luck", "great", "happy to", "hope this helps", "i understand",
    "love", "of course", "perfect", "please", "sorry", "sure", "thank you", "thanks", "welcome", "wonderful",
)  # fmt: skip

# Doubt and reserve. No phrase holds another, or it would count twice.
HEDGES = _spaced(
    "apparently", "appears to", "approximately", "arguably", "as far as i know", "can be", "could", "depending on",
    "depends on", "generally", "i believe", "i think", "in general", "in many cases", "in most cases", "in some cases",
    "likely", "maybe", "might", "not certain", "not sure", "often", "perhaps", "possible", "possibly", "potentially",
    "presumably", "probably", "roughly", "seems", "sometimes", "somewhat", "suggests", "tend to", "tends to",
    "typically", "uncertain", "unclear", "usually",
)  # fmt: skip
