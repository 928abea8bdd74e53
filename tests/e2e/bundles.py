"""Bundles of every type and every request, and what becomes of them whatever the target."""
import json

from loader import LoaderTest


def resource(key, **members):
    kind, name = key.split("/")
    return {"resourceType": kind, "id": name, **members}


def entry(request=None, body=None, full_url=None, **members):
    parts = {"fullUrl": full_url, "resource": body, **members}
    made = {name: value for name, value in parts.items() if value is not None}
    if request is not None:
        method, _, url = request.partition(" ")
        made["request"] = {"method": method, "url": url}
    return made


def bundle(kind, *entries, **members):
    return {"resourceType": "Bundle", "type": kind, **members, "entry": list(entries)}


def subject(target):
    return {"subject": {"reference": target}}


class Case:
    """`kept`: key to resource, of all that is there at the end. `gone`: keys that are not. `reasons`:
    what each rejected entry's reason has in it, in the order of the entries."""

    def __init__(self, source, kept, gone=(), reasons=(), duplicate=0, deleted=0):
        self.source, self.kept, self.gone, self.reasons = source, kept, gone, reasons
        loaded = len(kept) + deleted
        self.counts = {"read": loaded + duplicate + len(reasons), "loaded": loaded,
                       "duplicate": duplicate, "rejected": len(reasons)}


def plain(kind, full_url="urn:uuid:8a1bd1c3-1111-4a4c-9c6e-0d1f7f6f8a01", **members):
    """A Bundle of the types that ask for nothing: an Observation in front of its Group."""
    name = f"b-{kind}"
    there = resource(f"Group/{name}", type="person", actual=True)
    told = resource(f"Observation/{name}", status="final", code={"text": "x"}, **subject(full_url))
    resolved = {**told, **subject(f"Group/{name}")}
    source = bundle(kind, entry(None, told, "urn:uuid:8a1bd1c3-2222-4a4c-9c6e-0d1f7f6f8a01"),
                    entry(None, there, full_url), **members)
    return Case(source, {f"Group/{name}": there, f"Observation/{name}": resolved})


def document():
    about = resource("Group/b-doc", type="person", actual=True)
    first = resource("Composition/b-doc", status="final", type={"text": "x"}, date="2024-01-01", title="t",
                     author=[{"reference": "urn:uuid:8a1bd1c3-4444-4a4c-9c6e-0d1f7f6f8a01"}],
                     section=[{"entry": [{"reference": "urn:uuid:8a1bd1c3-3333-4a4c-9c6e-0d1f7f6f8a01"}]}])
    author = resource("Organization/b-doc", name="o")
    source = bundle("document", entry(None, first, "urn:uuid:8a1bd1c3-5555-4a4c-9c6e-0d1f7f6f8a01"),
                    entry(None, about, "urn:uuid:8a1bd1c3-3333-4a4c-9c6e-0d1f7f6f8a01"),
                    entry(None, author, "urn:uuid:8a1bd1c3-4444-4a4c-9c6e-0d1f7f6f8a01"),
                    identifier={"system": "urn:ietf:rfc:3986", "value": "urn:uuid:d"}, timestamp="2024-01-01T00:00:00Z")
    stored = {**first, "author": [{"reference": "Organization/b-doc"}],
              "section": [{"entry": [{"reference": "Group/b-doc"}]}]}
    return Case(source, {"Composition/b-doc": stored, "Group/b-doc": about, "Organization/b-doc": author})


def message():
    about = resource("Group/b-msg", type="person", actual=True)
    header = resource("MessageHeader/b-msg", eventUri="http://example.org/e", source={"endpoint": "http://example.org"},
                      focus=[{"reference": "Group/b-msg"}])
    return Case(bundle("message", entry(None, header), entry(None, about)),
                {"MessageHeader/b-msg": header, "Group/b-msg": about})


def searchset():
    match = resource("Group/b-search", type="person", actual=True)
    included = resource("Organization/b-search", name="o")
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing"}]}
    return Case(bundle("searchset", entry(None, match, search={"mode": "match"}),
                       entry(None, included, search={"mode": "include"}),
                       entry(None, outcome, search={"mode": "outcome"}), total=1),
                {"Group/b-search": match, "Organization/b-search": included})


