"""References that wait, go in circles or lead nowhere, at fhir-target with HAPI's rules."""
import contextlib
import unittest

import front
import made_references
import rest
import servers
from references import References


def setUpModule():
    References.base = unittest.enterModuleContext(servers.fhir_target())


class FhirTarget(References):
    def test_rejects_who_needs_a_provider_until_they_are_there(self):
        self.without_providers()
        self.with_providers_last()
        self.assertEqual(rest.digest(self.base)["dangling"], 0)

    def test_loads_what_can_be_loaded_of_a_made_archive(self):
        before = rest.digest(self.base)
        report = self.made_archive(50_000)
        self.assertGreater(report["deferred"]["loaded"], 0)
        after = rest.digest(self.base)
        self.assertEqual(after["total"] - before["total"], report["loaded"])
        self.assertEqual(after["versions_written"] - before["versions_written"], report["loaded"])
        self.assertEqual(after["dangling"], 0)


class Stopped(References):
    @contextlib.contextmanager
    def stopping(self, kind):
        """A server that wants other credentials from the first of that type on; yields its URL, and what lets it
        go on."""
        def spoil(urls):
            reached.extend(url for url in urls if url.startswith(kind))
            return 401 if reached and not goes_on else None

        with servers.fhir_target() as server:
            reached, goes_on = [], []
            between = front.Front(server, spoil)
            with front.started(between) as base:
                yield base, lambda: goes_on.append(True)
            self.assertEqual(rest.digest(server)["dangling"], 0)

    def test_sends_again_what_had_waited_when_the_run_was_stopped(self):
        made = made_references.Archive(4_000)
        source = self.scratch / "made.ndjson.gz"
        made.write(source)
        # The last type of the order: by then all that refers to what is not there has been sent, and waits.
        with self.stopping("Basic") as (base, go_on):
            result = self.load(source, base, "--ids", "auto")
            self.assertEqual(result.status, 3, result.err)
            deferred = result.report["deferred"]
            self.assertGreater(deferred["waited"], deferred["loaded"] + deferred["rejected"])
            go_on()
            resumed = self.run_program("resume", "--json")
            self.assertEqual(resumed.status, 1, resumed.err)
            self.assertEqual(resumed.counts(), made.expected())
            self.assert_told(resumed.report["run"], made)
