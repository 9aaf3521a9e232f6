"""Models of known, lower quality made from one set of weights, so that an arena can be tested against a truth."""

import copy

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.llama_like import decoder_of, layers_of
from models_registry.inference.recipes import Recipe

_GROUP = 32


def make_variant(model: PreTrainedModel, recipe: Recipe) -> PreTrainedModel:
    """Return a model by the recipe that shares with `model` every tensor that the recipe does not change."""
    variant = _copy_sharing_tensors(model)
    _drop_layers(variant, recipe.drop_layers)
    if recipe.weight_bits is not None:
        _round_weights(variant, recipe.weight_bits)
    return variant


def round_to_bits(weight: Tensor, bits: int) -> Tensor:
    """Round to the nearest of 2^bits - 1 levels, symmetric about zero, in groups of 32 inputs.

    Parameters
    ----------
    weight : (outputs, inputs)
        `inputs` must be a multiple of 32.
    bits
        At least 2.

    Returns
    -------
    Tensor : (outputs, inputs)
        In the type of `weight`: it takes the values of low precision, not its memory.
    """
    groups = weight.reshape(weight.shape[0], -1, _GROUP)
    limit = 2 ** (bits - 1) - 1
    scales = groups.abs().amax(dim=-1, keepdim=True) / limit
    # A group of zeros has scale 0; dividing by 1 instead keeps it at 0.
    steps = (groups / scales.where(scales > 0, 1.0)).round_()
    rounded: Tensor = steps.mul_(scales).reshape(weight.shape)
    return rounded


def _copy_sharing_tensors(model: PreTrainedModel) -> PreTrainedModel:
    shared: dict[int, object] = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
    shared[id(model.config)] = copy.deepcopy(model.config)
    return copy.deepcopy(model, shared)


def _drop_layers(model: PreTrainedModel, dropped: tuple[int, ...]) -> None:
    layers = layers_of(model)
    kept = [layer for index, layer in enumerate(layers) if index not in dropped]
    if len(kept) + len(dropped) != len(layers):
        raise MisconfiguredBackendError(f"The model has no layers {dropped} to drop: it has {len(layers)}.")
    for index, layer in enumerate(kept):
        setattr(layer.get_submodule("self_attn"), "layer_idx", index)  # noqa: B010 - a module's attributes are typed as modules; the cache is addressed by it
    decoder_of(model).layers = nn.ModuleList(kept)
    model.config.num_hidden_layers = len(kept)


@torch.no_grad()
def _round_weights(model: PreTrainedModel, bits: int) -> None:
    for module in layers_of(model).modules():
        if isinstance(module, nn.Linear):
            module.weight = nn.Parameter(round_to_bits(module.weight, bits), requires_grad=False)
