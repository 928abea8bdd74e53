"""What tools/bench runs once everything is built."""
import argparse
import importlib
import os

import page

PARTS = ["reading", "comparing", "serving", "knee", "storing", "memory", "stages"]
ON_REQUEST = ["hapi_knee", "hapi_order"]  # need Java and Maven, the first PostgreSQL too: tools/install-packages postgres


def main():
    options = argparse.ArgumentParser(prog="tools/bench", description="Measures, prints, writes docs/performance.md.")
    options.add_argument("parts", nargs="*", metavar="PART",
                         help=f"{', '.join(PARTS)} (default: all of these); {', '.join(ON_REQUEST)}")
    options.add_argument("--rounds", type=int, default=3, help="how often each comparison is repeated (3)")
    asked = options.parse_args()
    if unknown := set(asked.parts) - set(PARTS + ON_REQUEST):
        options.error(f"unknown: {', '.join(sorted(unknown))}")
    os.chdir(page.ROOT)  # the programs of the stages look for the data sets there
    load = os.getloadavg()[0]  # of the minute before: later it is our own
    if load > 0.5:
        print(f"Something else keeps this machine busy (load {load:.1f}): ratios will be less exact.")
    for name in asked.parts or PARTS:
        part = importlib.import_module(name).measure(asked.rounds)
        part.show()
        page.write(PARTS + ON_REQUEST, part, load)


main()
