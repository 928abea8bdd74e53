"""The script that most people write first: zipfile, a line at a time, json.loads.
usage: python_json.py ZIP     prints resources by type"""
import collections
import json
import sys
import zipfile
from pathlib import Path

NAME = "Python's json"
FORM = "zip"


def missing():
    return None


def command(data):
    return [sys.executable, Path(__file__), data]


def counts(out):
    return json.loads(out)


def main():
    types = collections.Counter()
    with zipfile.ZipFile(sys.argv[1]) as archive:
        for member in archive.namelist():
            with archive.open(member) as lines:
                types.update(json.loads(line)["resourceType"] for line in lines)
    json.dump(types, sys.stdout)


if __name__ == "__main__":
    main()
