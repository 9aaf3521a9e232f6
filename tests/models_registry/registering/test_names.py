import pytest

from models_registry.models import Endpoint
from models_registry.registering.errors import RegistryError
from models_registry.registering.names import check_slug, read_size, slug_of


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "size"),
    [("", None), ("135M", 135_000_000), ("1.5 b", 1_500_000_000), ("7000000000", 7_000_000_000), ("1,000", 1000)],
)
def test_size_is_read_as_people_write_it(text, size):
    assert read_size(text) == size


@pytest.mark.unit
@pytest.mark.parametrize("text", ["many", "-7B", "7 billion", "9" * 14])
def test_size_that_is_no_number_is_refused(text):
    with pytest.raises(RegistryError, match="135M"):
        read_size(text)


@pytest.mark.unit
def test_short_name_follows_from_the_name():
    assert slug_of("Zephyrine 1.5 Instruct!") == "zephyrine-1-5-instruct"


@pytest.mark.django_db
@pytest.mark.integration
def test_free_short_name_is_accepted():
    assert check_slug("zephyrine") == "zephyrine"


@pytest.mark.django_db
@pytest.mark.integration
@pytest.mark.parametrize(
    ("slug", "sentence"), [("", "letters"), ("a b", "letters"), ("new", "itself"), ("Far", "taken by another endpoint")]
)
def test_short_name_that_cannot_be_used_is_refused(slug, sentence):
    Endpoint.objects.create(slug="far", backend="scripted")

    with pytest.raises(RegistryError, match=sentence):
        check_slug(slug)
