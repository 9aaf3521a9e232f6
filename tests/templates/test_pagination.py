import re

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string


@pytest.fixture
def links():
    """Renders the links of page `number` of three; returns each with its text."""

    def render(number, **context):
        page = Paginator(range(3), 1).page(number)
        html = render_to_string("shared/pagination.html", {"page_obj": page, **context})
        return re.findall(r'href="([^"]*)" rel="\w+">([^<]*)<', html)

    return render


def test_pagination_leads_both_ways(links):
    assert links(1) == [("?page=2", "Next")]
    assert links(2) == [("?page=1", "Previous"), ("?page=3", "Next")]
    assert links(3) == [("?page=2", "Previous")]


def test_pagination_says_newer_and_older_where_the_newest_comes_first(links):
    assert links(2, newest_first=True) == [("?page=1", "Newer"), ("?page=3", "Older")]


def test_pagination_keeps_what_the_page_was_asked_for(links):
    assert links(1, kept="rows=similar") == [("?rows=similar&amp;page=2", "Next")]


def test_pagination_of_one_page_is_nothing():
    page = Paginator(range(1), 1).page(1)

    assert render_to_string("shared/pagination.html", {"page_obj": page}).strip() == ""
