"""Ids and references under --ids: every one of an archive, and as a server with HAPI's rules sees them."""
import json

import inputs
import rest
import servers
from delivery import Delivery
from identity import lettered, renamed, uuid_of
from loader import LoaderTest
from store import Store

SYSTEM = "https://ehr.example/fhir"


class EveryResource(LoaderTest):
    """In an SQLite target, where all of it can be compared."""

    def assert_renamed(self, mapping, *options):
        store = Store(self.scratch / "x.db")
        self.load_all(inputs.SYNTHEA_10, store.target, "--keep-coverage", *options)
        self.assertEqual(store.total(), 23_883)
        texts = {name: store.texts(name) for name in store.by_type()}
        for line in inputs.ndjson_lines(inputs.SYNTHEA_10):
            expected = renamed(json.loads(line), mapping)
            stored = json.loads(texts[expected["resourceType"]][expected["id"]])
            self.assertTrue(stored == expected, expected["id"])

    def test_has_the_uuid_that_python_makes_and_is_referred_to_by_it(self):
        self.assert_renamed(uuid_of(SYSTEM), "--ids", "uuid", "--source-system", SYSTEM)

    def test_has_the_name_of_its_system_before_its_id(self):
        self.assert_renamed(lambda _, identity: f"rb-{identity}", "--ids", "prefix", "--source-system", "rb")


class AtAServer(Delivery):
    def setUp(self):
        super().setUp()
        self.base = self.enterContext(servers.fhir_target())

    def state(self):
        digest = rest.digest(self.base)
        return digest["total"], digest["hash"], digest["versions_written"], digest["dangling"]

    def assert_loads_and_again_nothing_new(self, source, loaded, *options):
        self.assertEqual(self.load_all(source, self.base, *options).counts()["loaded"], loaded)
        first = self.state()
        self.assertEqual((first[0], first[2], first[3]), (loaded, loaded, 0))
        self.load_all(source, self.base, *options)
        self.assertEqual(self.state(), first)

    def test_uuids_of_lines_are_the_same_the_second_time(self):
        self.assert_loads_and_again_nothing_new(inputs.SYNTHEA_10, 23_883, "--ids", "uuid")

    def test_uuids_of_transactions_with_urns_and_searches_too(self):
        self.assert_loads_and_again_nothing_new(inputs.SYNTHEA_BUNDLES, 7_420 + 3_317, "--ids", "uuid")

    def test_two_systems_with_the_same_ids_stand_beside_each_other(self):
        for count, system in enumerate(("north", "south"), 1):
            self.load_all(self.numeric(), self.base, "--ids", "prefix", "--source-system", system)
            self.assertEqual(self.state()[0], 4 * count)
            self.assertEqual(rest.get(f"{self.base}/Flag/{system}-f")["subject"]["reference"], f"Patient/{system}-7")

    def numeric(self):
        source = self.scratch / "numeric.ndjson"
        source.write_text('{"resourceType":"Patient","id":"7"}\n'
                          '{"resourceType":"Patient","id":"n-7"}\n'
                          '{"resourceType":"Flag","id":"f","subject":{"reference":"Patient/7"}}\n'
                          '{"resourceType":"Flag","id":"g","subject":{"reference":"Patient/n-7"}}\n')
        return source

    def test_ids_of_digits_end_a_load_before_it_begins(self):
        result = self.load(self.numeric(), self.base)
        self.assertEqual(result.status, 2)
        self.assertIn("1 of the records have (1 Patient); nothing was sent. --ids auto", result.err)
        self.assertEqual(self.state()[0], 0)

    def test_ids_of_digits_are_refused_one_by_one_when_kept(self):
        result = self.load(self.numeric(), self.base, "--ids", "keep")
        self.assertEqual(result.status, 1)
        self.assertEqual(result.counts(), {"read": 4, "loaded": 2, "duplicate": 0, "rejected": 2})

    def test_ids_of_digits_get_letters_and_meet_no_other(self):
        self.assert_loads_and_again_nothing_new(self.numeric(), 4, "--ids", "auto")
        for flag, patient in ("f", "7"), ("g", "n-7"):
            self.assertEqual(rest.get(f"{self.base}/Flag/{flag}")["subject"]["reference"],
                             f"Patient/{lettered('Patient', patient)}")

    def test_addresses_of_the_source_are_references(self):
        source = self.scratch / "absolute.ndjson"
        source.write_text(f'{{"resourceType":"Patient","id":"p"}}\n'
                          f'{{"resourceType":"Flag","id":"f","subject":{{"reference":"{SYSTEM}/Patient/p"}}}}\n')
        self.assertEqual(self.load(source, self.base).counts()["rejected"], 1)
        self.load_all(source, self.base, "--source-base", SYSTEM)
        self.assertEqual(rest.get(f"{self.base}/Flag/f")["subject"]["reference"], "Patient/p")
