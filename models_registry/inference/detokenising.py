"""Tokens to text, one at a time."""

from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream


class IncrementalText:
    """Text of a growing list of tokens.

    The pieces joined equal the decoding of the whole list without special tokens, except that a character whose last
    bytes never came is left out rather than shown as a replacement mark.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._stream = DecodeStream(skip_special_tokens=True)

    def push(self, token_id: int) -> str:
        """Return the text that this token completes; empty while a character lacks bytes."""
        return self._stream.step(self._tokenizer, token_id) or ""
