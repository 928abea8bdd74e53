"""Dead letters, and sending them again once what was wrong is put right."""
import json
import shutil
import unittest

import inputs
import rest
import servers
from loader import LoaderTest
from misconduct import Target


def setUpModule():
    Replay.target = Target(unittest.enterModuleContext(servers.fhir_target()))


def lines(result):
    return [json.loads(line) for line in result.out.splitlines()]


class Replay(LoaderTest):
    target = None

    def setUp(self):
        super().setUp()
        self.target.begin()
        self.source = self.scratch / "in.ndjson"

    def load_lines(self, *texts, status=1, options=()):
        self.source.write_text("".join(text + "\n" for text in texts))
        result = self.load(self.source, self.target.base, *options)
        self.assertEqual(result.status, status, result.err)
        return result

    def letters(self, run, *options):
        return lines(self.run_program("deadletters", run, "--format", "ndjson", *options))

    def test_what_was_only_tried_out_stays_open(self):
        self.load_lines('{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/never"}}',
                        options=("--gzip", "--profile", "generic"))
        before = self.letters(1)
        result = self.run_program("replay", 1, "--to", "discard:", "--json")
        self.assertEqual(result.counts(), {"read": 1, "loaded": 1, "duplicate": 0, "rejected": 0})
        self.assertEqual(self.letters(1), before)

    def test_what_is_loaded_is_resolved_through_all_replays(self):
        self.load_lines('{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/late"}}',
                        "",
                        '{"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/never"}}',
                        "no JSON",
                        '{"resourceType":"Patient","id":"p"}')
        first = self.letters(1)
        self.assertEqual([each["line"] for each in first], [1, 3, 4])
        # Nothing has changed yet: the same letters, as a run of their own.
        result = self.run_program("replay", 1, "--json")
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 3, "loaded": 0, "duplicate": 0, "rejected": 3})
        second = self.letters(2)
        for before, after in zip(first, second, strict=True):
            for name in ("member", "line", "begin", "end", "stage", "type", "resource_id"):
                self.assertEqual(before[name], after[name])
        self.assertEqual(second[0]["attempts"], 2 * first[0]["attempts"])
        # One of them can be loaded now, by a replay of the replay.
        rest.put(f"{self.target.base}/Patient/late", {"resourceType": "Patient", "id": "late"})
        result = self.run_program("replay", 2, "--stage", "load", "--json")
        self.assertEqual(result.counts(), {"read": 2, "loaded": 1, "duplicate": 0, "rejected": 1})
        for run in (1, 2):
            self.assertEqual([each["line"] for each in self.letters(run)], [3, 4])
            self.assertEqual([each.get("resolved_by") for each in self.letters(run, "--all")], [3, None, None])
        self.assertEqual(lines(self.run_program("runs", 1, "--json"))[0]["resolved"], 1)
        self.assertEqual(lines(self.run_program("runs", 3, "--json"))[0]["replay_of_run_id"], 2)
        # What is resolved is not sent again.
        result = self.run_program("replay", 1, "--json")
        self.assertEqual(result.counts()["read"], 2)

    def test_nothing_to_replay_is_said(self):
        self.load_lines('{"resourceType":"Patient","id":"p"}', status=0)
        result = self.run_program("replay", 1)
        self.assertEqual(result.status, 2)
        self.assertIn("run 1 has no dead letters", result.err)
        self.assertEqual(self.run_program("replay", 9).status, 2)

    def test_entries_of_bundles_are_sent_as_they_were(self):
        urn = "urn:uuid:22222222-2222-2222-2222-222222222222"
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": urn, "resource": {"resourceType": "Patient", "id": "p"}},
            {"fullUrl": "urn:uuid:11111111-1111-1111-1111-111111111111", "resource": {
                "resourceType": "Observation", "id": "o", "subject": {"reference": urn},
                "performer": [{"reference": "Practitioner/late"}]}},
            {"resource": {"resourceType": "Observation", "id": "o_2"}}]}
        source = self.scratch / "bundle.json"
        source.write_text(json.dumps(bundle, indent=2))
        self.assertEqual(self.load(source, self.target.base).counts()["rejected"], 2)
        rest.put(f"{self.target.base}/Practitioner/late", {"resourceType": "Practitioner", "id": "late"})
        result = self.run_program("replay", 1, "--json")
        self.assertEqual(result.counts(), {"read": 2, "loaded": 1, "duplicate": 0, "rejected": 1})
        stored = rest.get(f"{self.target.base}/Observation/o")
        self.assertEqual(stored["subject"]["reference"], "Patient/p")
        self.assertEqual([each["reason"] for each in self.letters(2)], [each["reason"] for each in self.letters(1)])

    def replayed_once_its_performer_is_there(self, texts, options):
        """Loads texts of which one refers to Practitioner/late, then that, then the one once more; gives it as it is there."""
        shutil.rmtree(self.scratch / "state", ignore_errors=True)
        self.target.begin()
        self.assertEqual(self.load_lines(*texts, options=options).counts()["rejected"], 1)
        late = self.scratch / "late.ndjson"
        late.write_text('{"resourceType":"Practitioner","id":"late"}\n')
        self.load_all(late, self.target.base, *options)
        result = self.run_program("replay", 1, "--json")
        self.assertEqual(result.counts(), {"read": 1, "loaded": 1, "duplicate": 0, "rejected": 0})
        compared = self.run_program("verify", self.source, "--to", self.target.base, *options)
        self.assertEqual(compared.status, 0, compared.out + compared.err)
        letter = self.letters(1, "--all")[0]
        return rest.get(f"{self.target.base}/{letter['type']}/{letter['resource_id']}")

    def test_what_needed_the_input_around_it_is_sent_as_it_was(self):
        urn = "urn:uuid:22222222-2222-2222-2222-222222222222"
        home = "https://ehr.example/fhir"

        def bundle(url, *resources):
            urls = [url, "urn:uuid:11111111-1111-1111-1111-111111111111"]
            return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [
                {"fullUrl": url, "resource": each} for url, each in zip(urls, resources)]})

        def observation(reference, **more):
            return {"resourceType": "Observation", "subject": {"reference": reference},
                    "performer": [{"reference": "Practitioner/late"}], **more}

        patient = {"resourceType": "Patient", "id": "p"}
        shapes = {
            "an entry": ([bundle(urn, patient, observation(urn, id="o"))], ()),
            "one without an id": ([bundle(urn, patient, observation(urn))], ()),
            "a line": ([bundle(urn, patient), json.dumps(observation(urn, id="o"))], ("--resolve-urns", "archive")),
            "below a base": ([bundle(f"{home}/Patient/p", patient), json.dumps(observation(f"{home}/Patient/p", id="o"))], ()),
        }
        for shape, (texts, options) in shapes.items():
            for ids in ((), ("--ids", "prefix=x-"), ("--ids", "uuid", "--source-system", "ehr")):
                with self.subTest(shape, ids=ids):
                    stored = self.replayed_once_its_performer_is_there(texts, (*options, *ids))
                    self.assertRegex(stored["subject"]["reference"], r"^Patient/[\w-]+$")

    def test_elsewhere_it_is_called_as_it_was(self):
        text = '{"resourceType":"Observation","id":"77","performer":[{"reference":"Practitioner/5"}]}'
        self.load_lines(text, options=("--ids", "auto"))
        with servers.fhir_target(rules=()) as elsewhere:
            for profile, wanted in (((), "generic"), (("--profile", "hapi"), "hapi")):
                result = self.run_program("replay", 1, "--to", elsewhere, "--json", *profile)
                self.assertEqual((result.report["profile"], result.report["loaded"]), (wanted, 1))
                stored = rest.get(f"{elsewhere}/Observation/n-77")
                self.assertEqual(stored["performer"], [{"reference": "Practitioner/n-5"}])
                shutil.rmtree(self.scratch / "state")
                self.load_lines(text, options=("--ids", "auto"))

    def test_a_delete_is_sent_again(self):
        self.load_lines('{"resourceType":"Patient","id":"p"}',
                        '{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"}}', status=0)
        deletion = '{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"DELETE","url":"%s"}}]}'
        self.load_lines(deletion % "Patient/p")
        self.assertEqual([each["resource_id"] for each in self.letters(2)], ["p"])
        self.load_lines(deletion % "Observation/o", status=0)
        result = self.run_program("replay", 2, "--json")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(self.letters(2), [])
        self.assertEqual(rest.digest(self.target.base)["total"], 0)

    def test_outcomes_tell_file_line_and_bytes(self):
        self.load_lines('{"resourceType":"Patient","id":"p"}', "no JSON",
                        '{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/never"}}')
        outcomes = lines(self.run_program("deadletters", 1, "--format", "outcomes"))
        text = self.source.read_bytes()
        for outcome, line, stage in zip(outcomes, (2, 3), ("validate", "load"), strict=True):
            self.assertEqual(outcome["resourceType"], "OperationOutcome")
            issue = outcome["issue"][0]
            told = {each["url"].rsplit("/")[-1]: each for each in issue["extension"]}
            self.assertEqual(told["operationoutcome-file"]["valueString"], str(self.source))
            self.assertEqual(told["operationoutcome-issue-line"]["valueInteger"], line)
            begin, end = map(int, told["urn:fhirehose:bytes"]["valueString"].split("-"))
            self.assertEqual(text[begin:end], text.splitlines()[line - 1])
            self.assertEqual(issue["severity"], "error")
            self.assertIn(f"stage {stage}", issue["diagnostics"])
        # What the server said stands behind it.
        self.assertEqual(len(outcomes[0]["issue"]), 1)
        self.assertGreater(len(outcomes[1]["issue"]), 1)

    def test_a_readme_beside_the_data_is_no_problem(self):
        (self.scratch / "in").mkdir()
        (self.scratch / "in/README.md").write_text("# These are patients\n")
        (self.scratch / "in/p.ndjson").write_text('{"resourceType":"Patient","id":"p"}\n')
        result = self.load(self.scratch / "in", self.target.base)
        self.assertEqual(result.status, 0)
        self.assertEqual([each["harmless"] for each in result.report["problems"]], [True])


if __name__ == "__main__":
    unittest.main()
