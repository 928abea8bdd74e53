"""HAPI FHIR with its default settings: references are enforced, in an H2 database in memory."""
import collections
import json
import re
import unittest

import inputs
import rest
import servers
from bundles import Bundles
from delivery import Delivery
from identity import Claims, lettered
from strip_coverage import mentions_coverage, parse


def setUpModule():
    Delivery.base = Bundles.to = unittest.enterModuleContext(servers.hapi())


class Hapi(Delivery):
    """Into a server of its own: it is counted what there is of each type."""

    @classmethod
    def setUpClass(cls):
        cls.base = cls.enterClassContext(servers.hapi())

    def test_takes_ndjson_and_bundles_and_a_second_load_makes_no_new_version(self):
        self.load_bundles_after_ndjson()

    def test_refuses_only_what_refers_to_nothing(self):
        self.refuse_what_refers_to_nothing()

    def test_rejects_only_the_bad_one_of_a_hundred(self):
        self.reject_one_of_a_hundred()


class ClaimsWithoutTheirPatients(Delivery):
    """CARIN's archive: some ids are of digits only, and some claims name a Patient who is nowhere."""

    def setUp(self):
        super().setUp()
        self.source = inputs.shared("cms-carin-eob.zip")
        self.claims = Claims(self.source)

    def test_end_the_load_before_it_begins_unless_told_what_to_do_with_ids(self):
        before = self.versions()
        result = self.load(self.source, self.base)
        self.assertEqual(result.status, 2)
        self.assertIn("--ids auto", result.err)
        self.assertEqual(self.versions(), before)

    def test_are_rejected_by_name_and_nothing_else_is(self):
        result = self.load(self.source, self.base, "--ids", "auto")
        strangers = self.claims.strangers()
        counts = result.counts()
        self.assertEqual(counts["read"], self.claims.read)
        self.assertEqual(counts["rejected"], strangers.total() + self.claims.unreadable)
        self.assertEqual(counts["loaded"], len(self.claims.readable) - strangers.total())
        letters = self.run_program("deadletters", result.report["run"]).out
        self.assertEqual(letters.count("HAPI-0450"), self.claims.unreadable)
        told = collections.Counter(
            " ".join(sorted(name for name in names.split(", ") if name.startswith("Patient/")))
            for names in re.findall(r": it refers to (.*), which the server does not have$", letters, re.M))
        self.assertEqual(told, strangers)
        self.assert_no_claim_mentions_a_coverage()
        self.assert_same_but_for_the_servers_date(result.report)

    def assert_same_but_for_the_servers_date(self, report):
        """A Patient whose meta.lastUpdated is words is there without them."""
        def content(patient):
            meta = {name: value for name, value in patient["meta"].items()
                    if name not in ("lastUpdated", "versionId", "source")}
            return {**patient, "id": "", "meta": meta}

        undated = [each for each in self.claims.resources if each["resourceType"] == "Patient"
                   and not re.match(r"\d{4}", each["meta"]["lastUpdated"])]
        self.assertEqual(len(undated), 1)
        stored = rest.get(f"{self.base}/Patient/{lettered('Patient', undated[0]['id'])}")
        self.assertTrue(content(stored) == content(undated[0]), "the Patient is another one")
        self.assertEqual(report["bad_last_updated"], self.claims.undated)

    def assert_no_claim_mentions_a_coverage(self):
        bundle = rest.get(f"{self.base}/ExplanationOfBenefit?_count=1000")
        carin = [entry["resource"] for entry in bundle["entry"]]
        self.assertGreater(len(carin), 0)
        for claim in carin:
            self.assertFalse(mentions_coverage(parse(json.dumps(claim))), claim["id"])


class BundlesIntoHapi(Bundles):
    """Into the same server: of ids that no other test here has."""

    def read(self, key):
        return rest.find(f"{self.to}/{key}")

    def versions(self):
        return rest.history_total(self.to)

    def as_kept(self, resource):
        return {name: value for name, value in resource.items() if name != "meta"}

    def test_they_become_what_they_say(self):
        self.become_what_they_say()

    def test_what_they_delete_is_gone(self):
        self.delete_in_order()

    def test_what_they_delete_may_refer_to_each_other(self):
        self.delete_what_refers_to_each_other()

    def test_what_others_refer_to_stays(self):
        self.refuse_to_delete_what_others_refer_to()

    def test_a_large_one_keeps_its_references(self):
        self.cut_what_is_too_large()
