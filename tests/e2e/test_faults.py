"""Loads into a fhir-target that misbehaves: nothing is lost, and what is loaded is what would have been."""
import contextlib
import json
import unittest

import front
import inputs
import rest
import servers
from loader import LoaderTest
from misconduct import Target


def setUpModule():
    Faults.target = Target(unittest.enterModuleContext(servers.fhir_target()))


class Faults(LoaderTest):
    target = None
    untroubled = None

    def untroubled_state(self):
        """After a load without any fault; made once."""
        if Faults.untroubled is None:
            self.target.begin()
            self.load_all(inputs.SYNTHEA_10, self.target.base)
            Faults.untroubled = self.target.state()
            self.assertEqual(Faults.untroubled["total"], 23_883)
        return Faults.untroubled

    def load_through(self, *faults, options=(), **wishes):
        """Everything is loaded, into the same state; gives the server's account."""
        expected = self.untroubled_state()
        self.target.begin(*faults, **wishes)
        # Small bundles are many requests: each fault is met.
        result = self.load_all(inputs.SYNTHEA_10, self.target.base, "--batch", 50, *options)
        self.assertEqual(result.counts(), {"read": 23_883, "loaded": 23_883, "duplicate": 0, "rejected": 0})
        self.assertEqual(self.target.state(), expected)
        stats = self.target.stats()
        for fault in faults:
            self.assertGreater(stats["faults"][fault.split(":")[0]], 0, fault)
        return stats

    def test_statuses_that_pass(self):
        for statuses in ((408, 409, 425, 429), (500, 502, 503, 504)):
            with self.subTest(statuses=statuses):
                self.load_through(*(f"{status}:0.02" for status in statuses))

    def test_statuses_of_entries_that_pass(self):
        self.load_through(*(f"entry-{status}:0.002" for status in (409, 429, 500, 503)))

    def test_answers_that_do_not_arrive(self):
        for kinds in (("reset-before", "cut", "garbage-before"), ("reset-after", "garbage-after", "504-after")):
            with self.subTest(kinds=kinds):
                self.load_through(*(f"{kind}:0.02" for kind in kinds))

    def test_silence_ends_with_the_timeout(self):
        for kind in ("stall-before", "stall-after"):
            with self.subTest(kind=kind):
                self.load_through(f"{kind}:0.02", options=("--timeout", "500ms"))

    def test_slow_answers_are_answers(self):
        stats = self.load_through("trickle:0.02:bytes=1000:wait=1ms")
        self.assertEqual(stats["entries"]["again"], 0)

    def test_retry_after_in_seconds_and_as_a_date(self):
        self.load_through("503:0.02:retry-after=1", "429:0.02:retry-date=1")

    def test_a_storm(self):
        self.load_through(storm="60:10")

    def test_all_at_once(self):
        for seed in (1, 2):
            with self.subTest(seed=seed):
                self.load_through("503:0.02", "reset-after:0.02", "cut:0.02", "500:0.02", "entry-429:0.01",
                                  "entry-500:0.005", "garbage-after:0.02", seed=seed)

    def test_too_many_entries_at_once_are_halved(self):
        expected = self.untroubled_state()
        with servers.fhir_target("--max-entries", "30") as base:
            self.load_all(inputs.SYNTHEA_10, base)
            self.assertEqual(Target(base).state(), expected)

    def test_one_record_that_is_too_large_is_rejected_and_makes_no_other_bundle_smaller(self):
        source = self.scratch / "large.ndjson"
        large = {"resourceType": "Patient", "id": "large", "text": {"status": "empty", "div": "x" * 4_000_000}}
        with servers.fhir_target("--max-bytes", "3M") as base:
            self.load_all(inputs.SYNTHEA_10, base, "--batch", 100)
            usual = rest.get(f"{base.removesuffix('/fhir')}/_stats")["requests"]
        source.write_text(json.dumps(large) + "\n")
        with servers.fhir_target("--max-bytes", "3M") as base:
            result = self.load(inputs.SYNTHEA_10, base, source, "--batch", 100)
            self.assertEqual(result.status, 1, result.err)
            self.assertEqual(result.counts(), {"read": 23_884, "loaded": 23_883, "duplicate": 0, "rejected": 1})
            self.assertLess(rest.get(f"{base.removesuffix('/fhir')}/_stats")["requests"], usual + 30)

    def test_a_limit_of_bytes_makes_no_bundle_of_small_records_smaller(self):
        """As a gateway's, of 1 MB mostly: Organizations go by the hundred, before and after what is large."""
        source = self.scratch / "sizes.ndjson"
        documents = [{"resourceType": "DocumentReference", "id": f"d{i}", "description": "x" * 300_000} for i in range(40)]
        claims = [{"resourceType": "Claim", "id": f"c{i}"} for i in range(5_000)]
        places = [{"resourceType": "Organization", "id": f"o{i}"} for i in range(1_000)]
        source.write_text("".join(json.dumps(each) + "\n" for each in places + documents + claims))
        with servers.fhir_target("--max-bytes", "1M") as base:
            self.load_all(source, base, "--batch", 100)
            stats = rest.get(f"{base.removesuffix('/fhir')}/_stats")
        self.assertEqual(stats["entries"]["done"], 6_040)
        self.assertLess(stats["requests"], 60 + 40 + 20)

    def test_of_an_answer_with_busy_entries_only_these_are_sent_again(self):
        stats = self.load_through("entry-429:0.05")
        self.assertGreater(stats["faults"]["entry-429"], 1_000)
        self.assertEqual(stats["entries"]["again"], stats["faults"]["entry-429"])
        self.assertEqual(stats["entries"]["again_after_done"], 0)


