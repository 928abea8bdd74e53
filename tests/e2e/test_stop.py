"""Loads that are asked to stop, by signals as a terminal and a service manager send them."""
import json
import shutil
import signal
import subprocess
import time
import unittest

import inputs
import rest
import servers
from loader import PROGRAM, LoaderTest
from misconduct import Target


def setUpModule():
    Stop.target = Target(unittest.enterModuleContext(servers.fhir_target()))


class Stop(LoaderTest):
    target = None

    def started(self, *arguments):
        command = [PROGRAM, *map(str, arguments), "--state", str(self.scratch / "state")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.scratch)
        self.addCleanup(process.kill)
        return process

    def wait_for_writes(self, count):
        limit = time.monotonic() + 300
        while rest.digest(self.target.base)["total"] < count:
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.01)

    def stall(self):
        """From now on nothing is answered: there is nothing to drain to."""
        self.target.post("/_control", faults=["stall-before:1"], fault_cap=0)

    def undisturbed_state(self):
        self.target.begin()
        self.load_all(inputs.SYNTHEA_10, self.target.base)
        return self.target.state()

    def test_each_signal_drains_and_leaves_a_resumable_run(self):
        expected = self.undisturbed_state()
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                shutil.rmtree(self.scratch / "state")
                self.target.begin(capacity="service=10ms,parallel=4")
                process = self.started("load", inputs.SYNTHEA_10, "--to", self.target.base, "--json")
                self.wait_for_writes(3_000)
                process.send_signal(number)
                out, err = process.communicate(timeout=200)
                self.assertEqual(process.returncode, 3, err)
                report = json.loads(out)
                self.assertEqual(report["state"], "stopped")
                self.assertIn("fhirehose resume 1", err)
                # Drained: what the server has is what the report says, to the record.
                self.assertEqual(report["loaded"], rest.digest(self.target.base)["total"])
                self.assertIn("stopped", self.run_program("runs", 1).out)
                self.assertEqual(self.run_program("resume").status, 0)
                self.assertEqual(self.target.state(), expected)
                self.assertEqual(self.target.stats()["entries"]["again"], 0)

    def test_a_second_signal_leaves_at_once(self):
        expected = self.undisturbed_state()
        shutil.rmtree(self.scratch / "state")
        self.target.begin(capacity="service=10ms,parallel=4")
        process = self.started("load", inputs.SYNTHEA_10, "--to", self.target.base, "--json")
        self.wait_for_writes(3_000)
        self.stall()
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=200)
        self.assertEqual(process.returncode, 3)
        self.assertLess(time.monotonic() - began, 5)
        self.target.post("/_control", faults=[])
        self.assertEqual(self.run_program("resume").status, 0)
        self.assertEqual(self.target.state(), expected)

    def test_a_stop_while_looking_begins_nothing(self):
        process = self.started("load", *[inputs.SYNTHEA_10] * 200, "--to", "discard:")
        time.sleep(1.5)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=200)
        self.assertEqual(process.returncode, 2, err)
        self.assertIn("nothing was sent", err)

    def test_a_stalled_target_is_shown(self):
        self.target.begin(capacity="service=10ms,parallel=4")
        process = self.started("load", inputs.SYNTHEA_10, "--to", self.target.base)
        self.wait_for_writes(3_000)
        self.stall()
        line = ""
        limit = time.monotonic() + 300
        while "no answer for" not in line:
            self.assertLess(time.monotonic(), limit)
            line = process.stderr.readline()
        process.kill()
        process.communicate(timeout=200)


if __name__ == "__main__":
    unittest.main()
