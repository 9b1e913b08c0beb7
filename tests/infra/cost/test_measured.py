"""Measured durations are those of docs/benchmarks.md, and follow one rule on Lambda."""

from __future__ import annotations

import pytest

from infra.cost.errors import CostError
from infra.cost.measured import MEASURED, load_measured

MEASUREMENTS = load_measured()


def test_the_mean_over_formats_and_widths() -> None:
    expected = (
        0.4375 * (39 + 53) + 0.125 * 71 + 0.4375 * (43 + 83) + 0.125 * 214 + 0.4375 * (61 + 151) + 0.125 * 159
    ) / 3
    assert MEASUREMENTS.render_ms("imagehub") == pytest.approx(expected)


def test_the_widths_are_shares_of_a_whole_and_give_the_reference_month_s_bytes() -> None:
    kilobytes = {"300": (18.0, 14.5, 9.5), "720": (73.5, 59.4, 36.0), "1600": (324.9, 223.3, 158.9)}
    widths = MEASUREMENTS.tables["widths"]
    assert sum(widths.values()) == 1
    assert sum(share * sum(kilobytes[width]) / 3 for width, share in widths.items()) == pytest.approx(60, abs=1)


@pytest.mark.parametrize(
    ("memory", "gets", "puts", "ms"),
    [(1769, 0, 0, 100), (10_240, 0, 0, 100), (1024, 0, 0, 173), (1769, 3, 1, 220), (1024, 3, 1, 293)],
)
def test_small_functions_compute_more_slowly_but_wait_as_long(memory: int, gets: int, puts: int, ms: int) -> None:
    assert MEASUREMENTS.billed_ms(100, memory, gets, puts) == ms


def test_a_call_is_billed_a_whole_millisecond_at_least() -> None:
    assert MEASUREMENTS.billed_ms(MEASUREMENTS.viewer_request_ms, 128) == 1


def test_avif_is_what_sharp_takes_longest_for() -> None:
    assert load_measured(["avif"]).render_ms("sharp") > 4 * load_measured(["jpeg", "webp"]).render_ms("sharp")


@pytest.mark.parametrize(("formats", "named"), [(["gif"], '"gif"'), ([""], '""'), ([], "None")])
def test_a_format_that_was_not_measured_is_refused(formats: list[str], named: str) -> None:
    with pytest.raises(CostError, match=f"^{named} is not a measured format. Use some of jpeg, webp, avif.$"):
        load_measured(formats)


def test_the_file_states_its_rule_and_sources() -> None:
    text = MEASURED.read_text()
    assert "Rule: Lambda gives one vCPU to a function of 1,769 MB" in text
    assert all(source.startswith("https://") for source in MEASUREMENTS.tables["s3_wait_ms"]["sources"])
