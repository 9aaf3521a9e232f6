"""Which weights answered: hashes that name a model's files and what was done to them."""

import hashlib
import json
from pathlib import Path

from models_registry.inference.recipes import Recipe

CONVERSION_FACTS = "conversion.json"
_SOURCE_PATTERNS = ("*.safetensors", "config.json", "generation_config.json", "tokenizer*", "chat_template*")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_hash(folder: Path) -> str:
    """Return a hash of what a model folder holds.

    A folder that we converted names its source's hash itself; of any other all weights are read, which takes about a
    second per gigabyte.
    """
    facts = folder / CONVERSION_FACTS
    if facts.exists():
        return str(json.loads(facts.read_text(encoding="utf-8"))["source_sha256"])
    names = sorted({path.name for pattern in _SOURCE_PATTERNS for path in folder.glob(pattern)})
    return _hash_of({name: file_sha256(folder / name) for name in names})


def model_revision(source: str, recipe: Recipe, dtype: str) -> str:
    """Return the hash that provenance records for a served model: of its source, its recipe and its number type."""
    return _hash_of({"source": source, "recipe": recipe.as_facts(), "dtype": dtype})


def _hash_of(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
