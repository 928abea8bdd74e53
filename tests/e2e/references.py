"""What becomes of references that point at nothing yet, at each other, or at nothing at all: whatever FHIR server
enforces them. Each server's module mixes it in."""
import json
import re

import inputs
import made_references
import needs
from identity import lettered
from loader import LoaderTest

LACKS = re.compile(r": it refers to (.*), which the server does not have$")


class References(LoaderTest):
    """`base` is the server's URL, set by the module before its tests; no provider is there yet."""

    base = None

    def missing(self, run):
        """By dead letter, what it names: `Type/id`, or a type that was searched for."""
        result = self.run_program("deadletters", run, "--stage", "load", "--format", "ndjson")
        self.assertEqual(result.status, 0, result.err)
        letters = [json.loads(line) for line in result.out.splitlines()]
        return {f"{letter['type']}/{letter['resource_id']}": set(told[1].split(", "))
                for letter in letters if (told := LACKS.search(letter["reason"]))}

    def assert_deferral_adds_up(self, report):
        deferred = report["deferred"]
        self.assertEqual(deferred["waited"], deferred["loaded"] + deferred["rejected"])
        self.assertEqual(deferred["rejected"], report["rejected"])

    def without_providers(self):
        """The archive's patients without practitioners and hospitals: who needs one is rejected, and who needs
        those, each with what it lacks; nothing else is. Then the archive as it is, its providers last."""
        source = inputs.write_zip(self.scratch / "patients.zip", {
            name: content for name, content in inputs.members(inputs.SYNTHEA_BUNDLES).items()
            if "Information" not in name})
        expected = needs.Needs(inputs.bundle_resources(source))
        result = self.load(source, self.base)
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 7_420, "loaded": 7_420 - len(expected.lacking), "duplicate": 0,
                                           "rejected": len(expected.lacking)})
        self.assert_deferral_adds_up(result.report)
        told = self.missing(result.report["run"])
        self.assertEqual(told.keys(), expected.lacking.keys())
        for key, names in told.items():
            lacking = {expected.name(text) for text in expected.lacking[key]}
            self.assertTrue(names and names <= lacking, f"{key}: {names - lacking}")
            literal = {name for name in lacking if "/" in name}
            self.assertLessEqual(literal, names, key)

    def with_providers_last(self):
        names = list(inputs.members(inputs.SYNTHEA_BUNDLES))
        self.assertTrue(all("Information" in name for name in names[-2:]))
        result = self.load_all(inputs.SYNTHEA_BUNDLES, self.base)
        self.assertEqual(result.counts()["loaded"], 7_420 + 3_317)

    def made_archive(self, count):
        made = made_references.Archive(count)
        source = self.scratch / "made.ndjson.gz"
        made.write(source)
        result = self.load(source, self.base, "--ids", "auto")
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), made.expected())
        self.assert_deferral_adds_up(result.report)
        self.assert_told(result.report["run"], made)
        return result.report

    def assert_told(self, run, made):
        """Each dangling reference by name, by the dead letter of the record that has it."""
        def renamed(key):
            kind, identity = key.split("/")
            return f"{kind}/{lettered(kind, identity)}"

        self.assertEqual(self.missing(run), {renamed(key): {name} for key, name in made.expected_missing.items()})
