"""What a part of the benchmarks found, and the page that shows all parts."""
import dataclasses
import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/performance.md"

INTRODUCTION = """\
# Performance

Written by `tools/bench`; never edited by hand. `tools/bench PART...` measures some parts again and leaves the others as they were.

A figure is a ratio wherever it can be: whole commands, run in alternation within the same minute on the same machine, and the
median of the ratios of each round. What is compared gives the same result, which is checked before it is timed. Files are
in the page cache. `bench/inputs.py` makes the large inputs out of the published samples, with new ids in every copy.
"""


@dataclasses.dataclass
class Figure:
    """One row: `value` is what was measured, `wanted` what it should be (empty: nothing asked), `met` whether it is."""

    what: str
    value: str
    wanted: str = ""
    met: bool | None = None
    beside: str = ""


@dataclasses.dataclass
class Part:
    name: str
    title: str
    text: str
    figures: list

    def show(self):
        print(f"\n{self.title}")
        for figure in self.figures:
            mark = {True: "met", False: "NOT MET", None: ""}[figure.met]
            print(f"  {figure.what:58} {figure.value:>18}  {figure.wanted:18} {mark:8} {figure.beside}")

    def section(self, load):
        """`load`: how many programs were running before it began."""
        return (f"## {self.title}\n\n{self.text}\n\n{table(self.figures)}\n\n`tools/bench {self.name}`, "
                f"{datetime.date.today().isoformat()}, commit {commit()}, load average before {load:.1f}; {machine()}.\n")


def at_least(what, value, least, show, beside=""):
    return Figure(what, show(value), f"at least {show(least)}", value >= least, beside)


def at_most(what, value, most, show, beside=""):
    return Figure(what, show(value), f"at most {show(most)}", value <= most, beside)


def times(value):
    return f"{value:.2f} times"


def percent(value):
    return f"{100 * value:.0f} %"


def microseconds(value):
    return f"{1e6 * value:.2f} us"


def mebibytes(value):
    return f"{value / 2**20:,.0f} MiB"


def seconds(*pairs):
    """`inspect 0.21 s, unzip -p 1.40 s`"""
    return ", ".join(f"{name} {value:.2f} s" for name, value in pairs)


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.partition("\n")[0]


def commit():
    return first_line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")


def machine():
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores ({names[0] if names else platform.machine()}), {memory:.0f} GiB of memory, "
            f"Linux {platform.release()}, {first_line('g++', '--version')}, preset `release`")


def table(figures):
    lines = ["| | measured | wanted | | |", "|---|---|---|---|---|"]
    for figure in figures:
        mark = {True: "met", False: "**not met**", None: ""}[figure.met]
        lines.append(f"| {figure.what} | {figure.value} | {figure.wanted} | {mark} | {figure.beside} |")
    return "\n".join(lines)


def sections():
    """What the page has, by the part's name."""
    found = {}
    for section in re.split(r"(?m)^(?=## )", PAGE.read_text())[1:]:
        found[re.search(r"(?m)^`tools/bench (\w+)`, ", section)[1]] = section.rstrip("\n") + "\n"
    return found


def write(order, part, load):
    """The page with that part anew."""
    known = sections() | {part.name: part.section(load)}
    PAGE.write_text("\n".join([INTRODUCTION, *(known[name] for name in order if name in known)]))
