import pytest

from ratings.errors import UnknownVariantError
from ratings.variants import BoardView, Variant, all_variants, read_view, write_view

pytestmark = pytest.mark.unit


def test_an_empty_query_is_the_board_itself():
    assert read_view({}, "sandwich") == BoardView(Variant(), "sandwich")


@pytest.mark.parametrize("variant", all_variants(styled=True), ids=lambda variant: variant.key)
@pytest.mark.parametrize("interval", ["bootstrap", "sandwich"])
def test_every_view_has_one_address_that_leads_back_to_it(variant, interval):
    view = BoardView(variant, interval)

    query = write_view(view, "bootstrap")

    assert read_view(dict(pair.split("=") for pair in query.split("&") if pair), "bootstrap") == view
    assert ("interval" in query) == (interval == "sandwich")


def test_names_of_variants_are_distinct_and_without_style_fewer():
    keys = [variant.key for variant in all_variants(styled=True)]

    assert (len(keys), len(set(keys))) == (12, 12)
    assert {variant.key for variant in all_variants(styled=False)} == {key for key in keys if "style" not in key}
    assert Variant("davidson", side=True).key == "davidson+side"


@pytest.mark.parametrize("query", [{"ties": "elo"}, {"side": "1"}, {"style": ""}, {"interval": "none"}])
def test_an_unknown_switch_is_refused(query):
    with pytest.raises(UnknownVariantError):
        read_view(query, "bootstrap")
