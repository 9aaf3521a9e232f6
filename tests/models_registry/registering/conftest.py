import json
from pathlib import Path

import pytest


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """A folder that looks like a model's, as `tiny` within var/models."""
    settings.VAR_DIR = tmp_path
    place = tmp_path / "models" / "tiny"
    place.mkdir(parents=True)
    (place / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (place / "tokenizer.json").write_text("{}")
    (place / "model.safetensors").write_bytes(b"weights")
    return place
