"""What verify finds in targets that hold a load, and in such that were tampered with behind its back."""
import contextlib
import json
import os
import sqlite3
import stat
import unittest
import urllib.request

import inputs
import servers
from loader import LoaderTest
from store import Store


class Verify(LoaderTest):
    def verify(self, source, to, *options):
        return self.run_program("verify", source, "--to", to, "--json", *options)

    def assert_equal(self, source, to, total, *options):
        result = self.verify(source, to, *options)
        self.assertEqual(result.status, 0, result.err)
        found = result.report
        self.assertEqual((found["verdict"], found["compared"], found["equal"]), ("equal", total, total))
        self.assertEqual(found["differences"], [])

    def found(self, result):
        self.assertEqual(result.status, 1, result.err)
        return {(each["kind"], each["type"], each["id"], each.get("what")) for each in result.report["differences"]}


class InSqlite(Verify):
    def setUp(self):
        super().setUp()
        self.store = Store(self.scratch / "store.db")

    def change(self, statement, *parameters):
        with contextlib.closing(sqlite3.connect(self.store.path)) as database, database:
            self.assertEqual(database.execute(statement, parameters).rowcount, 1)

    def test_a_load_is_equal_to_its_input(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        self.assert_equal(inputs.SYNTHEA_10, self.store.target, 23_883)

    def test_bundles_are_equal_to_their_load(self):
        self.load_all(inputs.SYNTHEA_BUNDLES, self.store.target)
        self.assert_equal(inputs.SYNTHEA_BUNDLES, self.store.target, 10_737)

    def test_one_changed_and_one_deleted_row_are_found_exactly(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        before = self.store.digest()
        (patient,), = self.store.rows("select id from resource where type = 'Patient' order by id limit 1")
        (claim,), = self.store.rows("select id from resource where type = 'Claim' order by id limit 1")
        text = json.loads(self.store.texts("Patient")[patient])
        text["name"][0]["family"] += "x"
        self.change("update resource set json = ? where type = 'Patient' and id = ?", json.dumps(text), patient)
        self.change("delete from resource where type = 'Claim' and id = ?", claim)
        self.assertNotEqual(self.store.digest(), before)
        path = self.scratch / "differences.ndjson"
        result = self.verify(inputs.SYNTHEA_10, self.store.target, "--differences", path)
        expected = {("different", "Patient", patient, "name[0].family"), ("missing", "Claim", claim, None)}
        self.assertEqual(self.found(result), expected)
        self.assertEqual(result.report["types"]["Claim"]["lacking"], 1)
        self.assertEqual({json.loads(line)["id"] for line in path.read_text().splitlines()}, {patient, claim})
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertNotIn(text["name"][0]["family"], result.out + result.err + path.read_text())

    def test_texts_that_mean_the_same_are_equal(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        for type_name, identity, text in self.store.rows(
                "select type, id, json from resource where type in ('Patient', 'Organization') limit 50"):
            resource = json.loads(text, parse_float=Exact, parse_int=Exact)
            turned = write(dict(reversed(resource.items())))
            self.change("update resource set json = ? where type = ? and id = ?", turned, type_name, identity)
        self.assert_equal(inputs.SYNTHEA_10, self.store.target, 23_883)

    def test_a_sample_is_the_same_each_time(self):
        self.load_all(inputs.SYNTHEA_10, self.store.target)
        first, second = (self.verify(inputs.SYNTHEA_10, self.store.target, "--sample", 2000, "--threads", n).report
                         for n in (1, 4))
        self.assertEqual(first["types"], second["types"])
        self.assertTrue(1_800 < first["compared"] < 2_200, first["compared"])
        self.assertTrue(0.0020 < first["sample"]["share_below"] < 0.0026)

    def test_a_target_that_is_not_there_is_told_from_wrong_usage(self):
        self.assertEqual(self.verify(inputs.SYNTHEA_10, self.store.target).status, 3)
        self.assertEqual(self.verify(inputs.SYNTHEA_10, "http://127.0.0.1:1/fhir").status, 3)
        self.assertEqual(self.verify(inputs.SYNTHEA_10, "discard:").status, 2)
        self.assertEqual(self.verify(self.scratch / "nothing.zip", self.store.target).status, 2)


class Exact(str):
    """A number as it is spelled."""


def write(value):
    """JSON with blanks, every character beyond ASCII escaped, numbers as they were."""
    if isinstance(value, Exact):
        return str(value)
    if isinstance(value, dict):
        return "{ " + " , ".join(f"{json.dumps(key)} : {write(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[ " + " , ".join(map(write, value)) + " ]"
    return json.dumps(value)


class AtFhirTarget(Verify):
    def setUp(self):
        super().setUp()
        self.base = self.enterContext(servers.fhir_target())

    def put(self, resource):
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        request = urllib.request.Request(url, json.dumps(resource).encode(), method="PUT",
                                         headers={"Content-Type": "application/fhir+json"})
        urllib.request.urlopen(request, timeout=30).close()

    def test_a_load_is_equal_to_its_input_in_batches_of_any_size(self):
        self.load_all(inputs.SYNTHEA_10, self.base)
        self.assert_equal(inputs.SYNTHEA_10, self.base, 23_883)
        self.assert_equal(inputs.SYNTHEA_10, self.base, 23_883, "--batch", 7, "--concurrency", 9, "--window", "64K")
        self.assert_equal(inputs.SYNTHEA_10, self.base, 23_883, "--memory", "4M")

    def test_a_changed_resource_and_what_was_never_loaded_are_found(self):
        source = self.scratch / "x.ndjson"
        lines = [{"resourceType": "Group", "id": f"g{i}", "type": "person", "actual": True, "quantity": i}
                 for i in range(300)]
        source.write_text("\n".join(map(json.dumps, lines[:-1])))
        self.load_all(source, self.base)
        self.put({**lines[17], "quantity": 1700})
        source.write_text("\n".join(map(json.dumps, lines)))
        result = self.verify(source, self.base)
        self.assertEqual(self.found(result), {("different", "Group", "g17", "quantity"), ("missing", "Group", "g299", None)})
        self.assertEqual(result.report["equal"], 298)

    def test_what_a_run_rejected_is_told_apart(self):
        source = self.scratch / "x.ndjson"
        source.write_text('{"resourceType":"Group","id":"there"}\n'
                          '{"resourceType":"Flag","id":"f1","subject":{"reference":"Group/there"}}\n'
                          '{"resourceType":"Flag","id":"f2","subject":{"reference":"Group/nowhere"}}\n')
        run = self.load(source, self.base).report["run"]
        self.assertEqual(self.found(self.verify(source, self.base)), {("missing", "Flag", "f2", None)})
        result = self.verify(source, self.base, "--run", run)
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual((result.report["equal"], result.report["rejected"]), (2, 1))


class AtABadServer(Verify):
    def test_faults_are_waited_for_and_nothing_is_taken_for_missing(self):
        with servers.fhir_target() as base:
            self.load_all(inputs.SYNTHEA_BUNDLES, base)
            control = json.dumps({"faults": ["503:0.05", "500:0.02", "reset-before:0.02", "cut:0.02"], "seed": 11})
            urllib.request.urlopen(base.replace("/fhir", "/_control"), control.encode(), timeout=30).close()
            result = self.verify(inputs.SYNTHEA_BUNDLES, base)
            self.assertEqual(result.status, 0, result.err)
            self.assertEqual(result.report["equal"], 10_737)
            self.assertGreater(result.report["requests"]["retried"], 0)


if __name__ == "__main__":
    unittest.main()
