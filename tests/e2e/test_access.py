"""Credentials that end in the middle of a load, at a fhir-target that asks for them."""
import contextlib
import json
import os
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

import inputs
import rest
import servers
from loader import PROGRAM, LoaderTest, Result

FIRST, SECOND = "first-sesame", "second-sesame"
RESOURCES = 23_883


@contextlib.contextmanager
def guarded_target():
    """Takes FIRST only, and is slow enough that there is a middle."""
    with tempfile.TemporaryDirectory(prefix="bearers-") as scratch:
        bearers = Path(scratch) / "bearers"
        bearers.write_text(FIRST + "\n")

        def command(_, port_file):
            return [os.environ["FHIR_TARGET"], "--port", "0", "--port-file", str(port_file),
                    "--references", "enforced", "--numeric-ids", "refused", "--history",
                    "--bearer-file", str(bearers), "--fault", "latency:1:wait=30ms"]

        with servers.started("fhir-target", command, 30, "/fhir") as base:
            yield base


def stats(base):
    return rest.get(f"{base.removesuffix('/fhir')}/_stats")


def take_only(base, *bearers):
    body = json.dumps({"bearers": list(bearers)}).encode()
    with urllib.request.urlopen(f"{base.removesuffix('/fhir')}/_control", body, timeout=30):
        pass


class Access(LoaderTest):
    def setUp(self):
        super().setUp()
        self.base = self.enterContext(guarded_target())
        self.token = self.scratch / "token"
        self.token.touch(mode=0o600)
        self.token.write_text(FIRST)

    def load_with_an_accident(self, accident):
        """Calls `accident` once a tenth has been loaded."""
        command = [PROGRAM, "load", inputs.SYNTHEA_10, "--to", self.base, "--json", "--token-file", self.token,
                   "--state", self.scratch / "state"]
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and stats(self.base)["entries"]["done"] < RESOURCES / 10:
            pass
        accident()
        out, err = process.communicate(timeout=300)
        return Result(subprocess.CompletedProcess(command, process.returncode, out, err))

    def assert_no_secret_in(self, result):
        written = b"".join(path.read_bytes() for path in (self.scratch / "state").rglob("*") if path.is_file())
        for secret in (FIRST, SECOND):
            self.assertNotIn(secret, result.out)
            self.assertNotIn(secret, result.err)
            self.assertNotIn(secret.encode(), written)

    def test_a_rotated_token_is_taken_up_and_nothing_is_lost_or_written_twice(self):
        def rotate():
            self.token.write_text(SECOND)
            take_only(self.base, SECOND)

        result = self.load_with_an_accident(rotate)
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(result.counts(), {"read": RESOURCES, "loaded": RESOURCES, "duplicate": 0, "rejected": 0})
        seen, digest = stats(self.base), rest.digest(self.base)
        self.assertGreater(seen["faults"]["bearer"], 0)
        self.assertEqual(seen["entries"]["again_after_done"], 0)
        self.assertEqual((digest["total"], digest["versions_written"]), (RESOURCES, RESOURCES))
        self.assert_no_secret_in(result)

    def test_a_token_that_nobody_renews_stops_the_run_and_rejects_nothing(self):
        result = self.load_with_an_accident(lambda: take_only(self.base, SECOND))
        self.assertEqual(result.status, 3, result.err)
        self.assertIn("401", result.err)
        self.assertEqual(result.counts()["rejected"], 0)
        self.assertEqual(result.counts()["loaded"], rest.digest(self.base)["total"])
        self.assert_no_secret_in(result)

    def test_a_wrong_token_is_told_before_anything_is_changed(self):
        self.token.write_text(SECOND)
        result = self.load(inputs.SYNTHEA_10, self.base, "--token-file", self.token)
        self.assertEqual(result.status, 2)
        self.assertIn("other credentials", result.err)
        self.assertEqual(rest.digest(self.base)["total"], 0)

    def test_a_replay_at_another_server_takes_no_credentials_along(self):
        source = self.scratch / "one.ndjson"
        source.write_text('{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/never"}}\n')
        result = self.load(source, self.base, "--token-file", self.token)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(self.run_program("replay", 1).status, 1)
        other = self.enterContext(guarded_target())
        result = self.run_program("replay", 1, "--to", other)
        self.assertEqual(result.status, 2, result.err)
        self.assertIn("other credentials", result.err)
        self.assertEqual(self.run_program("replay", 1, "--to", other, "--token-file", self.token).status, 1)

    def test_a_token_file_that_others_can_read_is_warned_of(self):
        self.token.chmod(0o644)
        source = self.scratch / "one.ndjson"
        source.write_text('{"resourceType":"Group","id":"one"}\n')
        result = self.load(source, self.base, "--token-file", self.token)
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("others than its owner can read it", result.err)


if __name__ == "__main__":
    unittest.main()
