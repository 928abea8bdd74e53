"""References that wait, go in circles or lead nowhere, at HAPI FHIR that enforces them as it does by default."""
import os
import unittest

import rest
import servers
from references import References

# The whole of it takes minutes: FHIREHOSE_MADE=50000.
MADE = int(os.environ.get("FHIREHOSE_MADE", 4_000))


def setUpModule():
    References.base = unittest.enterModuleContext(servers.hapi())


class Hapi(References):
    def test_rejects_who_needs_a_provider_until_they_are_there(self):
        self.without_providers()
        self.with_providers_last()

    def test_loads_what_can_be_loaded_of_a_made_archive(self):
        before = rest.count(self.base, "Basic")
        report = self.made_archive(MADE)
        self.assertEqual(rest.count(self.base, "Basic") - before, MADE // 100)
        print({name: report[name] for name in ("read", "loaded", "rejected", "deferred", "requests", "seconds")})
