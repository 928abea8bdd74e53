"""`-`: what a pipe gives is loaded as the file would be, and a run that has read it can be resumed."""
import gzip
import os
import pty
import signal
import subprocess
import time
import unittest

import inputs
import rest
import servers
from loader import LoaderTest, Result
from misconduct import Target
from store import Store


def setUpModule():
    StandardInput.target = Target(unittest.enterModuleContext(servers.fhir_target()))


class StandardInput(LoaderTest):
    target = None

    def begun(self, stdin, *arguments):
        process = subprocess.Popen(self.command(*arguments), stdin=stdin, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, cwd=self.scratch)
        self.addCleanup(process.kill)
        return process

    @staticmethod
    def result_of(process, content=None):
        out, err = process.communicate(content, timeout=300)
        return Result(subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode()))

    def piped(self, content, *arguments):
        return self.result_of(self.begun(subprocess.PIPE, *arguments), content)

    def patients(self):
        return b"".join(line + b"\n" for line in inputs.ndjson_lines(inputs.SYNTHEA_10) if b'"Patient","id"' in line)

    def test_every_form_is_loaded_as_its_file_would_be(self):
        lines = self.patients() + b"no JSON\n"
        contents = {"zip": inputs.SYNTHEA_10.read_bytes(), "bundles": inputs.SYNTHEA_BUNDLES.read_bytes(),
                    "gzip": gzip.compress(lines), "plain": lines}
        for form, content in contents.items():
            with self.subTest(form):
                file, by_pipe, by_file = (self.scratch / f"{form}{end}" for end in ("", ".pipe.db", ".file.db"))
                file.write_bytes(content)
                piped = self.piped(content, "load", "-", "--to", f"sqlite:{by_pipe}", "--json")
                named = self.load(file, f"sqlite:{by_file}")
                self.assertEqual(piped.status, named.status, piped.err)
                self.assertGreater(piped.report["loaded"], 0)
                for name in ("read", "loaded", "duplicate", "rejected", "bytes", "types"):
                    self.assertEqual(piped.report[name], named.report[name], name)
                self.assertEqual(Store(by_pipe).content_digest(), Store(by_file).content_digest())

    def test_dead_letters_name_it(self):
        report = self.piped(self.patients() + b"no JSON\n", "load", "-", "--to", "discard:", "--json").report
        letters = self.run_program("deadletters", report["run"]).out
        self.assertRegex(letters, r"(?m)^standard input:11 ")

    def test_a_file_behind_it_is_read_where_it_lies(self):
        with inputs.SYNTHEA_10.open("rb") as file:
            result = self.result_of(self.begun(file, "load", "-", "--to", "discard:", "--json", "--max-scratch", "1K"))
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(result.report["loaded"], 23_883)

    def stopped_in_the_middle(self, content):
        self.target.begin(capacity="service=10ms,parallel=4")
        process = self.begun(subprocess.PIPE, "load", "-", "--to", self.target.base, "--json")
        process.stdin.write(content)
        process.stdin.close()
        process.stdin = None
        limit = time.monotonic() + 300
        while rest.digest(self.target.base)["total"] < 3_000:
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(self.result_of(process).status, 3)

    def test_a_run_is_resumed_with_the_same_bytes_and_no_others(self):
        content = inputs.SYNTHEA_10.read_bytes()
        self.stopped_in_the_middle(content)
        other = self.piped(self.patients(), "resume")
        self.assertEqual(other.status, 2)
        self.assertIn("the input has changed: standard input!", other.err)
        result = self.piped(content, "resume", "--json")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(result.report["loaded"], 23_883)
        self.assertGreater(result.report["settled_earlier"]["loaded"], 0)
        self.assertEqual(rest.digest(self.target.base)["total"], 23_883)

    def test_of_two_plain_streams_of_one_length_only_the_first_resumes(self):
        content = b"".join(b'{"resourceType":"Patient","id":"p%06d"}\n' % i for i in range(20_000))
        self.stopped_in_the_middle(content)
        other = self.piped(content[:-4] + b'x"}\n', "resume")
        self.assertEqual(other.status, 2)
        self.assertIn("standard input is not what it was", other.err)
        self.assertEqual(self.piped(content, "resume", "--json").report["loaded"], 20_000)

    def test_a_stop_does_not_wait_for_its_end(self):
        process = self.begun(subprocess.PIPE, "load", "-", "--to", "discard:")
        process.stdin.write(b"{")
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        result = self.result_of(process)
        self.assertEqual(result.status, 2)
        self.assertIn("standard input: it was asked to stop while it read; nothing was sent", result.err)

    def test_what_can_not_be_read_is_said(self):
        more = self.piped(b"x" * 5_000, "inspect", "-", "--max-scratch", "4K")
        self.assertIn("standard input: would take scratch beyond its limit of 4.0 KiB: write it to a file", more.err)
        twice = self.piped(self.patients(), "inspect", "-", "-")
        self.assertIn("standard input: is named twice", twice.err)
        cut = self.piped(inputs.SYNTHEA_10.read_bytes()[:-100], "inspect", "-")
        self.assertIn("standard input: ", cut.err)
        terminal, other_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        self.addCleanup(os.close, other_end)
        typed = self.result_of(self.begun(other_end, "inspect", "-"))
        self.assertIn("standard input: is a terminal", typed.err)
        for result in (more, twice, cut, typed):
            self.assertEqual((result.status, result.out), (2, ""))
