"""Questions to a FHIR server."""
import json
import urllib.error
import urllib.request


def get(url):
    # HAPI answers a search that it has seen a minute ago from memory unless told not to.
    request = urllib.request.Request(url, headers={"Accept": "application/fhir+json", "Cache-Control": "no-cache"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def find(url):
    """None where there is nothing, or no more."""
    try:
        return get(url)
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            return None
        raise


def count(base, type_name):
    return get(f"{base}/{type_name}?_summary=count")["total"]


def history_total(base):
    """How many versions there are in all: a PUT that changes nothing adds none."""
    return get(f"{base}/_history?_summary=count")["total"]


def digest(base):
    """fhir-target's own account of its state."""
    return get(f"{base.removesuffix('/fhir')}/_digest")


def put(url, resource):
    request = urllib.request.Request(url, data=json.dumps(resource).encode(), method="PUT",
                                     headers={"Content-Type": "application/fhir+json"})
    with urllib.request.urlopen(request, timeout=60):
        pass
