"""The parts of a Llama-like model that we work with, typed once: transformers leaves them untyped."""

from typing import cast

from torch import nn
from transformers import PreTrainedModel


def decoder_of(model: PreTrainedModel) -> nn.Module:
    """Return embeddings, layers and final norm: token ids to hidden states."""
    return cast("nn.Module", model.get_decoder())  # type: ignore[no-untyped-call]  # see above


def layers_of(model: PreTrainedModel) -> nn.ModuleList:
    """Return the decoder's layers, first to last."""
    return cast("nn.ModuleList", decoder_of(model).layers)


def head_of(model: PreTrainedModel) -> nn.Module:
    """Return hidden states to logits."""
    return cast("nn.Module", model.get_output_embeddings())  # type: ignore[no-untyped-call]  # see above
