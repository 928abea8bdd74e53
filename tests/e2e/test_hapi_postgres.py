"""The same HAPI FHIR on PostgreSQL. Runs when it is asked for: tools/test --postgres."""
import os
import unittest

import servers
from delivery import Delivery


def setUpModule():
    if not os.environ.get("FHIREHOSE_E2E_POSTGRES"):
        raise unittest.SkipTest("FHIREHOSE_E2E_POSTGRES is not set")
    database = unittest.enterModuleContext(servers.postgres())
    Delivery.base = unittest.enterModuleContext(servers.hapi(*database))


class HapiOnPostgres(Delivery):
    def test_takes_ndjson_and_bundles_and_a_second_load_makes_no_new_version(self):
        self.load_bundles_after_ndjson()
