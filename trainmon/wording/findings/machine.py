"""What is said of the machine: a GPU that waits, heat, swap."""

from __future__ import annotations

from trainmon.wording.findings.sentences import Sentences, at, memory_of, percent_of
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import number


def _starved(found: Found) -> str:
    waits = f"the GPU waits for data: it is busy for {percent_of(found, 'gpu_use')} of the time, in bursts"
    return f"{waits}, while the CPU is at {percent_of(found, 'cpu')}" if found.case == "cpu" else waits


STARVED = Sentences(
    "GPU waits for data",
    _starved,
    (
        "give the data loader more workers (num_workers, dataloader_num_workers), up to the number of cores",
        "prepare the data once (tokenise, resize) and read the result; copy it to a local disk",
        "let the loader work ahead: prefetch_factor, persistent_workers, pin_memory",
        "a larger batch, if memory allows",
    ),
    "validations, checkpoints or generated answers between the steps leave the GPU idle as well",
)


def _throttled(found: Found) -> str:
    slower = f"slower by {percent_of(found, 'drop')}{at(found)}"
    if found.case == "power":
        return f"{slower}, where the GPU came to its power limit ({percent_of(found, 'power')} of it)"
    now, before = found.value("heat"), found.value("heat_before")
    degrees = f" ({number(now)} °C, {number(before)} °C before)" if now is not None and before is not None else ""
    return f"{slower}, where the GPU became too hot{degrees}"


THROTTLED = Sentences(
    "Slowed by heat or power",
    _throttled,
    (
        "give the machine air: clean its fans, lift the laptop, cool the room",
        "look at its power: a charger that is too weak, a battery, a limit set on the GPU (nvidia-smi -q -d POWER,PERFORMANCE)",
        "look for another job on the same GPU",
    ),
    "the GPU may be hot and the training slow for different reasons, such as longer samples",
)


def _swapping(found: Found) -> str:
    grew = f"the machine swaps: swap grew from {memory_of(found, 'swap_before')} to {memory_of(found, 'swap')}"
    return f"{grew}, and the training is slower by {percent_of(found, 'drop')}{at(found)}"


SWAPPING = Sentences(
    "Memory goes to disk",
    _swapping,
    (
        "reduce the batch size, and raise gradient_accumulation_steps to keep the effective one",
        "reduce max_seq_length",
        "close what else uses memory on this machine",
        "quantise the base model (4 bits), or train fewer layers",
    ),
    "systems move what other programs do not use to swap as well",
)
