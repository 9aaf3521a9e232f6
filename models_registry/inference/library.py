"""Models on disk, models in memory."""

import ctypes
import gc
import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal, cast

import torch
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from models_registry.inference.chat import ChatTokenizer
from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.quantising import Packer
from models_registry.inference.recipes import find_recipe
from models_registry.inference.revisions import model_revision, source_hash
from models_registry.inference.variants import make_variant

logger = logging.getLogger(__name__)

NumberType = Literal["int8", "float32", "bfloat16", "float16"]


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is ready to be called, with what is needed to talk to it."""

    model: PreTrainedModel
    tokenizer: ChatTokenizer
    stop_ids: frozenset[int]
    revision: str
    name: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and in which numbers a model computes."""

    device: str
    dtype: NumberType


def resolve_placement(device: str = "auto", dtype: str = "auto") -> Placement:
    """Return what "auto" means here: CUDA with bfloat16 where there is a GPU, else a processor with 8-bit integers.

    Raises
    ------
    MisconfiguredBackendError
        If the two do not go together or are not known.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if dtype == "auto":
        dtype = "int8" if device == "cpu" else "bfloat16"
    if dtype not in ("int8", "float32", "bfloat16", "float16"):
        raise MisconfiguredBackendError(f"Unknown dtype {dtype!r}.")
    if dtype == "int8" and device != "cpu":
        raise MisconfiguredBackendError("int8 is for processors; on a GPU use bfloat16.")
    return Placement(device, cast("NumberType", dtype))


class _Source:
    """One folder's weights in memory, from which variants are made that share what they can."""

    def __init__(self, folder: Path, placement: Placement) -> None:
        if not (folder / "config.json").exists():
            raise MisconfiguredBackendError(f"{folder} holds no model: config.json is missing.")
        self.tokenizer = ChatTokenizer(_load_tokenizer(folder))
        self.packer = Packer()
        self.hash = source_hash(folder)
        self.model = _load_model(folder, placement)
        if placement.dtype == "int8":
            _detach_from_file(self.model)


class ModelLibrary:
    """Loads models; variants that are asked for together share their unchanged tensors.

    Safe to use from several threads, which load one after another: side by side they would take as long and need more
    memory. The source is kept only while someone who announced themselves still waits for a variant of it.
    """

    def __init__(self) -> None:
        self._loading = Lock()
        self._counting = Lock()  # of its own, so that to announce a load never waits for another
        self._sources: dict[tuple[Path, Placement], _Source] = {}
        self._expected = 0

    def expect(self) -> None:
        """Announce a later `load`."""
        with self._counting:
            self._expected += 1

    def load(self, folder: Path, variant: str, placement: Placement) -> LoadedModel:
        """Load a variant of the model in a folder, in the way of `AutoModelForCausalLM`; call `expect` before.

        Raises
        ------
        MisconfiguredBackendError
            If the folder, the variant or the model's kind will not do.
        """
        with self._loading:
            try:
                return self._load(folder, variant, placement)
            finally:
                with self._counting:
                    self._expected -= 1
                    is_last = self._expected <= 0
                if is_last:
                    self._sources.clear()
                    _return_freed_memory()

    def _load(self, folder: Path, variant: str, placement: Placement) -> LoadedModel:
        recipe = find_recipe(variant)
        key = (folder.resolve(), placement)
        if key not in self._sources:
            self._sources[key] = _Source(*key)
        source = self._sources[key]
        model = make_variant(source.model, recipe)
        if placement.dtype == "int8":
            source.packer.pack_linears(model)
        name = f"{folder.name}:{variant}"
        logger.info("model_loaded", extra={"model": name, "device": placement.device, "dtype": placement.dtype})
        return LoadedModel(
            model=model,
            tokenizer=source.tokenizer,
            stop_ids=_stop_ids(source),
            revision=model_revision(source.hash, recipe, placement.dtype),
            name=name,
        )


def _load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise MisconfiguredBackendError(f"{folder} has no fast tokenizer (tokenizer.json).")
    return tokenizer


def _load_model(folder: Path, placement: Placement) -> PreTrainedModel:
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # theirs
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=torch.float32 if placement.dtype == "int8" else getattr(torch, placement.dtype),
        attn_implementation="sdpa",
        local_files_only=True,
    )
    _require_full_attention(model)
    # Called through `nn.Module`, since transformers wraps these without types.
    nn.Module.train(model, mode=False)
    nn.Module.requires_grad_(model, requires_grad=False)
    return cast("PreTrainedModel", nn.Module.to(model, placement.device))


def _return_freed_memory() -> None:
    """Hand back to the system what the sources took: glibc, where it is the allocator, would keep some 400 MB."""
    gc.collect()  # modules hold each other in circles
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _detach_from_file(model: PreTrainedModel) -> None:
    """Copy what packing leaves alone, so that the file does not stay mapped for the sake of the embeddings."""
    for module in model.modules():
        if not isinstance(module, nn.Linear):
            for parameter in module.parameters(recurse=False):
                parameter.data = parameter.data.clone()


def _require_full_attention(model: PreTrainedModel) -> None:
    """Refuse what a `SlotCache` would get wrong without an error."""
    kinds = set(getattr(model.config, "layer_types", None) or ["full_attention"])
    window = (
        getattr(model.config, "sliding_window", None) if getattr(model.config, "use_sliding_window", True) else None
    )
    if kinds != {"full_attention"} or window is not None:
        raise MisconfiguredBackendError(f"{model.config.model_type} has layers without full attention.")


def _stop_ids(source: _Source) -> frozenset[int]:
    """Return every token that ends an answer, by the model's generation settings and its tokenizer."""
    ids = source.model.generation_config.eos_token_id
    listed = ids if isinstance(ids, list) else [ids]
    return frozenset(token_id for token_id in (*listed, source.tokenizer.stop_id) if token_id is not None)
