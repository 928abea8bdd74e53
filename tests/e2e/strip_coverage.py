"""strip-coverage once more, in the plainest way: parsed, edited, compared. Members keep their order
and numbers their spelling, so that equal here means that nothing else was touched."""
import json
import re

POINTS_AT_COVERAGE = re.compile(r"(.*/)?Coverage(/[^/]+(/_history/[^/]+)?|\?.*)$", re.DOTALL)


class Number(str):
    """A number as it was spelled."""


class Members(list):
    """An object's members as pairs, in order."""

    def get(self, name):
        return next((value for key, value in self if key == name), None)


def parse(text):
    return json.loads(text, object_pairs_hook=Members, parse_int=Number, parse_float=Number)


class Gone:
    """What an edit has removed."""


def without_coverage(resource):
    contained = resource.get("contained") or []
    ids = {"#" + each.get("id") for each in contained if each.get("resourceType") == "Coverage"}
    return edited(resource, (), ids)


def edited(value, path, coverage_ids):
    if isinstance(value, Members):
        if is_coverage(value, path, coverage_ids):
            return Gone
        left = [(name, edited(member, (*path, name), coverage_ids)) for name, member in value]
        return shrunk(value, Members(pair for pair in left if pair[1] is not Gone))
    if isinstance(value, list):
        left = [edited(element, path, coverage_ids) for element in value]
        return shrunk(value, [element for element in left if element is not Gone])
    return value


def shrunk(before, after):
    return Gone if before and not after else after


def is_coverage(value, path, coverage_ids):
    if path == ("insurance", "coverage"):
        return True
    if path == ("contained",):
        return value.get("resourceType") == "Coverage"
    reference = value.get("reference")
    if not isinstance(reference, str) or isinstance(reference, Number):
        return False
    return reference in coverage_ids or POINTS_AT_COVERAGE.match(reference) is not None


def mentions_coverage(value):
    """Whether a parsed resource still holds a Coverage, a reference to one, or where one would be."""
    if isinstance(value, Members):
        reference = value.get("reference")
        if value.get("resourceType") == "Coverage" or value.get("coverage") is not None:
            return True
        if isinstance(reference, str) and (POINTS_AT_COVERAGE.match(reference) or "coverage" in reference.lower()):
            return True
        return any(mentions_coverage(member) for _, member in value)
    return isinstance(value, list) and any(map(mentions_coverage, value))


def only_cuts(before, after):
    """Whether bytes `after` are `before` with pieces cut out."""
    rest = iter(before)
    return all(byte in rest for byte in after)
