"""CMS claims in CARIN's shape: coverage is stripped, and nothing else is touched."""
import json
import re

import inputs
from loader import LoaderTest
from store import Store
from strip_coverage import mentions_coverage, only_cuts, parse, without_coverage


class Carin(LoaderTest):
    def setUp(self):
        super().setUp()
        self.source = inputs.shared("cms-carin-eob.zip")
        self.lines = list(inputs.ndjson_lines(self.source))
        self.winners = inputs.winners(self.lines)
        self.nameless = {line for line in self.lines if "id" not in json.loads(line)}
        self.store = Store(self.scratch / "c.db")
        self.report = self.load_all(self.source, self.store.target).report

    def claims(self):
        return self.store.texts("ExplanationOfBenefit")

    def test_every_line_is_loaded_or_a_duplicate(self):
        self.assertEqual(self.report["read"], 82)
        self.assertEqual(self.report["loaded"], len(self.winners) + len(self.nameless))
        self.assertEqual(self.store.total(), self.report["loaded"])

    def test_no_claim_mentions_a_coverage(self):
        for identity, text in self.claims().items():
            self.assertFalse(mentions_coverage(parse(text)), identity)

    def test_claims_differ_in_nothing_else(self):
        for identity, text in self.claims().items():
            source = self.winners.get(("ExplanationOfBenefit", identity))
            if source is None:
                continue
            self.assertTrue(parse(text) == without_coverage(parse(source)), identity)
            self.assertTrue(only_cuts(source, text), f"{identity} is not its source with pieces cut out")

    def test_claims_without_an_id_keep_all_but_coverage(self):
        def content(members):
            return repr([pair for pair in members if pair[0] != "id"])

        expected = {content(without_coverage(parse(line))) for line in self.nameless}
        stored = {content(parse(text)) for identity, text in self.claims().items()
                  if ("ExplanationOfBenefit", identity) not in self.winners}
        self.assertEqual(len(expected), len(stored))
        self.assertTrue(expected == stored)

    def test_every_patient_is_its_source_line_byte_for_byte(self):
        stored = self.store.texts("Patient")
        expected = {identity: line for (kind, identity), line in self.winners.items() if kind == "Patient"}
        self.assertTrue(stored == expected)

    def test_numbers_keep_their_spelling(self):
        spelled = re.compile(rb'":3\.000\b')
        before = sum(len(spelled.findall(line)) for line in (*self.nameless, *self.winners.values()))
        after = sum(len(spelled.findall(text)) for text in self.claims().values())
        self.assertGreater(before, 0)
        self.assertEqual(after, before)

    def test_the_same_winners_whatever_the_threads(self):
        for threads in (1, 2, 8):
            store = Store(self.scratch / f"{threads}.db")
            self.load_all(self.source, store.target, "--threads", threads)
            self.assertEqual(store.content_digest(), self.store.content_digest(), f"with {threads} threads")


class SyntheaClaims(LoaderTest):
    """Synthea's claims contain their Coverage."""

    def test_differ_in_their_coverage_only(self):
        store = Store(self.scratch / "s.db")
        self.load_all(inputs.SYNTHEA_10, store.target)
        winners = inputs.winners(inputs.ndjson_lines(inputs.SYNTHEA_10))
        for identity, text in store.texts("ExplanationOfBenefit").items():
            stored = parse(text)
            self.assertFalse(mentions_coverage(stored), identity)
            self.assertTrue(stored == without_coverage(parse(winners["ExplanationOfBenefit", identity])), identity)
