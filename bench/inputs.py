#!/usr/bin/env python3
"""Makes the large inputs of the benchmarks from the data sets in the shared folder, once: what is there stays.
usage: bench/inputs.py [NAME...] [--folder DIR] [--clean]     NAME: all if none is given
Most hold copies of synthea-100 (347 MB of NDJSON) with new ids; together they take 13 GB in DIR."""
import argparse
import functools
import gzip
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from packing import Gzip, Piece, Zip
from renewal import Template

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FHIREHOSE_SHARED", ROOT.parent / "shared"))
FOLDER = Path(os.environ.get("FHIREHOSE_BENCH_INPUTS", ROOT.parent / "bench-inputs"))
LINES = SHARED / "data/synthea-100-ndjson.zip"
FEW_LINES = SHARED / "data/synthea-10-ndjson.zip"
BUNDLES = SHARED / "data/synthea-12-bundles.zip"

# name: what opens it, copies of LINES
ARCHIVES = {
    "big.zip": (Zip, 9),
    "one.zip": (Zip, 3),
    "ten.zip": (Zip, 30),
    "stream.ndjson.gz": (Gzip, 58),
    "stream-members.ndjson.gz": (functools.partial(Gzip, a_member_a_piece=True), 12),
}
PLAIN_COPIES = 9
BUNDLE_COPIES = 42
SMALL_FILES = 200_000
GIANT_BUNDLE_COPIES = 15
GIANT_RECORD = 200_000_000
NUMBERS = 4_000_000


def members(archive):
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


@functools.lru_cache(maxsize=1)
def template(archive, member):
    with zipfile.ZipFile(archive) as opened:
        return Template(opened.read(member))


def deflate(task):
    archive, member, copy = task
    return member, copy, Piece(template(archive, member).copy(copy))


def make_archives(parts):
    """All in one pass: most of their bytes are the same, and deflating takes the time."""
    writers = [(ARCHIVES[name][0](part), ARCHIVES[name][1]) for name, part in parts.items()]
    most = max(copies for _, copies in writers)
    tasks = [(LINES, member, copy) for member in members(LINES) for copy in range(most)]
    with multiprocessing.Pool() as pool:
        for member, copy, piece in pool.imap(deflate, tasks):
            for writer, copies in writers:
                if copy < copies:
                    writer.add(member, piece)
    for writer, _ in writers:
        writer.close()


def make_bundles(part):
    """The patients again and again; the providers that all of them refer to by identifier once."""
    tasks = [(BUNDLES, member, copy) for member in members(BUNDLES)
             for copy in range(1 if "Information" in member else BUNDLE_COPIES)]
    writer = Zip(part)
    with multiprocessing.Pool() as pool:
        for member, copy, piece in pool.imap(deflate, tasks):
            writer.add(f"{copy:02}/{Path(member).name}", piece)
    writer.close()


def write_copies(task):
    path, member = task
    with open(path, "wb") as out:
        for copy in range(PLAIN_COPIES):
            out.write(template(LINES, member).copy(copy))


def make_plain(part):
    part.mkdir()
    with multiprocessing.Pool() as pool:
        pool.map(write_copies, [(part / member, member) for member in members(LINES)], chunksize=1)


def make_shuffled(part):
    with zipfile.ZipFile(FEW_LINES) as archive:
        lines = [line for name in archive.namelist() for line in archive.read(name).splitlines(keepends=True)]
    random.Random(7).shuffle(lines)
    with gzip.open(part, "wb", 6) as out:
        out.writelines(lines)


def make_small_files(part):
    writer = Zip(part)
    number = 0
    for copy in range(2):
        for member in members(LINES):
            kind = member.split(".")[0]
            for line in template(LINES, member).copy(copy).splitlines()[: SMALL_FILES - number]:
                writer.add(f"{kind}/{number:06}.json", Piece(line))
                number += 1
    writer.close()


