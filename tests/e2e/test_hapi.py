"""HAPI FHIR with its default settings: references are enforced, in an H2 database in memory."""
import unittest

import servers
from delivery import Delivery


def setUpModule():
    Delivery.base = unittest.enterModuleContext(servers.hapi())


class Hapi(Delivery):
    def test_takes_ndjson_and_bundles_and_a_second_load_makes_no_new_version(self):
        self.load_bundles_after_ndjson()

    def test_refuses_only_what_refers_to_nothing(self):
        self.refuse_what_refers_to_nothing()

    def test_rejects_only_the_bad_one_of_a_hundred(self):
        self.reject_one_of_a_hundred()
