"""What users have to wait for anyway; it knows nothing of what it unpacks. `reading` times it into /dev/null; here
its bytes are counted, at next to no cost."""
import shutil

NAME = "`unzip -p`"
FORM = "zip"


def missing():
    return None if shutil.which("unzip") else "the package unzip is not installed"


def command(data):
    return ["sh", "-c", 'unzip -p "$0" | wc -c', data]


def counts(out):
    return {"bytes": int(out)}
