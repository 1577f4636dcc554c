from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import rows, write_run
from tests.logs import HEADER
from tests.pages.conftest import Open, words
from tests.pages.test_loss import chart
from trainmon.charts import palette
from trainmon.runs.ids import run_id

START = 1_700_000_000.0


def two(tmp_path: Path) -> list[str]:
    good = write_run(tmp_path / "good", floor=0.4, config={"learning_rate": 1e-4, "batch_size": 4})
    poor = write_run(tmp_path / "poor", floor=0.9, config={"learning_rate": 1e-3, "batch_size": 4})
    return [run_id(good), run_id(poor)]


def seeds(tmp_path: Path, runs: int = 3) -> list[str]:
    """Write groups of two seeds each and return the ids of the runs."""
    written = [
        write_run(
            tmp_path / f"lr-{rate}-seed{seed}",
            start=START,
            floor=0.5 + rate + seed / 100,
            config={"learning_rate": rate, "seed": seed},
        )
        for rate in [0.1 * 2**at for at in range(runs)]
        for seed in (1, 2)
    ]
    return [run_id(each) for each in written]


def said(app: AppTest) -> str:
    """Return the sentence that answers the page's question."""
    return next(block.value for block in app.markdown if block.value.startswith("####")).replace("\\", "")


def test_runs_are_drawn_on_the_same_axes_in_their_own_colours(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py", run=ids)
    assert not app.exception
    spec, data = chart(app)
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["good", "poor"]
    assert scale["range"] == [palette(ids)[key] for key in ids]
    assert set(data["lines"].column("kind").to_pylist()) == {"train", "validation"}


def test_the_answer_comes_first_with_what_it_rests_on(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=two(tmp_path))
    assert said(app).startswith("#### good beats poor by 42.3 % in validation loss at step 299 (beyond the noise)")
    assert "seeds were not compared" in words(app)


def test_the_table_ranks_the_runs_with_the_distance_to_the_baseline(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py", run=ids, baseline=ids[1])
    table = app.dataframe[0].value
    assert list(table["Run"]) == ["good", "poor (baseline)"]
    assert list(table["Rank"]) == [1, 2]
    assert list(table["To baseline"].round(1).fillna(0)) == [-42.3, 0.0]


def test_only_the_differences_of_the_configuration_are_listed(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=two(tmp_path))
    differing = app.dataframe[1].value
    assert differing.to_dict() == {"good": {"learning_rate": "0.0001"}, "poor": {"learning_rate": "0.001"}}
    assert "One setting is the same." in words(app)


def test_seeds_are_one_line_with_a_band_and_one_row_with_its_spread(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=seeds(tmp_path, 2))
    assert not app.exception
    _, data = chart(app)
    assert set(data["bands"].column("series").to_pylist()) == {"lr-0.1 (2 seeds)", "lr-0.2 (2 seeds)"}
    assert "bands go from its lowest to its highest" in words(app)
    assert list(app.dataframe[0].value["Run"]) == ["lr-0.1 (2 seeds) (baseline)", "lr-0.2 (2 seeds)"]
    assert list(app.dataframe[1].value["Run"]) == ["lr-0.1-seed1", "lr-0.1-seed2", "lr-0.2-seed1", "lr-0.2-seed2"]
    app.toggle(key="group").set_value(False).run()
    assert len(app.dataframe[0].value) == 4
    assert "bands" not in chart(app)[1]


def test_any_metric_that_is_shared_can_be_compared(open_page: Open, tmp_path: Path) -> None:
    lines = [f"{line},{0.5 + at / 1000}" for at, line in enumerate(rows(start=START))]
    better = [f"{line},{0.6 + at / 1000}" for at, line in enumerate(rows(start=START))]
    ids = [
        run_id(write_run(tmp_path / name, each, header=f"{HEADER},accuracy"))
        for name, each in (("poor", lines), ("good", better))
    ]
    app = open_page(tmp_path, page="compare.py", run=ids, metrics="accuracy")
    assert not app.exception
    assert said(app).startswith("#### good beats poor by 0.1000 (")
    assert chart(app)[0]["layer"][0]["encoding"]["y"]["title"] == "accuracy"


def test_a_metric_that_is_not_shared_is_named(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=two(tmp_path), metrics="bleu")
    assert not app.exception
    assert "do not share a metric called 'bleu': they are compared by validation loss" in words(app)


@pytest.mark.parametrize(("axis", "where"), [("epoch", "at epoch"), ("relative", "of training"), ("wall", "of training")])
def test_the_comparison_follows_the_axis(axis: str, where: str, open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=two(tmp_path), x=axis)
    assert not app.exception
    assert where in said(app)


def test_of_many_runs_ten_are_in_colour_and_the_others_in_grey(open_page: Open, tmp_path: Path) -> None:
    ids = [run_id(write_run(tmp_path / f"run-{at:02}", start=START, floor=0.4 + at / 100)) for at in range(14)]
    app = open_page(tmp_path, page="compare.py", run=ids)
    assert not app.exception
    spec, data = chart(app)
    assert len(set(data["lines"].column("series").to_pylist())) == 10
    assert set(data["others"].column("series").to_pylist()) == {"others"}
    assert "4 more in grey" in words(app)
    assert len(app.dataframe[0].value) == 14


def test_from_five_runs_on_a_setting_is_drawn_against_the_result(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=seeds(tmp_path))
    assert not app.exception
    assert app.selectbox(key="config").value == "learning_rate"
    proto = app.get("vega_lite_chart")[1].proto
    assert json.loads(proto.spec)["layer"][0]["encoding"]["x"]["title"] == "learning_rate"
    assert "rank correlation +0." in words(app)
    app.selectbox(key="config").set_value("seed").run()
    assert not app.exception


def test_attempts_of_one_run_can_be_compared(open_page: Open, tmp_path: Path) -> None:
    first, second = rows(start=START)[:150], rows(start=1_700_100_000.0)
    run = run_id(write_run(tmp_path / "run", [*first, *second]))
    app = open_page(tmp_path, page="compare.py", run=[f"{run}@1", f"{run}@2"])
    assert not app.exception
    assert {name.removesuffix(" (baseline)") for name in app.dataframe[0].value["Run"]} == {"run @1", "run @2"}


def test_an_unknown_run_is_named_and_the_others_are_still_compared(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page="compare.py", run=["gone-123456", *two(tmp_path)])
    assert not app.exception
    assert "No run with the id 'gone-123456'" in words(app)
    assert list(app.dataframe[0].value["Run"]) == ["good (baseline)", "poor"]


def test_each_run_may_be_pinned_to_its_first_rows(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py", run=ids, until=["150", "120"])
    assert not app.exception
    assert " at step 99, " in said(app)


def test_a_pinned_part_without_the_attempt_is_one_sentence(open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run", [*rows(start=START)[:150], *rows(start=1_700_100_000.0)]))
    app = open_page(tmp_path, page="compare.py", run=[run, f"{run}@2"], until=["100", "100"])
    assert not app.exception
    assert "has no attempt 2; it has 1" in words(app)


def test_one_run_and_runs_without_rows_or_steps_are_shown(open_page: Open, tmp_path: Path) -> None:
    alone = run_id(write_run(tmp_path / "alone", start=START))
    empty = run_id(write_run(tmp_path / "empty", []))
    epochs = run_id(write_run(tmp_path / "epochs", [line for line in rows(start=START) if ",epoch," in line]))
    for ids in ([alone], [empty], [alone, empty], [alone, epochs], [epochs]):
        app = open_page(tmp_path, page="compare.py", run=ids)
        assert not app.exception
        assert len(app.dataframe[0].value) == len(ids)
    app = open_page(tmp_path, page="compare.py", run=[alone, epochs])
    assert " after 3 epochs" in said(app)


def test_choosing_runs_changes_the_address(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py")
    assert "Choose two runs or more" in words(app)
    app.multiselect[0].set_value(ids).run()
    assert not app.exception
    assert app.query_params["run"] == ids
    app.selectbox(key="compare_baseline").set_value(ids[1]).run()
    assert app.query_params["baseline"] in (ids[1], [ids[1]])


def test_one_click_compares_the_newest_runs(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="compare.py")
    app.button(key="compare_newest").click().run()
    assert not app.exception
    assert set(app.query_params["run"]) == set(ids)
