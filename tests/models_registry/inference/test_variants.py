import torch

from models_registry.inference.quantising import Int8Linear, Packer
from models_registry.inference.recipes import VARIANTS, Recipe
from models_registry.inference.revisions import model_revision
from models_registry.inference.variants import make_variant, round_to_bits
from tests.models_registry.inference.tiny import make_tiny_model

IDS = torch.arange(40)[None] * 5 % 250


def logits_of(model):
    with torch.inference_mode():
        return model(IDS).logits


def test_make_variant_without_layers_shares_the_rest():
    model = make_tiny_model(layers=4)

    variant = make_variant(model, Recipe(drop_layers=(1, 2)))

    assert (variant.config.num_hidden_layers, model.config.num_hidden_layers) == (2, 4)
    assert [layer.self_attn.layer_idx for layer in variant.model.layers] == [0, 1]
    assert variant.model.layers[1].mlp.up_proj.weight is model.model.layers[3].mlp.up_proj.weight
    assert variant.lm_head.weight is model.lm_head.weight


def test_make_variant_leaves_the_source_alone():
    model = make_tiny_model()
    before = logits_of(model)

    for recipe in (Recipe(drop_layers=(1,)), Recipe(weight_bits=3)):
        assert not torch.allclose(logits_of(make_variant(model, recipe)), before)

    assert torch.equal(logits_of(model), before)
    assert torch.equal(logits_of(make_variant(model, Recipe())), before)


def test_round_to_bits_keeps_the_extremes_and_few_levels():
    weight = torch.randn(6, 96, generator=torch.Generator().manual_seed(2))

    rounded = round_to_bits(weight, 3).reshape(-1, 32)

    groups = weight.reshape(-1, 32)
    assert max(len(group.unique()) for group in rounded) <= 7
    torch.testing.assert_close(rounded.abs().amax(dim=1), groups.abs().amax(dim=1))
    half_step = groups.abs().amax(dim=1, keepdim=True) / 6
    assert ((rounded - groups).abs() <= half_step * 1.0001).all()


def test_round_to_bits_keeps_zeros():
    assert torch.equal(round_to_bits(torch.zeros(2, 64), 3), torch.zeros(2, 64))


def test_packed_model_is_close_to_its_source():
    model = make_tiny_model()
    packed = make_variant(model, Recipe())
    Packer().pack_linears(packed)

    expected, found = logits_of(model), logits_of(packed)

    assert not any(isinstance(module, torch.nn.Linear) for module in packed.modules())
    assert torch.nn.functional.cosine_similarity(expected, found, dim=-1).mean() > 0.98
    assert not torch.equal(expected, found)


def test_packed_rows_do_not_depend_on_their_neighbours():
    layer = torch.nn.Linear(64, 48, bias=False)
    model = torch.nn.Sequential(layer)
    Packer().pack_linears(model)
    rows = torch.randn(5, 64) * torch.tensor([1e-3, 1.0, 1e3, 5.0, 0.0])[:, None]

    together = model(rows)
    alone = torch.cat([model(row[None]) for row in rows])

    assert torch.equal(together, alone)
    assert torch.nn.functional.cosine_similarity(together[:4], layer(rows)[:4], dim=-1).min() > 0.999
    assert torch.equal(together[4], torch.zeros(48))


def test_packer_packs_a_shared_matrix_once():
    model = make_tiny_model(layers=4)
    variants = [make_variant(model, recipe) for recipe in (Recipe(), Recipe(drop_layers=(2,)), Recipe(weight_bits=3))]
    packer = Packer()

    for variant in variants:
        packer.pack_linears(variant)

    base, dropped, rounded = (variant.model.layers[-1].mlp.up_proj for variant in variants)
    assert isinstance(base, Int8Linear)
    assert base._weight is dropped._weight
    assert base._weight is not rounded._weight
    assert variants[0].lm_head._weight is variants[2].lm_head._weight


def test_model_revision_tells_every_difference_apart():
    revisions = {
        model_revision(source, recipe, dtype)
        for source in ("a", "b")
        for recipe in VARIANTS.values()
        for dtype in ("int8", "bfloat16")
    }

    assert len(revisions) == 2 * len(VARIANTS) * 2
    assert model_revision("a", VARIANTS["base"], "int8") == model_revision("a", Recipe(), "int8")
