"""What `inspect` tells of an archive, against a plain count of the same archive."""
import collections
import json
import math
import re
import zipfile

import inputs
from loader import LoaderTest

LITERAL = re.compile(r"(?:https?://.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/.+)?$")
KINDS = ("present", "missing", "conditional", "contained", "urn_resolved", "urn_unresolved", "other")


def references(value):
    """Each text of a `reference`, anywhere in a resource."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "reference" and isinstance(each, str):
                yield each
            else:
                yield from references(each)


class Count:
    """Resources by type, and the references of each type by where they point."""

    def __init__(self, types):
        self.types, self.keys = types, set()
        self.kinds = collections.defaultdict(collections.Counter)
        self.missing = collections.defaultdict(collections.Counter)

    def add(self, resource, full_urls):
        for text in references(resource):
            kind, target = self.kind_of(text, full_urls)
            self.kinds[resource["resourceType"]][kind] += 1
            if kind == "missing":
                self.missing[resource["resourceType"]][target] += 1

    def kind_of(self, text, full_urls):
        literal = LITERAL.match(text)
        if literal and literal[1] in self.types:
            return ("present" if literal.groups() in self.keys else "missing"), literal[1]
        if text.startswith("urn:"):
            return ("urn_resolved" if text in full_urls else "urn_unresolved"), None
        if text.startswith("#"):
            return "contained", None
        return ("conditional" if text.split("?")[0] in self.types and "?" in text else "other"), None


def percentile(sizes, percent):
    return sorted(sizes)[math.ceil(len(sizes) * percent / 100) - 1]


class Inspect(LoaderTest):
    def inspect(self, source):
        result = self.run_program("inspect", source, "--json")
        self.assertEqual(result.status, 0, result.err)
        return result.report

    def assert_references(self, report, count):
        total = collections.Counter()
        for name, each in report["types"].items():
            told = dict(each["references"])
            self.assertEqual(told.pop("missing_by_target"), dict(count.missing[name]), name)
            self.assertEqual(told, {kind: count.kinds[name][kind] for kind in KINDS}, name)
            total.update(told)
        told = dict(report["references"])
        told.pop("missing_by_target")
        self.assertEqual(told, dict(total))

    def count_ndjson(self, source, types):
        resources = [json.loads(line) for line in inputs.ndjson_lines(source)]
        count = Count(types)
        count.keys = inputs.keys(resources)
        for resource in resources:
            count.add(resource, set())
        return count

    def members(self, source):
        with zipfile.ZipFile(source) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_tells_where_the_references_of_an_export_point(self):
        types = {name.split(".")[0] for name in self.members(inputs.SYNTHEA_10)}
        report = self.inspect(inputs.SYNTHEA_10)
        self.assert_references(report, self.count_ndjson(inputs.SYNTHEA_10, types))
        self.assertGreater(report["references"]["present"], 50_000)
        self.assertGreater(report["references"]["conditional"], 10_000)

    def test_tells_what_is_missing_from_a_part_of_an_export(self):
        whole = self.members(inputs.SYNTHEA_10)
        part = {name: content for name, content in whole.items()
                if not name.startswith(("Patient", "Encounter"))}
        source = inputs.write_zip(self.scratch / "part.zip", part)
        report = self.inspect(source)
        self.assert_references(report, self.count_ndjson(source, {name.split(".")[0] for name in whole}))
        self.assertEqual(set(report["references"]["missing_by_target"]), {"Patient", "Encounter"})

    def test_tells_which_urns_of_a_bundle_it_explains_itself(self):
        with zipfile.ZipFile(inputs.SYNTHEA_BUNDLES) as archive:
            bundles = [json.loads(archive.read(name))["entry"] for name in archive.namelist()]
        resources = [entry["resource"] for bundle in bundles for entry in bundle]
        count = Count({resource["resourceType"] for resource in resources})
        count.keys = inputs.keys(resources)
        for bundle in bundles:
            full_urls = {entry["fullUrl"] for entry in bundle}
            for entry in bundle:
                count.add(entry["resource"], full_urls)
        report = self.inspect(inputs.SYNTHEA_BUNDLES)
        self.assert_references(report, count)
        self.assertGreater(report["references"]["urn_resolved"], 10_000)

    def test_tells_how_large_the_resources_of_a_type_are(self):
        sizes = collections.defaultdict(list)
        for line in inputs.ndjson_lines(inputs.SYNTHEA_10):
            sizes[json.loads(line)["resourceType"]].append(len(line.strip()))
        types = self.inspect(inputs.SYNTHEA_10)["types"]
        self.assertEqual(set(types), set(sizes))
        for name, each in types.items():
            self.assertEqual(each["bytes"], sum(sizes[name]), name)
            self.assertEqual(each["size"]["max"], max(sizes[name]), name)
            for percent in (50, 99):
                true = percentile(sizes[name], percent)
                self.assertAlmostEqual(each["size"][f"p{percent}"], true, delta=true * 0.03, msg=name)

    def test_tells_the_members(self):
        report = self.inspect(inputs.SYNTHEA_10)
        with zipfile.ZipFile(inputs.SYNTHEA_10) as archive:
            expected = [(each.compress_size, each.file_size) for each in archive.infolist()]
        told = [(each["stored_bytes"], each["bytes"]) for each in report["members"]]
        self.assertEqual(told, expected)
        self.assertEqual(sum(each["records"] for each in report["members"]), report["read"])

    def test_shows_no_id_of_what_is_missing(self):
        line = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/mueller-anna"}}
        source = inputs.write_zip(self.scratch / "x.zip", {"Condition.ndjson": json.dumps(line)})
        for options in ((), ("--json",)):
            result = self.run_program("inspect", source, *options)
            self.assertNotIn("mueller", result.out + result.err)
        self.assertIn("missing   Condition to 1 Patient\n", self.run_program("inspect", source).out)
