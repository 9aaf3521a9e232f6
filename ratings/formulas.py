"""The formulas of the mathematics, read from the docstrings of the functions that compute them."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from latex2mathml.converter import convert

CORE = Path(__file__).parent / "core"
DIRECTIVE = ".. math::"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as MathML, and the function of `ratings.core` whose docstring holds it."""

    function: str
    mathml: str


@cache
def formula_of(module: str, function: str) -> Formula:
    """Return the first formula in the docstring of a function of `ratings.core`, without importing it.

    Raises
    ------
    LookupError
        When there is no such function, or no formula in its docstring.
    """
    tree = ast.parse((CORE / f"{module}.py").read_text(encoding="utf-8"))
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    docstring = next((ast.get_docstring(node) for node in found), None) or ""
    lines = (line.partition(DIRECTIVE)[2].strip() for line in docstring.splitlines() if DIRECTIVE in line)
    latex = next(lines, None)
    if latex is None:
        raise LookupError(f"There is no formula in the docstring of ratings.core.{module}.{function}.")
    return Formula(f"ratings.core.{module}.{function}", convert(latex, display="block"))
