"""Inputs far larger than the memory that reading them may take, of every shape."""
import gzip
import json
import os
import subprocess
import zipfile

from loader import LoaderTest

MIB = 2**20
KEY = 24  # bytes a record, for its key
BUDGET = 32 * MIB
BEYOND_BUDGET = 64 * MIB  # docs/sizing.md
RECORD = 100 * MIB


def group(i):
    return json.dumps({"code": {"text": 1_900 * "x"}, "id": f"g{i}", "resourceType": "Group"})


def entry(i):
    return f'{{"fullUrl":"http://a.example/Group/g{i}","resource":{group(i)}}}'


class Memory(LoaderTest):
    def repeated(self, name, front, piece, times, end=""):
        """A gzip file of many members; what is repeated is packed once."""
        path = self.scratch / name
        packed = gzip.compress(piece.encode(), 1)
        with path.open("wb") as out:
            out.write(gzip.compress(front.encode()))
            for _ in range(times):
                out.write(packed)
            out.write(gzip.compress(end.encode()))
        return path

    def run_measured(self, *arguments):
        """The report, and the peak that the kernel tells."""
        with (self.scratch / "out").open("w+b") as out:
            process = subprocess.Popen(self.command(*arguments, "--json", "--memory", BUDGET), stdout=out,
                                       stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            return json.load(out), usage.ru_maxrss * 1024

    def expect_flat(self, path, read, more=0):
        for arguments in (["inspect", path], ["load", path, "--to", "discard:"]):
            with self.subTest(arguments[0]):
                report, peak = self.run_measured(*arguments)
                self.assertEqual((report["read"], report["rejected"]), (read, 0))
                self.assertLess(peak, BUDGET + BEYOND_BUDGET + KEY * read + more)

    def test_a_stream_of_lines(self):
        lines = "".join(group(i) + "\n" for i in range(2_000))
        self.expect_flat(self.repeated("lines.gz", "", lines, 250), 500_000)

    def test_one_bundle(self):
        entries = ",".join(map(entry, range(2_000)))
        for front, end in (('{"resourceType":"Bundle","type":"collection","entry":[', "]}"),
                           ('{"entry":[', '],"resourceType":"Bundle","type":"collection"}')):
            with self.subTest(front):
                path = self.repeated("bundle.gz", front + entries, "," + entries, 249, end)
                # A fullUrl that is its resource's own address is kept nowhere.
                self.expect_flat(path, 500_000)

    def test_one_record(self):
        path = self.repeated("record.gz", '{"resourceType":"Group","id":"g","x":"', "x" * MIB, RECORD // MIB, '"}\n')
        self.expect_flat(path, 1, RECORD)

    def test_small_files(self):
        path = self.scratch / "small.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(20_000):
                archive.writestr(f"{i}.json", group(i))
        self.expect_flat(path, 20_000, 20_000 * 800)  # docs/sizing.md: a member
