import pytest

from models_registry.inference.remote.option_checks import OptionsError, is_private_literal, read_options
from models_registry.inference.remote.options import RemoteOptions

FINE = {"base_url": "https://api.example.org/v1", "model": "m-1"}


def problems(**options: object) -> list[str]:
    with pytest.raises(OptionsError) as refused:
        read_options({**FINE, **options})
    return refused.value.problems


def test_options_have_defaults():
    options = read_options(FINE)

    assert options == RemoteOptions(base_url="https://api.example.org/v1", model="m-1")
    assert options.address == "https://api.example.org/v1/chat/completions"
    assert set(options.sent_parameters) == {"temperature", "top_p", "max_new_tokens", "seed"}


def test_all_options_may_be_given():
    given = {
        **FINE,
        "base_url": "http://10.0.0.5:8080/v1/",
        "key_env": "EXAMPLE_API_KEY",
        "allow_private": True,
        "connect_timeout": 1,
        "first_text_timeout": 2.5,
        "silence_timeout": 3,
        "total_timeout": 4,
        "retries": 0,
        "concurrency": 1,
        "requests_per_minute": 60,
        "ask_usage": False,
        "parameters": {"top_k": "top_k", "seed": None},
        "extra": {"reasoning_effort": "low"},
    }

    options = read_options(given)

    assert (options.address, options.host) == ("http://10.0.0.5:8080/v1/chat/completions", "10.0.0.5")
    assert set(options.sent_parameters) == {"temperature", "top_p", "max_new_tokens", "top_k"}


def test_everything_missing_is_told_at_once():
    with pytest.raises(OptionsError) as refused:
        read_options({"retries": -1})

    assert refused.value.problems == [
        'base_url: missing. Name the server, as in "base_url": "https://api.example.org/v1".',
        "model: missing. Give the server's name of the model.",
        "retries: must be a whole number from 0 to 5.",
    ]


@pytest.mark.parametrize("name", ["api_key", "key", "Authorization", "headers"])
def test_pasted_key_is_refused_with_the_way_to_give_it(name):
    assert problems(**{name: "sk-secret"}) == [
        (
            f"{name}: keys are not stored. Put the key into an environment variable of the workers and name it here, "
            'as in "key_env": "EXAMPLE_API_KEY".'
        )
    ]


@pytest.mark.parametrize(
    "url",
    [
        "api.example.org/v1",
        "ftp://api.example.org",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://a:99999/v1",
        "https://exämple.org/v1",
        "https://a b/v1",
        "https://a/v1\r\nX: y",
    ],
)
def test_what_is_no_address_is_refused(url):
    assert problems(base_url=url)[0] == "base_url: not an address. Write it as https://api.example.org/v1."


@pytest.mark.parametrize("url", ["https://me:pw@a.org/v1", "https://a.org/v1?key=1", "https://a.org/v1#x"])
def test_address_holds_nothing_secret(url):
    assert problems(base_url=url) == ["base_url: no names, passwords or questions in it. A key goes into key_env."]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"model": 7}, "model: must be text."),
        ({"retries": 1.5}, "retries: must be a whole number."),
        ({"concurrency": 0}, "concurrency: must be a whole number from 1 to 512."),
        ({"concurrency": True}, "concurrency: must be a whole number."),
        ({"total_timeout": "60"}, "total_timeout: must be a number of seconds."),
        ({"total_timeout": float("nan")}, "total_timeout: must be a number of seconds from 0.05 to 3600."),
        ({"allow_private": "yes"}, "allow_private: must be true or false."),
        ({"extra": []}, "extra: must be an object."),
        ({"extra": {"messages": []}}, "extra: messages is set by the arena."),
        ({"extra": {"top_p": 1}}, "extra: top_p is set by the arena."),
        ({"parameters": {"top_k": ""}}, "parameters: top_k must be the server's name of it, or null to leave it out."),
        (
            {"parameters": {"seed": "model"}},
            "parameters: seed must be the server's name of it, or null to leave it out.",
        ),
        (
            {"parameters": {"max_new_tokens": None}},
            "parameters: max_new_tokens must be sent, or answers would have no end.",
        ),
        (
            {"base_url": "http://a.org/v1", "key_env": "EXAMPLE_API_KEY"},
            "base_url: a key is only sent over https, or to a private address with allow_private.",
        ),
        (
            {"key_env": "SECRET_KEY"},
            (
                "key_env: the name of an environment variable that ends in _API_KEY, not the key itself, "
                "as in EXAMPLE_API_KEY."
            ),
        ),
    ],
)
def test_unusable_option_is_refused_in_words(options, sentence):
    assert problems(**options) == [sentence]


def test_unknown_options_are_named_with_those_that_are_known():
    assert problems(modle="x")[0].startswith("modle: unknown. Known are base_url, model, key_env, ")


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("10.0.0.1", True),
        ("::1", True),
        ("a.org", False),
        ("8.8.8.8", False),
    ],
)
def test_private_literal_is_known_by_what_is_written(host, private):
    assert is_private_literal(host) is private
