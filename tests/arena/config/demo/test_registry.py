from arena.config.demo.registry import read_registry


def test_registry_gives_every_contestant_its_own_place_in_the_order():
    strengths = read_registry().strengths

    assert sorted(strengths, key=strengths.__getitem__, reverse=True) == [
        "smollm2-135m-instruct",
        "smollm2-135m-drop2",
        "smollm2-135m-hot",
        "smollm2-135m-w3",
    ]
    assert len(set(strengths.values())) == len(strengths)


def test_registry_fills_in_the_common_sampling_parameters():
    sampling = {row.slug: row.sampling for row in read_registry().contestants}

    common = {"temperature": 0.7, "top_p": 0.95, "top_k": 50, "max_new_tokens": 96}
    assert sampling["smollm2-135m-w3"] == common
    assert sampling["smollm2-135m-hot"] == {**common, "temperature": 1.5, "top_p": 1.0}


def test_registry_system_prompt_names_nobody():
    registry = read_registry()

    prompt = registry.system_prompt.lower()
    names = [alias.lower() for model in registry.models for alias in (model.slug, *model.aliases)]
    assert [name for name in names if name in prompt] == []
