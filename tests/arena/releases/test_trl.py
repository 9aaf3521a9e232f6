"""The layout for TRL trains with TRL: one step of DPO on a tiny model with random weights."""

from copy import deepcopy

import pytest
from datasets import load_dataset

from arena.releases.filters import BattleFilter
from arena.releases.package import ExportPlan, write_package

TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


@pytest.fixture(scope="module")
def tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(["<pad>", "<end>", *letters])}
    raw = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    wrapped = PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<pad>", eos_token="<end>")
    wrapped.chat_template = TEMPLATE
    return wrapped


@pytest.fixture
def preferences(cast, tmp_path):
    for winner in ("model_a", "model_b", "tie"):
        cast(winner)
    plan = ExportPlan(BattleFilter(), "Preferences", "CC0-1.0", "jsonl", "preferences")
    folder = tmp_path / "export"
    folder.mkdir()
    write_package(plan, folder, key=b"k" * 32, report=lambda _done, _total: None)
    return load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))


# TRL uses names that transformers will drop in its next major version.
@pytest.mark.filterwarnings("ignore:.*gradient_checkpointing.* is deprecated:FutureWarning")
def test_preferences_train_one_step_of_dpo(preferences, tokenizer, tmp_path):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl import DPOConfig, DPOTrainer

    torch.set_num_threads(1)
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    model = LlamaForCausalLM(
        LlamaConfig(vocab_size=len(tokenizer), pad_token_id=0, eos_token_id=1, bos_token_id=1, **sizes)
    )
    before = model.model.embed_tokens.weight.detach().clone()
    settings = DPOConfig(
        output_dir=str(tmp_path / "model"), max_steps=1, per_device_train_batch_size=2, learning_rate=0.01,
        use_cpu=True, bf16=False, report_to="none", save_strategy="no", disable_tqdm=True,
        dataloader_pin_memory=False,
    )  # fmt: skip

    trainer = DPOTrainer(
        model, ref_model=deepcopy(model), args=settings, train_dataset=preferences, processing_class=tokenizer
    )
    result = trainer.train()

    assert len(preferences) == 2
    assert result.global_step == 1
    # Two policies that are equal give log 2: prompts and answers went where they belong.
    assert result.training_loss == pytest.approx(0.6931, abs=1e-3)
    assert not torch.equal(before, model.model.embed_tokens.weight)
