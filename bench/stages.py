"""One benchmark a stage (Google Benchmark), as it runs inside the process: bytes and items a second of one thread."""
import json
import os
import tempfile

from inputs import make
from page import Figure, Part
from run import BARE, Run

TEXT = """\
`bench/NAME_bench.cpp` holds each stage alone: no threads beside its own, input in memory. `build/bench/bench/bench_NAME` runs one of
them, with Google Benchmark's options; FHIREHOSE_BENCH_DATA names a folder of samples (`bench/inputs.py samples`). A line of text
costs the splitter nothing: it looks for the last newline of a window only."""


def rates(result):
    """Bytes a second where the benchmark counts them, and items."""
    found = []
    if "bytes_per_second" in result:
        found.append(f"{result['bytes_per_second'] / 1e9:,.2f} GB/s")
    if "items_per_second" in result:
        found.append(f"{result['items_per_second']:,.0f} items/s")
    return found + [""] * (2 - len(found))


def measure(_rounds):
    os.environ["FHIREHOSE_BENCH_DATA"] = str(make("samples")[0])
    figures = []
    for program in sorted(BARE.glob("bench_*")):
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            Run(program, f"--benchmark_out={out.name}", "--benchmark_out_format=json", keep_output=False)
            results = json.load(out)["benchmarks"]
        for result in results:
            if result.get("error_occurred"):
                raise SystemExit(f"{program.name}: {result['name']}: {result['error_message']}")
            name = f"`{program.name.removeprefix('bench_')}`: {result['name'].partition('/min_time')[0]}"
            value, beside = rates(result)
            figures.append(Figure(name, value, beside=beside))
    return Part("stages", "Stages", TEXT, figures)