def make_giant_bundle(part):
    with open(part, "wb") as out:
        between = b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":'
        for member in members(LINES):
            for copy in range(GIANT_BUNDLE_COPIES):
                lines = template(LINES, member).copy(copy).rstrip(b"\n")
                out.write(between + lines.replace(b"\n", b'},\n{"resource":'))
                between = b'},\n{"resource":'
        out.write(b"}]}\n")


def make_giant_record(part, record):
    """One record in the middle of the lines of synthea-10."""
    with zipfile.ZipFile(FEW_LINES) as archive, open(part, "wb") as out:
        names = archive.namelist()
        for place, member in enumerate(names):
            out.write(archive.read(member))
            if place == len(names) // 2:
                out.write(record + b"\n")


def make_giant_string(part):
    front, end = b'{"resourceType":"Binary","id":"giant","contentType":"text/plain","data":"', b'"}'
    make_giant_record(part, front + b"QUJD" * ((GIANT_RECORD - len(front) - len(end)) // 4) + end)


def make_giant_list(part):
    """As many values in so many bytes as FHIR allows for: what describes a record must not outgrow it."""
    front, end = b'{"resourceType":"List","id":"giant","status":"current","mode":"working","entry":[', b"]}"
    entry = b'{"item":{"reference":"Patient/1"}}'
    count = (GIANT_RECORD - len(front) - len(end)) // (len(entry) + 1)
    make_giant_record(part, front + b",".join([entry] * count) + end)


def make_giant_numbers(part):
    """As many values in so many bytes as JSON allows for."""
    front, end = b'{"resourceType":"Basic","id":"giant","extension":[', b"1]}"
    make_giant_record(part, front + b"1," * ((GIANT_RECORD - len(front) - len(end)) // 2) + end)


def make_numbers(part):
    """As many dead letters in so few bytes as there can be."""
    part.write_bytes(b"[" + b"1," * (NUMBERS - 1) + b"1]")


def unzip(archive, folder):
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            member.filename = Path(member.filename).name
            opened.extract(member, folder)


def make_samples(part):
    """What the benchmarks of the stages read."""
    unzip(FEW_LINES, part)
    unzip(BUNDLES, part)


OTHERS = {
    "samples": make_samples,
    "synthea-100": functools.partial(unzip, LINES),
    "plain": make_plain,
    "shuffled.ndjson.gz": make_shuffled,
    "bundles.zip": make_bundles,
    "small-files.zip": make_small_files,
    "giant-bundle.json": make_giant_bundle,
    "giant-string.ndjson": make_giant_string,
    "giant-list.ndjson": make_giant_list,
    "giant-numbers.ndjson": make_giant_numbers,
    "numbers.json": make_numbers,
}


def produce(names, folder):
    """Makes those that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {name: folder / (name + ".part") for name in names if not (folder / name).exists()}
    for part in missing.values():
        shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
    archives = {name: part for name, part in missing.items() if name in ARCHIVES}
    if missing:
        print("making", *missing, "in", folder, flush=True)
    if archives:
        make_archives(archives)
    for name, part in missing.items():
        if name not in archives:
            OTHERS[name](part)
        part.rename(folder / name)


def make(*names):
    """Returns the paths of inputs, made where they are not there: by another process, since memory that this one had
    held would count as that of the commands which it measures."""
    subprocess.run([sys.executable, __file__, *names], check=True)
    return [FOLDER / name for name in names]


def main():
    everything = [*ARCHIVES, *OTHERS]
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("names", nargs="*", metavar="NAME", help=", ".join(everything))
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--clean", action="store_true", help="delete the folder instead")
    asked = options.parse_args()
    if unknown := set(asked.names) - set(everything):
        options.error(f"unknown: {', '.join(sorted(unknown))}")
    if asked.clean:
        shutil.rmtree(asked.folder, ignore_errors=True)
        return
    os.nice(5)  # others may be measuring
    produce(asked.names or everything, asked.folder)


if __name__ == "__main__":
    main()
