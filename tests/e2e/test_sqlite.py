"""Synthea's NDJSON into the embedded store."""
import json
import os
import random
import stat
import unittest

import inputs
from loader import LoaderTest
from store import Store


class Sqlite(LoaderTest):
    def setUp(self):
        super().setUp()
        self.store = Store(self.scratch / "store.db")

    def assert_whole(self, source, total):
        report = self.load_all(source, self.store.target).report
        self.assertEqual((report["read"], report["loaded"], report["duplicate"]), (total, total, 0))
        self.assertEqual(self.store.total(), total)
        self.assertEqual(report["state"], "finished")

    def test_ten_patients_are_stored_whole(self):
        self.assert_whole(inputs.SYNTHEA_10, 23_883)
        lines = list(inputs.ndjson_lines(inputs.SYNTHEA_10))
        self.assertEqual(self.store.by_type(), inputs.by_type(map(json.loads, lines)))

    @unittest.skipIf(os.environ.get("FHIREHOSE_SANITIZERS"), "a sanitized program takes a minute for them; ten do")
    def test_a_hundred_patients_are_stored_whole(self):
        self.assert_whole(inputs.shared("synthea-100-ndjson.zip"), 180_436)

    def test_what_a_load_writes_is_no_input_of_the_next(self):
        """The state directory and the store lie in the very folder that is loaded."""
        (self.scratch / "one.ndjson").write_text('{"resourceType":"Patient","id":"a"}\n')
        target = f"sqlite:{self.scratch / 'x.db'}"
        for _ in range(2):
            report = self.load_all(self.scratch, target).report
            self.assertEqual((report["read"], report["problems"]), (1, []))
        self.assertEqual(self.run_program("verify", self.scratch, "--to", target).status, 0)

    def test_a_second_load_changes_no_row(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        before = self.store.digest()
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        self.assertEqual(self.store.digest(), before)

    def test_all_but_claims_keep_their_bytes(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        expected = {key: line for key, line in inputs.winners(inputs.ndjson_lines(inputs.SYNTHEA_10)).items()
                    if key[0] != "ExplanationOfBenefit"}
        for type_name in {key[0] for key in expected}:
            for identity, text in self.store.texts(type_name).items():
                if text != expected.pop((type_name, identity)):
                    self.fail(f"{type_name}/{identity} is not stored byte for byte")
        self.assertEqual(expected, {})

    def test_keep_coverage_keeps_claims_too(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target, "--keep-coverage")
        expected = inputs.winners(inputs.ndjson_lines(inputs.SYNTHEA_10))
        for identity, text in self.store.texts("ExplanationOfBenefit").items():
            if text != expected["ExplanationOfBenefit", identity]:
                self.fail(f"ExplanationOfBenefit/{identity} is not stored byte for byte")

    def test_each_patient_owns_what_refers_to_it(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        for identity, patient, text in self.store.rows(
                "select id, patient, json from resource where type = 'Condition'"):
            subject = json.loads(text)["subject"]["reference"]
            self.assertEqual(f"Patient/{patient}", subject, identity)

    def test_the_bundles_are_stored_whole(self):
        self.assert_whole(inputs.SYNTHEA_BUNDLES, 7_420 + 3_317)
        stored = set(self.store.rows("select type, id from resource"))
        self.assertEqual(stored, inputs.keys(inputs.bundle_resources(inputs.SYNTHEA_BUNDLES)))

    def test_a_tenant_stands_in_every_resource(self):
        tenant = "4f7c3a52-6f0e-4c86-9a57-0f9f4c0a1d11"
        self.load_all(inputs.SYNTHEA_10, self.store.target, "--tenant", tenant)
        label = {"system": "http://thirdopinion.io/identity/claims/tenant", "code": tenant}
        for type_name, identity, text in self.store.rows("select type, id, json from resource"):
            self.assertEqual(json.loads(text)["meta"]["security"].count(label), 1, f"{type_name}/{identity}")

    def test_files_that_hold_content_are_the_owners_alone(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        holders = [self.store.path, *(path for path in (self.scratch / "state").rglob("*") if path.is_file())]
        for path in holders:
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600, path.name)

    def test_the_default_target_is_a_file_beside_the_caller(self):
        result = self.run_program("load", inputs.SYNTHEA_10, "--json")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(Store(self.scratch / "fhirehose.db").total(), 23_883)


class Winners(LoaderTest):
    """Several contents of one key: the same one wins whatever the threads do."""

    TIMES = ["2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00", "2024-05-05T05:05:05.555Z", None]

    def many_versions(self):
        """900 lines of 150 resources in three members, in an order from a fixed seed."""
        chance = random.Random(20240501)
        members = {}
        for member in ("a.ndjson", "b.ndjson", "c.ndjson"):
            lines = []
            for number in range(300):
                resource = {"resourceType": chance.choice(["Patient", "Organization"]),
                            "id": f"r{chance.randrange(75)}", "language": f"{member[0]}{number}"}
                updated = chance.choice(self.TIMES)
                if updated:
                    resource["meta"] = {"lastUpdated": updated}
                lines.append(json.dumps(resource))
            members[member] = "\n".join(lines)
        return inputs.write_zip(self.scratch / "versions.zip", members)

    def test_are_the_newest_whatever_the_threads(self):
        source = self.many_versions()
        expected = inputs.winners(inputs.ndjson_lines(source))
        for threads in (1, 2, 8):
            store = Store(self.scratch / f"{threads}.db")
            report = self.load_all(source, store.target, "--threads", threads).report
            self.assertEqual((report["read"], report["loaded"]), (900, len(expected)))
            stored = {(kind, identity): text for kind in ("Patient", "Organization")
                      for identity, text in store.texts(kind).items()}
            self.assertEqual(stored, expected, f"with {threads} threads")

    def test_count_as_loaded_and_the_others_as_duplicates_of_their_type(self):
        source = self.many_versions()
        report = self.load_all(source, f"sqlite:{self.scratch}/x.db").report
        for kind in ("Patient", "Organization"):
            lines = [line for line in inputs.ndjson_lines(source) if json.loads(line)["resourceType"] == kind]
            each, distinct = report["types"][kind], len(inputs.winners(lines))
            self.assertEqual(each, {"read": len(lines), "loaded": distinct,
                                    "duplicate": len(lines) - distinct, "rejected": 0})