class BehindAFront(LoaderTest):
    def setUp(self):
        super().setUp()
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def start(self, **spoils):
        """A fhir-target of its own behind a front."""
        base = self.stack.enter_context(servers.fhir_target())
        self.front = front.Front(base, **spoils)
        self.url = self.stack.enter_context(front.started(self.front))
        self.target = Target(base)
        self.target.begin()

    def entries_sent(self):
        return sum(len(urls) for urls in self.front.bundles)

    def patients(self, count):
        source = self.scratch / "patients.ndjson"
        source.write_text("\n".join(json.dumps({"resourceType": "Patient", "id": f"p{i}"}) for i in range(count)))
        return source


class GoneServer(BehindAFront):
    """Trouble with everything is no record's fault: the load stops, and nothing is rejected."""

    def assert_stopped(self, spoil, *words, spoil_entry=None):
        self.start(spoil=spoil, spoil_entry=spoil_entry)
        result = self.load(inputs.SYNTHEA_10, self.url, "--patience", "2s", "--attempts", "1")
        self.assertEqual(result.status, 3, result.err)
        self.assertEqual(result.report["state"], "stopped")
        for word in (*words, "nothing has got through for 2s"):
            self.assertIn(word, result.err)
        counts = result.counts()
        self.assertEqual(counts["rejected"], 0)
        return counts["loaded"]

    def test_that_only_answers_trouble(self):
        for status in (429, 500, 502, 503, 504):
            with self.subTest(status=status):
                self.assertEqual(self.assert_stopped(lambda urls, status=status: status, str(status)), 0)

    def test_that_is_silent(self):
        self.assertEqual(self.assert_stopped(lambda urls: front.SILENCE), 0)

    def test_whose_every_entry_fails(self):
        self.assertEqual(self.assert_stopped(None, "500", spoil_entry=lambda url: 500), 0)

    def test_that_was_there_once(self):
        """What is in when it goes stays in, and nothing else is settled."""
        for trouble in (500, 503, front.SILENCE):
            with self.subTest(trouble=trouble):
                loaded = self.assert_stopped(
                    lambda urls, trouble=trouble: trouble if self.entries_sent() > 5_000 else None)
                self.assertGreater(loaded, 1_000)
                # What was in flight may be in as well.
                self.assertGreaterEqual(self.target.state()["total"], loaded)


class BadApples(BehindAFront):
    """One record that a server never takes, while it takes the others."""

    def assert_one_rejected(self, count, *options, **spoils):
        self.start(**spoils)
        result = self.load(self.patients(count), self.url, "--attempts", "3", *options)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": count, "loaded": count - 1, "duplicate": 0, "rejected": 1})
        state = self.target.state()
        self.assertEqual((state["versions_written"], state["older_over_newer"]), (state["total"], 0))

    def test_that_breaks_a_server_with_whatever_it_comes(self):
        for trouble in (500, 409, front.SILENCE):
            for count in (30, 1_000):
                with self.subTest(trouble=trouble, count=count):
                    self.assert_one_rejected(count, spoil=lambda urls, trouble=trouble:
                                             trouble if "Patient/p17" in urls else None)

    def test_that_fails_by_itself(self):
        for status in (409, 500, 503):
            with self.subTest(status=status):
                self.assert_one_rejected(300, spoil_entry=lambda url, status=status:
                                         status if url == "Patient/p17" else None)

    def test_that_comes_last_and_alone(self):
        self.assert_one_rejected(301, "--concurrency", "1", spoil=lambda urls:
                                 500 if "Patient/p300" in urls else None)
        self.assertIn(["Patient/p300"], self.front.bundles)

    def test_that_is_throttled_for_ever_stops_the_load(self):
        self.start(spoil_entry=lambda url: 429 if url == "Patient/p17" else None)
        result = self.load(self.patients(30), self.url, "--attempts", "1", "--patience", "1s")
        self.assertEqual(result.status, 3, result.err)
        self.assertEqual(result.counts()["rejected"], 0)

    def test_conflicts_everywhere_are_rejections(self):
        self.start(spoil_entry=lambda url: 409)
        result = self.load(self.patients(5), self.url, "--attempts", "3", "--concurrency", "1")
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 5, "loaded": 0, "duplicate": 0, "rejected": 5})
        self.assertEqual(len(self.front.bundles), 3)
