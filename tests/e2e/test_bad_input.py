"""Bad records are data; bad requests are a sentence and an exit status."""
import gzip
import json
import socket
import zipfile

import inputs
from loader import LoaderTest
from store import Store

GOOD = b'{"resourceType":"Patient","id":"good"}'
BAD = {
    "no JSON": b"MSH|^~\\&|LAB|1|2",
    "cut short": b'{"resourceType":"Patient","id":"cut',
    "a bare string": b'"Patient"',
    "no resourceType": b'{"id":"nameless"}',
    "an unknown resourceType": b'{"resourceType":"Paitent","id":"typo"}',
    "an id with a space": b'{"resourceType":"Patient","id":"has space"}',
    "an id of 65 characters": b'{"resourceType":"Patient","id":"' + b"x" * 65 + b'"}',
    "bytes that are no UTF-8": b'{"resourceType":"Patient","id":"utf","language":"\xff\xfe"}',
    "something after its end": b'{"resourceType":"Patient","id":"two"}{"resourceType":"Patient","id":"three"}',
    "a trailing comma": b'{"resourceType":"Patient","id":"comma",}',
}


class BadRecords(LoaderTest):
    def setUp(self):
        super().setUp()
        self.store = Store(self.scratch / "x.db")

    def deadletters(self, report):
        result = self.run_program("deadletters", report["run"])
        self.assertEqual(result.status, 0, result.err)
        return result.out

    def assert_dead(self, letters, content, numbers):
        """`letters` name each line of `content` by number with its byte range, and no other."""
        begin = 0
        for number, line in enumerate(content.split(b"\n"), 1):
            end = begin + len(line)
            place = rf"\b{number}\b.*\b{begin}\b.*\b{end}\b"
            (self.assertRegex if number in numbers else self.assertNotRegex)(letters, place)
            begin = end + 1

    def test_an_input_without_records_is_pointed_out(self):
        source = self.scratch / "empty.ndjson"
        source.write_bytes(b"\n\n")
        result = self.load(source, self.store.target)
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("the input holds no records", result.err)
        letters = self.run_program("deadletters", result.report["run"])
        self.assertEqual((letters.status, letters.out), (0, ""))
        self.assertIn("no dead letters left", letters.err)

    def test_of_two_interleaved_writers_two_records_survive(self):
        source = inputs.shared("nasty/interleaved-writers.ndjson")
        result = self.load(source, self.store.target)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 4, "loaded": 2, "duplicate": 0, "rejected": 2})
        self.assertEqual(self.store.total(), 2)
        self.assert_dead(self.deadletters(result.report), source.read_bytes().rstrip(b"\n"), {2, 3})

    def test_each_kind_becomes_a_dead_letter_and_the_rest_is_loaded(self):
        content = b"\n".join([GOOD, *BAD.values(), b'{"resourceType":"Patient","id":"last"}'])
        source = self.scratch / "mixed.ndjson"
        source.write_bytes(content)
        result = self.load(source, self.store.target)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": len(BAD) + 2, "loaded": 2, "duplicate": 0, "rejected": len(BAD)})
        self.assertEqual({row[0] for row in self.store.rows("select id from resource")}, {"good", "last"})
        self.assert_dead(self.deadletters(result.report), content, set(range(2, len(BAD) + 2)))

    def test_no_message_holds_content(self):
        source = self.scratch / "secret.ndjson"
        source.write_bytes(b'{"resourceType":"Patient","id":"s","language":"Winterbottom"\n' + GOOD)
        result = self.load(source, self.store.target)
        self.assertEqual(result.status, 1)
        for text in (result.out, result.err, (self.scratch / "state/audit.ndjson").read_text()):
            self.assertNotIn("Winterbottom", text)

    def test_one_bad_member_does_not_stop_the_others(self):
        source = inputs.write_zip(self.scratch / "mixed.zip", {
            "a.ndjson": GOOD, "b.ndjson": b"\x00\x01\x02 not FHIR", "c.ndjson": b'{"resourceType":"Group","id":"c"}'})
        result = self.load(source, self.store.target)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(self.store.by_type(), {"Patient": 1, "Group": 1})

    def test_line_endings_and_blank_lines_are_no_records(self):
        source = self.scratch / "endings.ndjson"
        source.write_bytes(b"\xef\xbb\xbf" + GOOD + b'\r\n\r\n\n{"resourceType":"Group","id":"g"}')
        self.assertEqual(self.load_all(source, self.store.target).counts()["read"], 2)
        self.assertEqual(self.store.texts("Patient"), {"good": GOOD})


