"""What variants there are; torch is not needed to name one."""

from dataclasses import asdict, dataclass

from models_registry.inference.errors import MisconfiguredBackendError


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a variant is made.

    Parameters
    ----------
    drop_layers
        Indices of decoder layers that are left out.
    weight_bits
        Round the matrices of the layers to this many bits in groups of 32 weights; None leaves them alone.
    """

    drop_layers: tuple[int, ...] = ()
    weight_bits: int | None = None

    def as_facts(self) -> dict[str, object]:
        """Return what a revision hash is taken over."""
        return asdict(self)


VARIANTS: dict[str, Recipe] = {
    "base": Recipe(),
    "drop1": Recipe(drop_layers=(15,)),
    "drop2": Recipe(drop_layers=(10, 20)),
    "w3": Recipe(weight_bits=3),
}


def find_recipe(variant: str) -> Recipe:
    """Return a variant's recipe.

    Raises
    ------
    MisconfiguredBackendError
        If there is none of that name.
    """
    try:
        return VARIANTS[variant]
    except KeyError:
        raise MisconfiguredBackendError(f"Unknown variant {variant!r}; known are {', '.join(VARIANTS)}.") from None
