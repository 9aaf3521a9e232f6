"""Linear layers in 8-bit integers, for processors.

Weights get one scale per output channel, inputs one scale per token (as LLM.int8 does for its regular part: Dettmers
et al. 2022, section 2.1). A scale per token instead of per batch matters twice: the outliers that the first tokens of a
Llama-like model carry into `down_proj` do not coarsen the other tokens, and a layer's result for a request does not
depend on what stands beside it in the batch.
"""

import warnings
from typing import cast

import torch
from torch import Tensor, nn

_WEIGHT_LIMIT = 127
_SMALLEST_SCALE = 1e-12


def _input_limit() -> int:
    """Return the largest magnitude of a quantised input.

    Without VNNI instructions products of neighbours are added in 16 bits: only 7-bit inputs cannot overflow them.
    """
    return 127 if torch.cpu._is_vnni_supported() else 63  # noqa: SLF001 - torch has no public question for it


class PackedWeight:
    """A weight matrix in 8 bits, laid out for the processor; models that share a matrix share one of these.

    Parameters
    ----------
    weight : (outputs, inputs)
        In floating point; not kept.
    """

    def __init__(self, weight: Tensor) -> None:
        weight = weight.detach().float()
        scales = weight.abs().amax(dim=1).clamp_min(_SMALLEST_SCALE) / _WEIGHT_LIMIT
        integers = (weight / scales[:, None]).round_().to(torch.int8)
        zeros = torch.zeros(len(scales), dtype=torch.long)
        # The public constructor would quantise from floating point a second time.
        quantised = torch._make_per_channel_quantized_tensor(integers, scales.double(), zeros, 0)  # noqa: SLF001
        self.packed = torch.ops.quantized.linear_prepack(quantised, None)
        self.limit = _input_limit()

    def apply(self, inputs: Tensor) -> Tensor:
        """Return inputs (..., inputs) times the transposed weight: (..., outputs), in 32-bit floating point."""
        # The maximum norm of torch.linalg would say the same, ten times slower.
        largest = inputs.abs().amax(dim=-1, keepdim=True).clamp_min_(_SMALLEST_SCALE)
        product = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            inputs / largest, 1 / self.limit, self.limit + 1, self.packed
        )
        return cast("Tensor", product.mul_(largest))


class Int8Linear(nn.Module):
    """Stands in for an `nn.Linear` without bias."""

    def __init__(self, weight: PackedWeight) -> None:
        super().__init__()
        self._weight = weight

    def forward(self, inputs: Tensor) -> Tensor:
        return self._weight.apply(inputs)


class Packer:
    """Packs each matrix once, so that models that share tensors go on sharing them."""

    def __init__(self) -> None:
        # The tensor is kept with its packing: a freed one's identity could be given to another.
        self._packed: dict[int, tuple[Tensor, PackedWeight]] = {}

    def pack_linears(self, model: nn.Module) -> None:
        """Replace every linear layer without bias in place, the head included; others stay as they are."""
        with warnings.catch_warnings():
            # torch means to drop quantised tensors in a later release; the lock decides when that reaches us.
            warnings.filterwarnings("ignore", message=".*quantized tensor creation functions.*", category=UserWarning)
            for name, module in list(model.named_modules()):
                if isinstance(module, nn.Linear) and cast("Tensor | None", module.bias) is None:
                    model.set_submodule(name, Int8Linear(self._pack(module.weight)))

    def _pack(self, weight: Tensor) -> PackedWeight:
        if id(weight) not in self._packed:
            self._packed[id(weight)] = (weight, PackedWeight(weight))
        return self._packed[id(weight)][1]
