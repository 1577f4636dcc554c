"""transformers and peft: the tiny model, and QLoRA on an NVIDIA GPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import (
    LoraConfig,
    PeftModel,
    get_peft_model,
    load_peft_weights,
    prepare_model_for_kbit_training,
    set_peft_model_state_dict,
)
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, MistralConfig, MistralForCausalLM

from notebooks.finetuning.encoding import NOT_LEARNED, Batch
from notebooks.finetuning.engine import TINY, Settings

LAYERS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
OPTIMIZER, RANDOM = "optimizer.pt", "random.pt"


class TorchEngine:
    """A model of transformers with peft's LoRA."""

    def __init__(self, settings: Settings) -> None:
        torch.cuda.empty_cache()
        self._settings = settings
        tiny = settings["backend"] == "tiny"
        lora = LoraConfig(
            r=settings["lora_rank"], lora_alpha=settings["lora_alpha"], lora_dropout=settings["lora_dropout"],
            target_modules=LAYERS, task_type="CAUSAL_LM",
            modules_to_save=["lm_head", "embed_tokens"] if tiny else None,  # random ones are of no use
        )  # fmt: skip
        base = _tiny(settings["seed"]) if tiny else _in_four_bits(settings["model"])
        torch.manual_seed(settings["seed"])
        self.model = get_peft_model(base, lora)
        self.model.print_trainable_parameters()
        self._trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self._optimizer = torch.optim.AdamW(self._trained, weight_decay=0.01)

    def step(self, batches: Sequence[Batch], learning_rate: float) -> tuple[float, float]:
        """Take one step of the optimiser over all batches; each learned token weighs the same."""
        self.model.train()
        self._optimizer.zero_grad(set_to_none=True)  # at the beginning: the stop button may have ended a step halfway
        total, count = 0.0, sum(_learned(batch) for batch in batches)
        for batch in batches:
            loss = self._sum(batch) / count
            loss.backward()
            total += loss.item()
        norm = torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        self._optimizer.step()
        return total, float(norm)

    def loss(self, batch: Batch) -> tuple[float, int]:
        """Return the loss of all learned tokens of a batch, and how many they are."""
        self.model.eval()
        with torch.no_grad():
            return float(self._sum(batch)), _learned(batch)

    def answer(self, prompt: Sequence[int], longest: int) -> list[int]:
        """Return the most likely tokens after a prompt."""
        self.model.eval()
        tokens = torch.tensor([list(prompt)], device=self.model.device)
        with torch.no_grad():
            said = self.model.generate(
                input_ids=tokens, attention_mask=torch.ones_like(tokens), max_new_tokens=longest, do_sample=False, use_cache=True
            )
        return [int(token) for token in said[0, len(prompt) :]]

    def save(self, folder: Path) -> None:
        """Save the adapter as peft does."""
        self.model.save_pretrained(folder, save_embedding_layers=False)

    def load(self, folder: Path) -> None:
        """Take up an adapter of peft's."""
        set_peft_model_state_dict(self.model, load_peft_weights(str(folder), device="cpu"))

    def save_state(self, folder: Path) -> None:
        """Save the optimiser, and the state of torch's random numbers: dropout draws from them."""
        torch.save(self._optimizer.state_dict(), folder / OPTIMIZER)
        torch.save({"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all()}, folder / RANDOM)

    def load_state(self, folder: Path) -> None:
        """Go on with that optimiser and these random numbers; on another number of GPUs theirs begin anew."""
        self._optimizer.load_state_dict(torch.load(folder / OPTIMIZER, map_location=self.model.device))
        states = torch.load(folder / RANDOM)
        torch.set_rng_state(states["cpu"])
        if len(states["cuda"]) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all(states["cuda"])

    def merge(self, adapter: Path, folder: Path, tokenizer: Any) -> None:
        """Merge an adapter into the weights in 16 bits, in main memory: in 4 bits the merged ones would be rounded."""
        name, seed = self._settings["model"], self._settings["seed"]
        tiny = self._settings["backend"] == "tiny"
        base = _tiny(seed) if tiny else AutoModelForCausalLM.from_pretrained(name, dtype=torch.bfloat16, device_map="cpu")
        PeftModel.from_pretrained(base, str(adapter)).merge_and_unload().save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    def _sum(self, batch: Batch) -> torch.Tensor:
        """Return the loss of all learned tokens; only their logits are turned to 32 bits."""
        longest = max(len(each.tokens) for each in batch)

        def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
            return torch.tensor([row + [fill] * (longest - len(row)) for row in rows], device=self.model.device)

        labels = padded([each.labels for each in batch], NOT_LEARNED)[:, 1:]
        logits = self.model(
            input_ids=padded([each.tokens for each in batch], 0),
            attention_mask=padded([[1] * len(each.tokens) for each in batch], 0),
        ).logits[:, :-1]
        learned = labels != NOT_LEARNED
        return cross_entropy(logits[learned].float(), labels[learned], reduction="sum")


def _learned(batch: Batch) -> int:
    return sum(label != NOT_LEARNED for each in batch for label in each.labels[1:])


def _tiny(seed: int) -> Any:
    """Return a Mistral of two small layers with random weights, the same for the same seed."""
    random_state = torch.get_rng_state()
    torch.manual_seed(seed)
    model = MistralForCausalLM(MistralConfig(**TINY, bos_token_id=None, eos_token_id=1, pad_token_id=0))
    torch.set_rng_state(random_state)
    return model


def _in_four_bits(name: str) -> Any:
    """Return a model quantised to 4 bits (QLoRA: NF4, double quantisation), on the GPU where there is one, ready for LoRA."""
    four_bits = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
    )
    model = AutoModelForCausalLM.from_pretrained(name, quantization_config=four_bits, device_map="auto", dtype=torch.bfloat16)
    for layer in model.modules():
        if hasattr(layer, "support_avx512bf16_for_cpu"):  # on such a CPU a layer packed by its first validation learns no more
            layer.support_avx512bf16_for_cpu = False
    return prepare_model_for_kbit_training(model, gradient_checkpointing_kwargs={"use_reentrant": False})
