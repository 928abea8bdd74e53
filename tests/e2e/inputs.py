"""What the source archives hold, read with nothing but Python's own zip and JSON: the other side of
every comparison."""
import collections
import datetime
import gzip
import json
import os
import random
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYNTHEA_10 = ROOT / "datasets/synthea-10-ndjson.zip"
SYNTHEA_BUNDLES = ROOT / "datasets/synthea-12-bundles.zip"


def shared(name):
    """A file of the shared data; skips the test where that is not at hand."""
    path = Path(os.environ.get("FHIREHOSE_SHARED", ROOT.parent / "shared")) / "data" / name
    if not path.exists():
        raise unittest.SkipTest(f"{path} is not there")
    return path


def ndjson_lines(path):
    """The lines of all members, in order, as bytes."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield from (line for line in archive.read(name).split(b"\n") if line.strip())


def members(path):
    """The archive's files in order, name to content."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bundle_resources(path):
    """The resources of all Bundles in the archive."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield from (entry["resource"] for entry in json.loads(archive.read(name))["entry"])


def by_type(resources):
    return collections.Counter(resource["resourceType"] for resource in resources)


def keys(resources):
    return {(resource["resourceType"], resource["id"]) for resource in resources}


def rank(resource, position):
    """What makes one of several contents of a key the winner: the greatest of these."""
    meta = resource.get("meta", {})
    try:
        instant = datetime.datetime.fromisoformat(meta["lastUpdated"]).timestamp()
    except (KeyError, ValueError):
        # CMS's test data has a lastUpdated that is no instant: as good as none.
        instant = float("-inf")
    return instant, meta.get("versionId", ""), position


def winners(lines):
    """(type, id) -> the line that wins; lines without an id are left out."""
    best = {}
    for position, line in enumerate(lines):
        resource = json.loads(line)
        if "id" not in resource:
            continue
        key = (resource["resourceType"], resource["id"])
        candidate = (rank(resource, position), line)
        best[key] = max(best.get(key, candidate), candidate)
    return {key: line for key, (_, line) in best.items()}


def write_shuffled(path, archive, seed):
    """One gzip member of all lines of an archive in a random order."""
    lines = list(ndjson_lines(archive))
    random.Random(seed).shuffle(lines)
    with gzip.open(path, "wb", 6) as out:
        out.write(b"\n".join(lines) + b"\n")
    return path


def write_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
