"""What --ids makes of ids and references, once more, in the plainest way; and which claims must stay out."""
import collections
import json
import re
import uuid

import inputs

RELATIVE = re.compile(r"([A-Za-z]+)/([A-Za-z0-9.-]{1,64})(/_history/.*)?")


def uuid_of(system):
    """--ids uuid --source-system SYSTEM"""
    return lambda kind, identity: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{system}/{kind}/{identity}"))


def lettered(_, identity):
    """--ids auto at a server that refuses ids of digits only"""
    return f"n-{identity}" if re.fullmatch(r"(n-)*[0-9]+", identity) else identity


def references(value):
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "reference" and isinstance(member, str):
                yield member
            else:
                yield from references(member)
    elif isinstance(value, list):
        for element in value:
            yield from references(element)


def renamed(resource, mapping):
    """The resource with its own id and the ids in its references mapped."""
    def in_reference(text):
        match = RELATIVE.fullmatch(text)
        return f"{match[1]}/{mapping(match[1], match[2])}{match[3] or ''}" if match else text

    def edited(value):
        if isinstance(value, list):
            return [edited(element) for element in value]
        if not isinstance(value, dict):
            return value
        return {key: in_reference(member) if key == "reference" and isinstance(member, str) else edited(member)
                for key, member in value.items()}

    return {**edited(resource), "id": mapping(resource["resourceType"], resource["id"])}


class Claims:
    """CARIN's claims: which records are to be loaded, and which name a Patient who is not there."""

    def __init__(self, source):
        lines = list(inputs.ndjson_lines(source))
        winners = list(inputs.winners(lines).values())
        nameless = list({line for line in lines if b'"id"' not in line or "id" not in json.loads(line)})
        self.read = len(lines)
        self.undated = sum(b'"lastUpdated":"IGNORED_FIELD"' in line for line in lines)
        self.resources = [json.loads(line) for line in (*winners, *nameless)]
        readable = [each for each in self.resources if not self.has_bad_date(each)]
        self.unreadable = len(self.resources) - len(readable)
        self.readable = readable
        self.patients = {each["id"] for each in readable if each["resourceType"] == "Patient"}

    @staticmethod
    def has_bad_date(resource):
        """CMS's test data has words where a date of creation belongs, which HAPI can't read (HAPI-0450)."""
        return not re.match(r"\d{4}", resource.get("created", "1970"))

    def strangers(self):
        """The Patients, as at the target, whom each claim names in vain."""
        counts = collections.Counter()
        for resource in self.readable:
            names = {text for text in references(resource)
                     if text.startswith("Patient/") and text[8:] not in self.patients}
            if names:
                counts[" ".join(sorted(f"Patient/{lettered('Patient', name[8:])}" for name in names))] += 1
        return counts
