"""fhir-target when it is told to misbehave, and its own account of what a load did."""
import json
import time
import urllib.request

import rest

# What must be as without any fault. `versions_written` too: what is sent twice changes nothing.
STATE = ("resources", "total", "hash", "dangling", "older_over_newer", "versions_written")


class Target:
    """A running fhir-target, by its base URL."""

    def __init__(self, base):
        self.base = base
        self.root = base.removesuffix("/fhir")

    def post(self, path, **wishes):
        request = urllib.request.Request(self.root + path, data=json.dumps(wishes).encode())
        with urllib.request.urlopen(request, timeout=60):
            pass

    def begin(self, *faults, cap=3, seed=1, **wishes):
        """Forgets everything, and misbehaves as told from now on."""
        self.post("/_reset")
        self.post("/_control", **{"faults": faults, "fault_cap": cap, "seed": seed, "storm": "",
                                  "capacity": "", "history": True, **wishes})

    def stats(self):
        return rest.get(f"{self.root}/_stats")

    def state(self):
        digest = rest.digest(self.base)
        return {name: digest[name] for name in STATE}

    def state_at_rest(self):
        """Once nothing is under way any more that a killed process has sent."""
        last, now = None, self.state()
        while last != now:
            time.sleep(0.5)
            last, now = now, self.state()
        return now