def history():
    """Newest first. Of b-h1 the versions tell, of b-h2 (none) the places; b-h3 ends deleted, b-h4 was
    deleted and came back."""
    def version(name, text, number=None):
        meta = {"meta": {"versionId": number, "lastUpdated": f"2024-01-0{number}T00:00:00Z"}} if number else {}
        return resource(f"Organization/b-h{name}", **meta, name=text)

    def done(number):
        return {"status": "200", "etag": f'W/"{number}"', "lastModified": f"2024-01-0{number}T00:00:00Z"}

    source = bundle(
        "history",
        entry("DELETE Organization/b-h3", response=done(4)),
        entry("PUT Organization/b-h4", version(4, "back"), response=done(3)),
        entry("PUT Organization/b-h1/_history/3", version(1, "new", 3)),
        entry("DELETE Organization/b-h4/_history/2", response=done(2)),
        entry("PUT Organization/b-h2", version(2, "new")),
        entry("POST Organization", version(3, "gone", 1)),
        entry("POST Organization", version(4, "old"), response=done(1)),
        entry("PUT Organization/b-h1/_history/1", version(1, "old", 1)),
        entry("POST Organization", version(2, "old")))
    kept = {"Organization/b-h1": version(1, "new", 3), "Organization/b-h2": version(2, "new"),
            "Organization/b-h4": version(4, "back")}
    return Case(source, kept, gone=["Organization/b-h3"], duplicate=5, deleted=1)


def requests(kind):
    """Every request, in a transaction or a batch."""
    def named(name):
        return resource(f"Organization/b-{kind}-{name}", name=name)

    own, by_search, given = named("own"), named("search"), named("once")
    without_id = {"resourceType": "Organization", "name": "url"}
    url = f"Organization/b-{kind}"
    source = bundle(
        kind,
        entry("POST Organization", own),
        {**entry("POST Organization", given), "request": {"method": "POST", "url": "Organization",
                                                           "ifNoneExist": "identifier=x"}},
        entry(f"PUT {url}-url", without_id),
        entry("PUT Organization?identifier=y", by_search),
        entry(f"PUT {url}-other", named("unlike")),
        entry(f"PATCH {url}-own", {"resourceType": "Parameters"}),
        entry(f"GET {url}-own"),
        entry("DELETE Organization?identifier=z"),
        entry("DELETE Organization"),
        entry("POST Organization"),
        entry(f"DELETE {url}-never-there"),
        entry("POST Organization", named("passing")),
        entry(f"DELETE {url}-passing"))
    kept = {f"{url}-own": own, f"{url}-once": given, f"{url}-search": by_search,
            f"{url}-url": {"id": f"b-{kind}-url", **without_id}}
    return Case(source, kept, gone=[f"{url}-never-there", f"{url}-passing", f"{url}-unlike", f"{url}-other"],
                reasons=["another id", "PATCH", "GET", "DELETE by search", "no Type/id", "no resource"],
                duplicate=1, deleted=2)


def nested():
    inner = {**bundle("collection", entry(None, resource("Group/b-inner", type="person", actual=True))), "id": "b-nested"}
    return Case(bundle("collection", entry(None, inner)), {"Bundle/b-nested": inner}, gone=["Group/b-inner"])


CASES = {"collection": plain("collection"), "transaction without requests": plain("transaction"),
         "batch without requests": plain("batch"), "searchset": searchset(), "document": document(),
         "message": message(), "history": history(), "transaction": requests("transaction"),
         "batch": requests("batch"), "nested": nested()}


