"""What holds of a load whatever FHIR server is at the other end. Each server's module mixes it in."""
import json

import inputs
import rest
from loader import LoaderTest


class Delivery(LoaderTest):
    """`base` is the server's URL, set by the module before its tests."""

    base = None

    def versions(self):
        """Of all resources together."""
        return rest.history_total(self.base)

    def assert_on_server(self, expected):
        """`expected`: keys; the server counts so many of each type."""
        counts = {}
        for type_name, _ in expected:
            counts[type_name] = counts.get(type_name, 0) + 1
        self.assertEqual({name: rest.count(self.base, name) for name in counts}, counts)

    def assert_again_nothing_new(self, source):
        before = self.versions()
        self.load_all(source, self.base)
        self.assertEqual(self.versions(), before)

    def assert_proven(self, source, total):
        """What the server holds is what the source says, whatever servers do to what they are given."""
        result = self.run_program("verify", source, "--to", self.base, "--json")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual((result.report["compared"], result.report["equal"]), (total, total))

    def load_bundles_after_ndjson(self):
        lines = inputs.keys(map(json.loads, inputs.ndjson_lines(inputs.SYNTHEA_10)))
        with self.subTest("NDJSON"):
            result = self.load_all(inputs.SYNTHEA_10, self.base)
            self.assertEqual(result.counts()["loaded"], 23_883)
            self.assert_on_server(lines)
        with self.subTest("NDJSON read back"):
            self.assert_proven(inputs.SYNTHEA_10, 23_883)
        with self.subTest("NDJSON again"):
            self.assert_again_nothing_new(inputs.SYNTHEA_10)
        # The providers are the same in both.
        both = lines | inputs.keys(inputs.bundle_resources(inputs.SYNTHEA_BUNDLES))
        with self.subTest("bundles"):
            result = self.load_all(inputs.SYNTHEA_BUNDLES, self.base)
            self.assertEqual(result.counts()["loaded"], 7_420 + 3_317)
            self.assert_on_server(both)
        with self.subTest("bundles read back"):
            self.assert_proven(inputs.SYNTHEA_BUNDLES, 7_420 + 3_317)
        with self.subTest("bundles again"):
            self.assert_again_nothing_new(inputs.SYNTHEA_BUNDLES)
            self.assert_on_server(both)

    def refuse_what_refers_to_nothing(self):
        # Types that no archive here has, so that its counts stand.
        types = ("Group", "Flag")
        before = [rest.count(self.base, name) for name in types]
        source = self.scratch / "dangling.ndjson"
        source.write_text('{"resourceType":"Group","id":"there"}\n'
                          '{"resourceType":"Flag","id":"f1","subject":{"reference":"Group/there"}}\n'
                          '{"resourceType":"Flag","id":"f2","subject":{"reference":"Group/nowhere"}}\n')
        result = self.load(source, self.base)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 3, "loaded": 2, "duplicate": 0, "rejected": 1})
        after = [rest.count(self.base, name) for name in types]
        self.assertEqual([now - then for now, then in zip(after, before)], [1, 1])
        letters = self.run_program("deadletters", result.report["run"])
        self.assertEqual(letters.status, 0, letters.err)
        self.assertRegex(letters.out, r"\b3\b.*\bload\b")

    BAD = {
        "bad date": ({"authoredOn": "2024-13-45"}, "HAPI-0450"),
        "numeric id": ({"id": "4711"}, "HAPI-0960"),
        "missing reference": ({"focus": {"reference": "Substance/nowhere"}}, "HAPI-1094"),
    }

    def reject_one_of_a_hundred(self):
        """Of a type that no archive here has. As lines, and as a source's own transaction."""
        for bad, (members, code) in self.BAD.items():
            for form in ("lines", "transaction"):
                with self.subTest(bad, form=form):
                    prefix = f"{bad.replace(' ', '-')}-{form}"
                    tasks = [{"resourceType": "Task", "id": f"{prefix}-{i}", "status": "draft", "intent": "order"}
                             for i in range(100)]
                    tasks[63].update(members)
                    self.assert_all_but_one(self.written(tasks, form), code)

    def written(self, resources, form):
        source = self.scratch / f"{form}.json"
        if form == "lines":
            source.write_text("\n".join(map(json.dumps, resources)))
        else:
            urls = [f"{resource['resourceType']}/{resource['id']}" for resource in resources]
            entries = [{"fullUrl": f"http://source.example/fhir/{url}", "resource": resource,
                        "request": {"method": "PUT", "url": url}} for url, resource in zip(urls, resources)]
            source.write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
        return source

    def assert_all_but_one(self, source, code):
        before = rest.count(self.base, "Task")
        result = self.load(source, self.base, "--batch", 100, "--ids", "keep")
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 100, "loaded": 99, "duplicate": 0, "rejected": 1})
        self.assertEqual(rest.count(self.base, "Task") - before, 99)
        letters = self.run_program("deadletters", result.report["run"])
        self.assertEqual(letters.out.count(code), 1, letters.out)
