"""From a conversation to the token ids that a chat model was trained to continue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from transformers import PreTrainedTokenizerFast

from models_registry.inference.detokenising import IncrementalText
from models_registry.inference.errors import MisconfiguredBackendError, RequestRefusedError
from models_registry.inference.protocol import ChatMessage

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class ChatTokenizer:
    """A tokenizer with a chat template; safe to use from several threads.

    Raises
    ------
    MisconfiguredBackendError
        If the model has no chat template: a base model cannot answer a conversation.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        if not tokenizer.chat_template:
            raise MisconfiguredBackendError("The model's tokenizer has no chat template.")
        self._tokenizer = tokenizer
        self._backend: Tokenizer = tokenizer.backend_tokenizer
        self._control_words = [word for word in tokenizer.all_special_tokens if word]
        self._control_words += [str(token) for token in tokenizer.added_tokens_decoder.values() if token.special]

    @property
    def stop_id(self) -> int | None:
        return cast("int | None", self._tokenizer.eos_token_id)

    def encode(self, messages: Sequence[ChatMessage]) -> list[int]:
        """Return the ids of the rendered conversation, ending where the answer begins.

        Control words inside a message are broken up, so that no one can close their message and speak as the system.

        Raises
        ------
        RequestRefusedError
            If the template does not accept this order of messages.
        """
        conversation = [{"role": message.role, "content": self._defuse(message.content)} for message in messages]
        try:
            text = self._tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True)
        except Exception as error:  # a template is a program of the model's authors and may raise anything
            raise RequestRefusedError(f"The chat template does not accept the conversation: {error}") from error
        # The backend is asked directly: it leaves out the second set of start tokens that transformers would add.
        return self._backend.encode(cast("str", text), add_special_tokens=False).ids

    def new_text(self) -> IncrementalText:
        """Return a fresh decoder for one answer."""
        return IncrementalText(self._backend)

    def _defuse(self, content: str) -> str:
        for word in self._control_words:
            content = content.replace(word, f"{word[0]} {word[1:]}")
        return content
