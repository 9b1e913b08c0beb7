"""The command: without options the reference month; wrong input is a sentence and exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.cost.__main__ import main
from tests.machine import ROOT


def test_without_options_it_prices_the_reference_month(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    text = capsys.readouterr().out
    assert text.startswith(
        "A month: 10,000,000 requests, 95.0% hits, 200,000 new variants, 60 kB on average, 100 purges,"
    )
    for start in ("imagehub, edge: ", "imagehub, regional: ", "USD a month without / with WAF"):
        assert f"\n{start}" in text


def test_options_change_the_price(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--renderer-memory", "1024", "--key-seconds", "3600", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert main(["--renderer-memory", "2048", "--key-seconds", "300", "--json", "--waf"]) == 0
    dearer = json.loads(capsys.readouterr().out)
    assert dearer["bills"][0]["usd"] > plain["bills"][0]["usd"] + 17
    assert plain["deployment"]["renderer_memory_mb"] == 1024


def test_all_bills_or_the_prices_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--all", "--unsigned", "--requests", "1M", "--variants", "20k", "--hits", "90%"]) == 0
    assert "\nAWS's handler, ECS: " in capsys.readouterr().out
    assert main(["--prices"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "cloudfront_egress"


def test_the_chart_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chart", str(tmp_path / "cost.svg")]) == 0
    assert (tmp_path / "cost.svg").read_text().startswith("<svg ")
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--requests", "lots"], 'argument --requests: "lots" is not a number. Write for example 200000, 200k, 10M'),
        (["--hits", "95"], "The hit ratio is 95, but must be between 0 and 1; 95 % is 0.95."),
        (["--requests", "-5"], "The number of requests is -5, but must be between 0 and 1e+15."),
        (["--variants", "1M"], "1,000,000 new variants are more than the 500,000 requests that miss the cache;"),
        (["--requests", "0", "--variants", "0"], "Traffic without requests cannot be scaled"),
        (["--formats", "webp,tiff"], '"tiff" is not a measured format. Use some of jpeg, webp, avif.'),
        (["--renderer-memory", "64"], "Lambda has functions of 128 to 10,240 MB, not of 64 MB."),
        (["--chart", "/no/such/folder/cost.svg"], "The chart cannot be written: "),
        (["--free-tiers", "some"], "argument --free-tiers: invalid choice: 'some'"),
    ],
    ids=["words", "percent", "negative", "variants", "nothing", "format", "memory", "folder", "choice"],
)
def test_wrong_input_is_explained(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    usage, message = capsys.readouterr().err.split("\n", 1)
    assert usage == "usage: python -m infra.cost [options]"
    assert message.startswith(f"python -m infra.cost: error: {sentence}")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "infra.cost", "--all", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout
        assert reading.stderr
        reading.stdout.close()
        assert reading.stderr.read() == b""
        assert reading.wait() == 0


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.cost", "--json"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["currency"] == "USD"
