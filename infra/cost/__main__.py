"""Price a month of images on AWS, beside other ways to serve them.

Without options it prices the reference month: 10 M requests, 95 % hits, 200,000 new variants of 60 kB, 100 purges,
signed URLs. docs/cost.md explains every line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from infra.cost.chart import chart
from infra.cost.comparison import all_bills, compare, own_bills
from infra.cost.deployment import from_templates
from infra.cost.errors import CostError
from infra.cost.json_report import price_data, report_data
from infra.cost.market import Market
from infra.cost.measured import FORMATS, load_measured
from infra.cost.prices import FreeTiers, load_prices
from infra.cost.quantities import parse_number, parse_share
from infra.cost.report import bill_text, comparison_text, traffic_sentence
from infra.cost.traffic import Traffic

_CLOSING = "Every price with its source and date: --prices. What is measured and how it is scaled: docs/cost.md."


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit status: 2, with a sentence on stderr, if the input makes no sense."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        traffic, market = _traffic(options), _market(options)
        report = _report(traffic, market, options)
        if options.chart:
            _write(options.chart, chart(compare(traffic, market)))
    except CostError as error:
        parser.error(str(error))
    try:
        print(report, flush=True)
    except BrokenPipeError:  # the reader has seen enough, as `| head` has
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report(traffic: Traffic, market: Market, options: argparse.Namespace) -> str:
    if options.prices:
        return json.dumps(price_data(market), indent=2)
    if options.json:
        bills = all_bills(traffic, replace(market, waf=options.waf))
        return json.dumps(report_data(traffic, market, bills, compare(traffic, market)), indent=2)
    return _text(traffic, market, options.all)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise CostError(f"The chart cannot be written: {error}.") from error


def _text(traffic: Traffic, market: Market, others_too: bool) -> str:
    bills = all_bills if others_too else own_bills
    pairs = zip(bills(traffic, market), bills(traffic, replace(market, waf=True)), strict=True)
    parts = [f"A month: {traffic_sentence(traffic)}."]
    parts += [bill_text(bill, None if bill == protected else protected) for bill, protected in pairs]
    parts += [comparison_text(compare(traffic, market)), _CLOSING]
    return "\n\n".join(parts)


def _traffic(options: argparse.Namespace) -> Traffic:
    return Traffic(
        options.requests, options.hits, options.variants, options.bytes, options.purges, options.analyses,
        options.originals, options.original_bytes, signed=not options.unsigned,
    )  # fmt: skip


def _market(options: argparse.Namespace) -> Market:
    deployment = from_templates()
    if options.renderer_memory is not None:
        deployment = replace(deployment, renderer_memory_mb=int(options.renderer_memory))
    if options.key_seconds is not None:
        deployment = replace(deployment, key_poll_seconds=options.key_seconds)
    formats = [name.strip() for name in options.formats.split(",")]
    return Market(load_prices(), load_measured(formats), deployment, FreeTiers(options.free_tiers))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.cost",
        usage="%(prog)s [options]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    number, month = _argument(parse_number), Traffic()
    traffic = parser.add_argument_group("the month", "Numbers may end in k, M, kB or MB.")
    for name, default, text in (
        ("requests", month.requests, "requests that visitors send"),
        ("variants", month.variants, "variants rendered for the first time"),
        ("bytes", month.average_bytes, "mean size of a reply"),
        ("purges", month.purges, "paths or tags that are invalidated"),
        ("analyses", month.analyses, "images × kinds of analysis by Rekognition"),
        ("originals", month.originals, "originals that these variants are of"),
        ("original-bytes", month.original_bytes, "mean size of an original"),
    ):
        traffic.add_argument(f"--{name}", type=number, default=default, help=f"{text} (default: {default:,.0f})")
    traffic.add_argument(
        "--hits", type=_argument(parse_share), default=month.hits,
        help="share of the requests that an edge cache answers, such as 95%% (default: 0.95)",
    )  # fmt: skip
    traffic.add_argument("--unsigned", action="store_true", help="no URL is signed")
    traffic.add_argument(
        "--formats", default=",".join(FORMATS), help=f"formats rendered (default: {','.join(FORMATS)})"
    )
    price = parser.add_argument_group("the price")
    price.add_argument(
        "--free-tiers", choices=[each.value for each in FreeTiers], default="shared",
        help="shared: CloudFront's, which every side can use (default); all: Lambda's and CloudWatch's too; none",
    )  # fmt: skip
    price.add_argument("--renderer-memory", type=number, help="MB of the rendering function (default: the template's)")
    price.add_argument("--key-seconds", type=number, help="how long signing keys are kept (default: the code's)")
    price.add_argument("--waf", action="store_true", help="with --json: bills with a firewall; the table has both")
    output = parser.add_argument_group("the report")
    output.add_argument("--all", action="store_true", help="every bill line by line, plans and others too")
    output.add_argument("--json", action="store_true", help="everything as JSON, with prices and sources")
    output.add_argument("--prices", action="store_true", help="only the prices, as JSON")
    output.add_argument("--chart", type=Path, metavar="FILE.svg", help="write the comparison as a chart, too")
    return parser


def _argument(parse: Callable[[str], float]) -> Callable[[str], float]:
    """Makes a `CostError` argparse's own error, which names the option."""

    def checked(text: str) -> float:
        try:
            return parse(text)
        except CostError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked


if __name__ == "__main__":
    sys.exit(main())
