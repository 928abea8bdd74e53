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

    def test_rejects_what_conflicts_for_good(self):
        """U+0000 is legal JSON, but no text that PostgreSQL could index: HAPI answers 409 without end."""
        forms = [{"resourceType": "Questionnaire", "id": f"zero-{i}", "status": "draft"} for i in range(20)]
        forms[7]["title"] = "before\0after"
        result = self.load(self.written(forms, "lines"), self.base, "--attempts", "3")
        self.assertEqual(result.status, 1, result.err)
        self.assertEqual(result.counts(), {"read": 20, "loaded": 19, "duplicate": 0, "rejected": 1})
        letters = self.run_program("deadletters", result.report["run"])
        self.assertEqual(letters.out.count("HAPI-0550"), 1, letters.out)
