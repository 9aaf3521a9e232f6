import pytest

from ratings.formulas import formula_of

pytestmark = pytest.mark.unit


def test_formula_comes_from_the_docstring_of_the_function():
    formula = formula_of("bradley_terry", "fit_bradley_terry")

    assert formula.function == "ratings.core.bradley_terry.fit_bradley_terry"
    assert formula.mathml.startswith("<math")
    assert "<mfrac>" in formula.mathml
    assert "beats" in formula.mathml


@pytest.mark.parametrize("function", ["nobody", "make_objective"])
def test_a_function_without_formula_is_an_error(function):
    with pytest.raises(LookupError, match=function):
        formula_of("bradley_terry", function)
