"""Read a Llama model out of a GGUF file.

transformers reads GGUF too, but takes far longer, needs another package for it, and will not save what it has read.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from transformers import LlamaConfig

_TOP_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


class GgufLlama:
    """An open GGUF file of the `llama` architecture."""

    def __init__(self, path: Path) -> None:
        self._reader = GGUFReader(path)

    def config(self) -> LlamaConfig:
        """Return the configuration under which transformers builds the same model."""
        heads = self._number("llama.attention.head_count")
        hidden = self._number("llama.embedding_length")
        config = LlamaConfig(
            vocab_size=self._number("llama.vocab_size"),
            hidden_size=hidden,
            head_dim=hidden // heads,
            intermediate_size=self._number("llama.feed_forward_length"),
            num_hidden_layers=self._number("llama.block_count"),
            num_attention_heads=heads,
            num_key_value_heads=self._number("llama.attention.head_count_kv"),
            max_position_embeddings=self._number("llama.context_length"),
            rms_norm_eps=self._fraction("llama.attention.layer_norm_rms_epsilon"),
            rope_parameters={"rope_type": "default", "rope_theta": self._fraction("llama.rope.freq_base")},
            bos_token_id=self._number("tokenizer.ggml.bos_token_id"),
            eos_token_id=self._number("tokenizer.ggml.eos_token_id"),
            pad_token_id=self._number("tokenizer.ggml.padding_token_id"),
            tie_word_embeddings=all(tensor.name != "output.weight" for tensor in self._reader.tensors),
            dtype="float32",
        )
        config.architectures = ["LlamaForCausalLM"]
        return config

    def tensors(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Go through all tensors in 32-bit floating point, by the names of transformers."""
        heads = {
            "attn_q": self._number("llama.attention.head_count"),
            "attn_k": self._number("llama.attention.head_count_kv"),
        }
        for tensor in self._reader.tensors:
            values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            kind = tensor.name.split(".")[-2]
            if kind in heads:
                values = _halves_apart(values, heads[kind])
            yield _transformers_name(tensor.name), torch.from_numpy(np.ascontiguousarray(values))

    def _number(self, key: str) -> int:
        return int(self._reader.fields[key].contents())

    def _fraction(self, key: str) -> float:
        return float(self._reader.fields[key].contents())


def _transformers_name(name: str) -> str:
    if name in _TOP_NAMES:
        return _TOP_NAMES[name]
    _, layer, kind, suffix = name.split(".")
    return f"model.layers.{layer}.{_LAYER_NAMES[kind]}.{suffix}"


def _halves_apart(weight: np.ndarray, heads: int) -> np.ndarray:
    """Undo the interleaving of rows that GGUF stores for its kind of rotary embedding."""
    pairs = weight.reshape(heads, weight.shape[0] // heads // 2, 2, weight.shape[1])
    return pairs.swapaxes(1, 2).reshape(weight.shape)
