import subprocess
import sys

import pytest

from models_registry.inference import errors
from models_registry.inference.errors import InferenceError
from models_registry.inference.protocol import SamplingParameters


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"top_k": -1},
        {"repetition_penalty": 0.0},
        {"max_new_tokens": 0},
        {"temperature": float("nan")},
    ],
)
def test_sampling_parameters_refuse_what_is_out_of_range(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SamplingParameters(**wrong)


def test_errors_have_distinct_stable_kinds():
    kinds = {
        error.kind: error.retryable for error in InferenceError.__subclasses__() if error.__module__ == errors.__name__
    }

    assert kinds == {
        "unavailable": True,
        "too_long": False,
        "engine_failed": True,
        "timeout": True,
        "refused": False,
        "malformed": True,
        "rate_limited": True,
        "empty": True,
        "misconfigured": False,
    }
    assert issubclass(errors.PromptTooLongError, InferenceError)


@pytest.mark.parametrize("module", ["protocol", "errors", "registry", "scripted", "convert", "revisions", "recipes"])
def test_light_modules_do_not_load_torch(module):
    code = f"import sys, models_registry.inference.{module}; print({{'torch', 'transformers'}} & {{*sys.modules}})"

    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert output == "set()\n"