class Bundles(LoaderTest):
    """A target's own class says how `read(key)` finds a resource there (None: it does not), and how many
    `versions()` were written."""

    to = None

    def as_kept(self, resource):
        """What the target keeps of it as it came."""
        return resource

    def become_what_they_say(self):
        for name, case in CASES.items():
            with self.subTest(name):
                self.check(case)
                before = self.versions()
                self.check(case)
                self.assertEqual(self.versions(), before, "loaded again")

    def check(self, case):
        source = self.scratch / "bundle.json"
        source.write_text(json.dumps(case.source))
        result = self.load(source, self.to)
        self.assertEqual(result.status, 1 if case.reasons else 0, result.err)
        self.assertEqual(result.counts(), case.counts)
        letters = [json.loads(line) for line in
                   self.run_program("deadletters", result.report["run"], "--format", "ndjson").out.splitlines()]
        for letter, part in zip(letters, case.reasons, strict=True):
            self.assertIn(part, letter["reason"])
            self.assertEqual(letter["stage"], "validate")
        found = {key: self.read(key) for key in case.kept}
        self.assertEqual({key: self.as_kept(each) for key, each in found.items() if each},
                         {key: self.as_kept(each) for key, each in case.kept.items()})
        self.assertEqual([self.read(key) for key in case.gone], [None] * len(case.gone))

    def delete_in_order(self):
        """What others refer to goes after them, whatever stands first; what stays keeps its target."""
        there = [resource("Organization/b-del-o", name="o"), resource("Group/b-del-g", type="person", actual=True),
                 resource("Flag/b-del-f", status="active", code={"text": "x"}, **subject("Group/b-del-g")),
                 resource("Flag/b-del-stays", status="active", code={"text": "x"}, **subject("Organization/b-del-o"))]
        source = self.scratch / "there.ndjson"
        source.write_text("\n".join(map(json.dumps, there)))
        self.load_all(source, self.to)
        # The Flag that stays is written in this very load, and no longer refers to the Group's neighbour.
        away = bundle("transaction", entry("DELETE Group/b-del-g"), entry("DELETE Flag/b-del-f"),
                      entry("DELETE Organization/b-del-o"),
                      entry("PUT Flag/b-del-stays", {**there[3], **subject("Group/b-del-new")}),
                      entry("PUT Group/b-del-new", resource("Group/b-del-new", type="person", actual=True)))
        source.write_text(json.dumps(away))
        for _ in range(2):
            result = self.load_all(source, self.to)
            self.assertEqual(result.counts()["loaded"], 5)
            for key in ("Group/b-del-g", "Flag/b-del-f", "Organization/b-del-o"):
                self.assertIsNone(self.read(key), key)
            self.assertEqual(self.read("Flag/b-del-stays")["subject"], {"reference": "Group/b-del-new"})

    def delete_what_refers_to_each_other(self):
        """In whatever order they stand: a chain, a type that the customary order puts behind, a circle of two types."""
        def encounter(name, **members):
            return resource(f"Encounter/b-each-{name}", status="finished", **{"class": {"code": "AMB"}}, **members)

        def condition(name, **members):
            return resource(f"Condition/b-each-{name}", **subject("Group/b-each-g"), **members)

        def diagnosis(name):
            return {"diagnosis": [{"condition": {"reference": f"Condition/b-each-{name}"}}]}

        chain = [encounter(i, **({"partOf": {"reference": f"Encounter/b-each-{i - 1}"}} if i else {})) for i in range(40)]
        circle = [encounter("x", **diagnosis("y")), condition("y", encounter={"reference": "Encounter/b-each-x"})]
        there = [resource("Group/b-each-g", type="person", actual=True), *chain, condition("c"),
                 encounter("d", **diagnosis("c")), *circle]
        source = self.scratch / "there.ndjson"
        source.write_text("\n".join(map(json.dumps, there)))
        self.load_all(source, self.to)
        keys = [f"{each['resourceType']}/{each['id']}" for each in there]
        source.write_text(json.dumps(bundle("batch", *(entry(f"DELETE {key}") for key in keys))))
        self.load_all(source, self.to, "--batch", 7)
        for key in keys:
            self.assertIsNone(self.read(key), key)

    def refuse_to_delete_what_others_refer_to(self):
        there = [resource("Group/b-ref-g", type="person", actual=True),
                 resource("Flag/b-ref-f", status="active", code={"text": "x"}, **subject("Group/b-ref-g"))]
        source = self.scratch / "there.ndjson"
        source.write_text("\n".join(map(json.dumps, there)))
        self.load_all(source, self.to)
        source.write_text(json.dumps(bundle("batch", entry("DELETE Group/b-ref-g"), entry("DELETE Group/b-ref-none"))))
        result = self.load(source, self.to)
        self.assertEqual(result.counts(), {"read": 2, "loaded": 1, "duplicate": 0, "rejected": 1}, result.err)
        letters = self.run_program("deadletters", result.report["run"], "--format", "ndjson").out
        self.assertIn("others refer to what it deletes", letters)
        self.assertIsNotNone(self.read("Group/b-ref-g"))

    def cut_what_is_too_large(self):
        """10,000 entries by fullUrls only, the referring ones first."""
        def urn(kind, number):
            return f"urn:uuid:00000000-0000-4000-{kind}000-{number:012d}"

        flags = [entry("POST Flag", resource(f"Flag/b-big-{i}", status="active", code={"text": "x"},
                                             **subject(urn(9, i % 100))), urn(8, i)) for i in range(9_900)]
        groups = [entry("POST Group", resource(f"Group/b-big-{i}", type="person", actual=True), urn(9, i))
                  for i in range(100)]
        source = self.scratch / "big.json"
        source.write_text(json.dumps(bundle("transaction", *flags, *groups)))
        result = self.load_all(source, self.to)
        self.assertEqual(result.loaded_by_type(), {"Flag": 9_900, "Group": 100})
        for number in (0, 99, 4_999, 5_000, 9_899):
            self.assertEqual(self.read(f"Flag/b-big-{number}")["subject"], {"reference": f"Group/b-big-{number % 100}"})
        before = self.versions()
        self.load_all(source, self.to)
        self.assertEqual(self.versions(), before)
