"""training_run.json and training_summary.json as values: attempts as their writer recorded them, configuration, plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainmon.files.format import SETTINGS_TOML
from trainmon.runs.readers import moments
from trainmon.runs.readers.numbers import sound
from trainmon.runs.run import AttemptRecord, Plan

_EPOCH_KEYS = ("num_epochs", "num_train_epochs", "epochs", "max_epochs", "total_epochs", "n_epochs")
_STEP_KEYS = ("max_steps", "total_steps", "num_steps", "max_iters", "iters")
_ENDS = ("finished", "failed", "interrupted")


def attempt_records(document: Mapping[str, Any]) -> tuple[AttemptRecord, ...]:
    """Return the attempts that training_run.json lists, without those that are no objects or have no first row."""
    listed = document.get("attempts")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    records = [_record(number, entry) for number, entry in enumerate(entries, 1) if _whole(entry.get("first_row")) is not None]
    return tuple(sorted(records, key=lambda record: record.first_row))


def plan_of(records: Sequence[AttemptRecord], config: Mapping[str, Any], settings: Mapping[str, Any]) -> Plan:
    """Return how long the training means to be: as the tracker was told, else by the configuration, else by trainmon.toml."""
    newest = records[-1] if records else None
    if newest is not None and (newest.total_steps or newest.total_epochs):
        return Plan(newest.total_steps, newest.total_epochs, f"as {newest.by} was told")
    steps, step_key = _first_positive(config, _STEP_KEYS)
    epochs, epoch_key = _first_positive(config, _EPOCH_KEYS)
    if steps or epochs:
        # A step limit overrides the epochs, as in the trainers that have both.
        key = step_key if steps else epoch_key
        return Plan(int(steps) if steps else None, None if steps else epochs, f"configuration: {key}")
    steps, _ = _first_positive(settings, ("steps",))
    epochs, _ = _first_positive(settings, ("epochs",))
    return Plan(int(steps) if steps else None, epochs, SETTINGS_TOML) if steps or epochs else Plan()


def mapping(value: Any) -> dict[str, Any]:
    """Return `value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def moment(value: Any) -> float | None:
    """Return the point in time that a JSON value names, None where it names none."""
    return moments.seconds(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _record(number: int, entry: Mapping[str, Any]) -> AttemptRecord:
    end = entry.get("end")
    return AttemptRecord(
        id=str(entry.get("id") or number),
        first_row=_whole(entry.get("first_row")) or 0,
        started=moment(entry.get("started")),
        ended=moment(entry.get("ended")),
        end=end if end in _ENDS else None,
        reason=_text(entry.get("reason")),
        host=_text(entry.get("host")),
        boot_id=_text(entry.get("boot_id")),
        pid=_whole(entry.get("pid")),
        process_started=moment(entry.get("process_started")),
        resumed=bool(entry.get("resumed_from")),
        total_steps=_whole(entry.get("total_steps")),
        total_epochs=sound(entry.get("total_epochs")),
        config=mapping(entry.get("config")),
        environment=mapping(entry.get("environment")),
        memory_mb=sound(mapping(entry.get("environment")).get("memory_mb")),
        rows_not_written=_whole(entry.get("rows_not_written")) or 0,
        by=_text(entry.get("by")) or AttemptRecord.by,
        not_sampled={str(source): str(why) for source, why in mapping(entry.get("not_sampled")).items()},
    )


def _whole(value: Any) -> int | None:
    number = sound(value)
    return int(number) if number is not None else None


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None


def _first_positive(config: Mapping[str, Any], keys: Sequence[str]) -> tuple[float | None, str]:
    for key in keys:
        value = sound(config.get(key))
        if value is not None and value > 0:
            return float(value), key
    return None, ""
