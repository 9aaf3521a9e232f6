import pytest

from models_registry.inference.chat import ChatTokenizer
from tests.models_registry.inference.tiny import make_tiny_tokenizer


@pytest.fixture
def chat():
    return ChatTokenizer(make_tiny_tokenizer())


@pytest.mark.parametrize(
    "text", ["plain", "naïve café", "日本語のテキスト", "👩‍👩‍👧 family 🇨🇭", " leading\n\n\ttab", "e\u0301"]
)
def test_pieces_joined_are_the_text(chat, text):
    decoder = chat.new_text()

    pieces = [decoder.push(token_id) for token_id in chat._backend.encode(text).ids]

    assert "".join(pieces) == text
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(pieces)


def test_push_holds_a_character_back_until_it_is_whole(chat):
    decoder = chat.new_text()

    pieces = [decoder.push(token_id) for token_id in chat._backend.encode("a🌍b").ids]

    assert pieces == ["a", "", "", "", "🌍", "b"]


def test_push_leaves_out_special_tokens_and_unfinished_characters(chat):
    decoder = chat.new_text()
    ids = [256, *chat._backend.encode("ok").ids, 257, *chat._backend.encode("🌍").ids[:3]]

    pieces = [decoder.push(token_id) for token_id in ids]

    assert "".join(pieces) == "ok"
