"""What tools/bench runs once everything is built."""
import argparse
import importlib
import os

import page

PARTS = ["reading", "comparing", "serving", "storing", "memory", "stages"]


def main():
    options = argparse.ArgumentParser(prog="tools/bench", description="Measures, prints, and writes docs/performance.md.")
    options.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all if none is given")
    options.add_argument("--rounds", type=int, default=3, help="how often each comparison is repeated (3)")
    asked = options.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        options.error(f"unknown: {', '.join(sorted(unknown))}")
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"Something else keeps this machine busy (load {load:.1f}): ratios will be less exact.")
    for name in asked.parts or PARTS:
        part = importlib.import_module(name).measure(asked.rounds)
        part.show()
        part.save()
    page.write(PARTS)


main()
