"""jq, a resource at a time."""
import json
import shutil

NAME = "jq"
FORM = "lines"


def missing():
    return None if shutil.which("jq") else "the package jq is not installed"


def command(data):
    return ["jq", "-n", "-c", "reduce (inputs | .resourceType) as $type ({}; .[$type] += 1)", *sorted(data.iterdir())]


def counts(out):
    return json.loads(out)
