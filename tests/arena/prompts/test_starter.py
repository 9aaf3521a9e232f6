from collections import Counter

from arena.prompts.starter import read_categories, read_prompts
from arena.safety.screen import Screening, screen_prompt


def test_starter_library_is_large_and_varied_enough():
    prompts = read_prompts()

    languages = Counter(prompt.language for prompt in prompts)
    categories = Counter(prompt.category for prompt in prompts)
    assert len(prompts) >= 72
    assert set(languages) == {"en", "de", "fr", "es"}
    assert min(languages.values()) >= 4
    assert languages["en"] > len(prompts) / 2
    assert len(categories) >= 9
    assert min(categories.values()) >= 5


def test_starter_prompts_have_a_category_and_keys_and_texts_of_their_own():
    prompts = read_prompts()

    assert {prompt.category for prompt in prompts} == {category.slug for category in read_categories()}
    assert len({prompt.key for prompt in prompts}) == len(prompts)
    assert len({prompt.text for prompt in prompts}) == len(prompts)


def test_starter_prompts_pass_the_screening_unchanged():
    prompts = read_prompts()

    assert [screen_prompt(prompt.text) for prompt in prompts] == [Screening(prompt.text) for prompt in prompts]
    assert max(len(prompt.text) for prompt in prompts) <= 600


def test_starter_prompts_say_under_which_licence_they_are():
    terms = {(prompt.licence, prompt.source) for prompt in read_prompts()}

    assert terms == {("CC0-1.0", "Parallax starter library")}
