"""Keys and values of all requests, in rows that are allocated once."""

import math
import mmap

import torch
from torch import Tensor
from transformers import PreTrainedConfig
from transformers.cache_utils import Cache

_REACH_STEP = 32  # attention kernels like aligned lengths, and allocations of few different sizes


class SlotCache(Cache):
    """A row for each request: memory is bounded, and joining or leaving a batch copies next to nothing.

    Before each forward pass one of the `aim_at_...` methods says what is written where; the model's layers then
    call `update`. Rows beyond a request's own length hold zeros or what was there before, and must be masked.

    Parameters
    ----------
    config
        Of a decoder with the same full attention in each layer.
    slots
        Number of rows.
    max_context
        Length of a row in tokens.
    device, dtype
        Where and how the model computes.
    """

    def __init__(
        self, config: PreTrainedConfig, *, slots: int, max_context: int, device: torch.device, dtype: torch.dtype
    ) -> None:
        super().__init__(layers=[])
        head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        self.max_context = max_context
        shape = (config.num_hidden_layers, 2, slots, config.num_key_value_heads, max_context, head_dim)
        self._store = _zeros(shape, device, dtype)
        self._dtype = dtype
        self._device = device
        self._rows = slice(0)
        self._reach = 0
        self._write_at: tuple[slice | int | Tensor, ...] = ()

    def aim_at_chunk(self, row: int, start: int, stop: int) -> Tensor:
        """Write positions `start` to `stop` of one row next; return the attention mask, (1, 1, stop - start, reach)."""
        self._rows = slice(row, row + 1)
        self._write_at = (row, slice(None), slice(start, stop))
        return self._mask(torch.arange(start, stop, device=self._device)[None], stop)

    def aim_at_column(self, positions: Tensor, longest: int) -> Tensor:
        """Write one token in each of the first rows next.

        Parameters
        ----------
        positions : (n,)
            Where in its row each token stands.
        longest
            The largest position, known to the caller, so that the device need not be asked.

        Returns
        -------
        Tensor : (n, 1, 1, reach)
            The attention mask.
        """
        count = positions.shape[0]
        self._rows = slice(0, count)
        self._write_at = (torch.arange(count, device=self._device), slice(None), positions)
        return self._mask(positions[:, None], longest + 1)

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_args: object, **_kwargs: object
    ) -> tuple[Tensor, Tensor]:
        """Store a layer's new keys and values, (rows, heads, tokens, dim); return all that the mask speaks of."""
        for kind, new in enumerate((key_states, value_states)):
            store = self._store[layer_idx, kind]
            if isinstance(self._write_at[0], int):
                store[self._write_at] = new[0]
            else:
                store[self._write_at] = new[:, :, 0]
        keys, values = self._store[layer_idx, :, self._rows, :, : self._reach]
        return keys, values

    def copy_row(self, source: int, target: int, length: int) -> None:
        """Copy the first `length` positions of a row over another."""
        self._store[:, :, target, :, :length] = self._store[:, :, source, :, :length]

    def clear(self) -> None:
        """Forget all, also numbers that are none."""
        shape = tuple(self._store.shape)
        self._store = self._store.new_empty(0)  # give the memory back first: there may not be room for two
        self._store = _zeros(shape, self._device, self._dtype)

    def _mask(self, positions: Tensor, needed: int) -> Tensor:
        self._reach = min(-(-needed // _REACH_STEP) * _REACH_STEP, self.max_context)
        return (torch.arange(self._reach, device=self._device) <= positions[:, :, None])[:, None]


def _zeros(shape: tuple[int, ...], device: torch.device, dtype: torch.dtype) -> Tensor:
    """Return zeros; they must be zeros, since a masked NaN is still a NaN after the product with the values."""
    if device.type == "cpu":
        # Unlike memory from torch or numpy, an anonymous map is zeroed by the system in small pages as they are first
        # touched: rows that no request has reached yet cost nothing, which is most of a gigabyte for 16 long ones.
        size = math.prod(shape) * dtype.itemsize
        return torch.frombuffer(mmap.mmap(-1, size), dtype=dtype).reshape(shape)
    return torch.zeros(shape, device=device, dtype=dtype)
