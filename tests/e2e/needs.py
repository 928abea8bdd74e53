"""Which resources of an archive of Bundles can't be loaded into a server that enforces references: worked out with
Python's own zip and JSON. usage: python3 needs.py ARCHIVE.zip"""
import collections
import json
import sys

import inputs


def references(value):
    """Every Reference.reference, wherever it stands."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str):
            yield text
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def identifiers(resource):
    """The searches that find it."""
    for identifier in resource.get("identifier", []):
        yield f"{resource['resourceType']}?identifier={identifier.get('system', '')}|{identifier.get('value', '')}"


class Needs:
    """`lacking`: key -> the references, as they stand, of which the targets are not there or can't be there."""

    def __init__(self, resources):
        self.resources = list(resources)
        self.by_key = {f"{each['resourceType']}/{each['id']}": each for each in self.resources}
        self.places = {f"urn:uuid:{each['id']}": key for key, each in self.by_key.items()}
        self.places.update((key, key) for key in self.by_key)
        self.places.update((search, key) for key, each in self.by_key.items() for search in identifiers(each))
        self.lacking = {}
        self.spread()

    def spread(self):
        users = collections.defaultdict(set)
        queue = []
        for key, resource in self.by_key.items():
            for text in references(resource):
                if text.startswith("#"):
                    continue
                target = self.places.get(text)
                if target is None:
                    self.lacking.setdefault(key, set()).add(text)
                else:
                    users[target].add((key, text))
        queue.extend(self.lacking)
        while queue:
            for user, text in users[queue.pop()]:
                if user not in self.lacking:
                    queue.append(user)
                self.lacking.setdefault(user, set()).add(text)

    def name(self, text):
        """A reference as a dead letter names it."""
        if "?" in text:
            return f"{text.split('?')[0]} (by search)"
        return self.places.get(text, text)


if __name__ == "__main__":
    needs = Needs(inputs.bundle_resources(sys.argv[1]))
    print(json.dumps({"resources": len(needs.by_key), "rejected": len(needs.lacking),
                      "by_type": collections.Counter(key.split("/")[0] for key in needs.lacking)}))
