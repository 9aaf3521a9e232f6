import pytest

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.registry import open_backend
from models_registry.inference.scripted import ScriptedBackend
from models_registry.inference.transformers_backend import TransformersBackend


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [("scripted", {}, ScriptedBackend), ("transformers", {"model_path": "x", "slots": 2}, TransformersBackend)],
)
def test_open_backend_builds_what_a_row_names(kind, options, expected):
    backend = open_backend(kind, options)

    assert type(backend) is expected
    assert not backend.ready


@pytest.mark.parametrize(("kind", "options"), [("gpt", {}), ("transformers", {}), ("transformers", {"modelpath": "x"})])
def test_open_backend_refuses_what_it_does_not_know(kind, options):
    with pytest.raises(MisconfiguredBackendError):
        open_backend(kind, options)
