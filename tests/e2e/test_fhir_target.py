"""fhir-target with HAPI's rules, and its own account of what clients did to it."""
import unittest

import inputs
import rest
import servers
from delivery import Delivery


def setUpModule():
    Delivery.base = unittest.enterModuleContext(servers.fhir_target())


class FhirTarget(Delivery):
    def versions(self):
        return rest.digest(self.base)["versions_written"]

    def test_takes_ndjson_and_bundles_and_a_second_load_makes_no_new_version(self):
        self.load_bundles_after_ndjson()

    def test_refuses_only_what_refers_to_nothing(self):
        self.refuse_what_refers_to_nothing()

    def test_rejects_only_the_bad_one_of_a_hundred(self):
        self.reject_one_of_a_hundred()


class EndState(Delivery):
    """Each load goes to a server of its own."""

    STATE = ("resources", "total", "hash", "dangling", "versions_written", "older_over_newer")

    def state_after(self, source, *options):
        with servers.fhir_target() as base:
            self.load_all(source, base, *options)
            digest = rest.digest(base)
            return {name: digest[name] for name in self.STATE}

    def assert_same_whatever(self, *ways):
        first, *others = [self.state_after(inputs.SYNTHEA_10, *way) for way in ways]
        self.assertEqual((first["total"], first["versions_written"]), (23_883, 23_883))
        self.assertEqual((first["dangling"], first["older_over_newer"]), (0, 0))
        for other in others:
            self.assertEqual(other, first)

    def test_is_the_same_whatever_the_threads(self):
        self.assert_same_whatever(("--threads", 1), ("--threads", 2), ("--threads", 8))

    def test_is_the_same_whatever_the_order_of_the_lines(self):
        """All types of the archive in one compressed member, in no order: phases read it again and again."""
        in_order = self.state_after(inputs.SYNTHEA_10)
        mixed = inputs.write_shuffled(self.scratch / "mixed.ndjson.gz", inputs.SYNTHEA_10, seed=7)
        self.assertEqual(self.state_after(mixed), in_order)

    def test_is_the_same_whatever_the_concurrency_and_the_bundles(self):
        self.assert_same_whatever(("--concurrency", 1, "--batch", 500), ("--concurrency", 8, "--batch", 7))