class BadRequests(LoaderTest):
    def assert_refused(self, result, *words):
        self.assertIn(result.status, (2, 3), result.err)
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual(result.out, "")

    def test_a_missing_source_is_named(self):
        result = self.run_program("load", "nowhere.zip", "--to", f"sqlite:{self.scratch}/x.db")
        self.assert_refused(result, "nowhere.zip")
        self.assertEqual(result.status, 2)
        self.assertFalse((self.scratch / "x.db").exists())

    def test_an_archive_that_can_not_be_opened_is_named(self):
        source = self.scratch / "half.zip"
        source.write_bytes(inputs.SYNTHEA_10.read_bytes()[:5000])
        self.assert_refused(self.run_program("load", source, "--to", f"sqlite:{self.scratch}/x.db"), "half.zip")
        self.assertFalse((self.scratch / "x.db").exists())

    def test_members_that_come_to_too_much_together_are_a_usage_error(self):
        archive = self.scratch / "in.zip"
        with zipfile.ZipFile(archive, "w") as out:
            for name in "abc":
                out.writestr(f"{name}.ndjson.gz", gzip.compress(GOOD * 100))
        for command in (("load", archive, "--to", "discard:"), ("inspect", archive)):
            with self.subTest(command=command[0]):
                self.assert_refused(self.run_program(*command, "--max-total", "8K"), "together", "8.0 KiB")
                self.assertEqual(self.run_program(*command, "--max-total", "12K").status, 1)
        store, findings = Store(self.scratch / "x.db"), self.scratch / "findings.ndjson"
        self.assertEqual(self.load(archive, store.target).status, 1)
        command = ("verify", archive, "--to", store.target, "--differences", findings)
        self.assert_refused(self.run_program(*command, "--max-total", "8K"), "together")
        self.assertFalse(findings.exists())

    def test_an_unknown_option_is_a_usage_error(self):
        result = self.run_program("load", inputs.SYNTHEA_10, "--frobnicate")
        self.assert_refused(result, "--frobnicate")
        self.assertEqual(result.status, 2)

    def test_a_target_of_no_known_kind_is_a_usage_error(self):
        result = self.run_program("load", inputs.SYNTHEA_10, "--to", "gopher://127.0.0.1/")
        self.assert_refused(result, "gopher")
        self.assertEqual(result.status, 2)

    def test_a_server_that_is_not_there_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        self.assert_refused(self.run_program("load", inputs.SYNTHEA_10, "--to", f"http://127.0.0.1:{port}/fhir"),
                            str(port))

    def test_help_names_every_command(self):
        result = self.run_program("--help")
        self.assertEqual(result.status, 0)
        for command in ("load", "inspect", "runs", "deadletters"):
            self.assertIn(command, result.out)


class Looking(LoaderTest):
    def test_inspect_counts_without_sending_anything(self):
        result = self.run_program("inspect", inputs.SYNTHEA_10, "--json")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(json.loads(result.out)["read"], 23_883)
        self.assertEqual(list(self.scratch.glob("*.db")), [])

    def test_runs_remembers_what_was_done(self):
        run = self.load_all(inputs.SYNTHEA_10, f"sqlite:{self.scratch}/x.db").report["run"]
        listed, shown = self.run_program("runs"), self.run_program("runs", run)
        for result in (listed, shown):
            self.assertEqual(result.status, 0, result.err)
            self.assertIn("finished", result.out)
            self.assertRegex(result.out, "23,?883")
