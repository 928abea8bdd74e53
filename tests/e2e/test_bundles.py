"""Bundles of every type and request into SQLite and into fhir-target with HAPI's rules."""
import json
import unittest

import rest
import servers
from bundles import Bundles, bundle, entry, resource
from store import Store


class IntoSqlite(Bundles):
    def setUp(self):
        super().setUp()
        self.store = Store(self.scratch / "x.db")
        self.to = self.store.target

    def read(self, key):
        kind, name = key.split("/")
        text = self.store.texts(kind).get(name)
        return None if text is None else json.loads(text)

    def versions(self):
        return self.store.digest()

    def test_they_become_what_they_say(self):
        self.become_what_they_say()

    def test_what_they_delete_is_gone(self):
        self.delete_in_order()

    def test_a_large_one_keeps_its_references(self):
        self.cut_what_is_too_large()

    def test_verify_finds_gone_what_they_delete(self):
        source = self.scratch / "x.json"
        source.write_text(json.dumps(bundle("batch", entry("PUT Group/a", resource("Group/a")), entry("DELETE Group/b"))))
        self.load_all(source, self.to)
        self.assertEqual(self.run_program("verify", source, "--to", self.to).status, 0)
        undone = self.scratch / "undone.ndjson"
        undone.write_text(json.dumps(resource("Group/b")))
        self.load_all(undone, self.to)
        again = self.run_program("verify", source, "--to", self.to)
        self.assertEqual(again.status, 1)
        self.assertIn("was to be deleted", again.out)

    def test_what_a_server_said_of_a_search_is_counted_apart(self):
        source = self.scratch / "searches.ndjson"
        outcome = entry(None, {"resourceType": "OperationOutcome", "issue": []}, search={"mode": "outcome"})
        source.write_text("\n".join(json.dumps(bundle("searchset", outcome, entry(None, resource(f"Group/s{i}"))))
                                    for i in range(3)))
        result = self.load_all(source, self.to)
        self.assertEqual(result.report["search_outcomes"], 3)
        self.assertEqual(self.store.by_type(), {"Group": 3})

    def test_inspect_counts_them_and_their_requests(self):
        source = self.scratch / "mixed.ndjson"
        of = [bundle("batch", entry("POST Group", resource("Group/a")), entry("DELETE Group/b")),
              bundle("batch", entry("PUT Group/c", resource("Group/c"))), bundle("document")]
        source.write_text("\n".join(map(json.dumps, of)))
        seen = json.loads(self.run_program("inspect", source, "--json").out)
        self.assertEqual(seen["bundles"], {"batch": 2, "document": 1})
        self.assertEqual(seen["requests"], {"POST": 1, "PUT": 1, "DELETE": 1})
        self.assertIn("2 batch, 1 document", self.run_program("inspect", source).out)

    def test_their_order_does_not_hang_on_the_window(self):
        late = {"resourceType": "Bundle"}
        late["entry"] = [entry(f"PUT {key}", resource(key, text=2_000 * "x"))
                         for key in (f"{kind}/late{i}" for i in range(50) for kind in ("Basic", "Group"))]
        source = self.scratch / "late.ndjson"
        source.write_text("\n".join(json.dumps({**late, "type": kind}) for kind in ("transaction", "batch")))
        orders = [json.loads(self.run_program("inspect", source, "--json", "--window", window).out)["order"]
                  for window in ("64K", "1M")]
        self.assertEqual(orders[0], orders[1])
        source.write_text(json.dumps({**late, "type": "transaction"}))
        seen = self.run_program("inspect", source, "--json", "--window", "64K")
        self.assertEqual(json.loads(seen.out)["order"], ["transactions"])


def setUpModule():
    IntoFhirTarget.to = unittest.enterModuleContext(servers.fhir_target())


class IntoFhirTarget(Bundles):
    def read(self, key):
        return rest.find(f"{self.to}/{key}")

    def versions(self):
        return rest.digest(self.to)["versions_written"]

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

    def test_of_two_types_the_first_counts_wherever_the_bundle_is_cut(self):
        for first, second in (("transaction", "batch"), ("batch", "transaction")):
            with self.subTest(first):
                kinds = [kind for kind in ("Group", "Basic") for _ in range(40)]
                entries = [entry(None, resource(f"{kind}/{first}{i}", text=2_000 * "x")) for i, kind in enumerate(kinds)]
                text = json.dumps({"resourceType": "Bundle", "type": first, "entry": entries})
                source = self.scratch / "twice.json"
                source.write_text(f'{text[:-1]}, "type": "{second}"}}')
                result = self.load_all(source, self.to, "--window", "4K")
                self.assertEqual(result.counts()["loaded"], 80)
                seen = self.run_program("inspect", source, "--json", "--window", "4K")
                self.assertEqual(json.loads(seen.out)["bundles"], {first: 1})

    def test_leave_nothing_dangling(self):
        self.assertEqual(rest.digest(self.to)["dangling"], 0)
