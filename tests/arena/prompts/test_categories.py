import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from arena.prompts.models import Category
from arena.prompts.selectors.categories import category_family, category_paths
from tests.arena.prompts.library import make_category

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def tree() -> tuple[Category, Category, Category]:
    code = make_category("code")
    python = make_category("python", parent=code)
    return code, python, make_category("asyncio", parent=python)


def test_category_paths_show_the_way_in_one_query(tree, django_assert_num_queries):
    make_category("advice")

    with django_assert_num_queries(1):
        paths = category_paths()

    assert list(paths.values()) == ["Advice", "Code", "Code / Python", "Code / Python / Asyncio"]


def test_category_family_is_everything_below(tree, django_assert_num_queries):
    make_category("advice")

    with django_assert_num_queries(1):
        family = category_family(tree[1].pk)

    assert family == [tree[1].pk, tree[2].pk]


def test_category_cannot_be_a_part_of_its_own_parts(tree):
    code, _python, asyncio = tree
    code.parent = asyncio

    with pytest.raises(ValidationError, match="part of itself"):
        code.full_clean()


def test_database_refuses_a_category_that_is_its_own_parent(tree):
    with pytest.raises(IntegrityError, match="category_is_not_its_parent"):
        Category.objects.filter(pk=tree[0].pk).update(parent=tree[0])
