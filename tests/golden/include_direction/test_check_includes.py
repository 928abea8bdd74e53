"""The check of include direction, on small trees that break one rule each."""
import tempfile
import unittest
from pathlib import Path

import check_includes

CMAKE = """
fhirehose_library(core LIBRARIES fmt::fmt)
fhirehose_library(memory USES core)
fhirehose_library(http USES core LIBRARIES CURL::libcurl)
fhirehose_library(source USES memory http)
"""


class CheckIncludes(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)
        self.write("src/CMakeLists.txt", CMAKE)
        for folder in ("core", "memory", "http", "source"):
            self.write(f"src/{folder}/README.md", folder)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def findings(self):
        return check_includes.check(self.root)

    def test_a_tree_without_includes_is_clean(self):
        self.assertEqual(self.findings(), [])

    def test_uses_are_followed_all_the_way_down(self):
        self.write("src/source/a.cpp", '#include "source/a.hpp"\n#include "core/b.hpp"\n#include <vector>\n')
        self.assertEqual(self.findings(), [])

    def test_an_include_upwards_is_named_with_its_line(self):
        self.write("src/core/a.hpp", '#pragma once\n  #  include "memory/b.hpp"\n')
        self.assertEqual(self.findings(), ['src/core/a.hpp:2: "memory/b.hpp": core may not include memory'])

    def test_an_include_sideways_is_named(self):
        self.write("src/http/a.hpp", '#include "memory/b.hpp"\n')
        self.assertEqual(len(self.findings()), 1)

    def test_an_include_by_bare_name_is_named(self):
        self.write("src/core/a.cpp", '#include "a.hpp"\n')
        self.assertEqual(len(self.findings()), 1)

    def test_a_use_of_what_stands_below_is_named(self):
        self.write("src/CMakeLists.txt", CMAKE + "fhirehose_library(early USES late)\nfhirehose_library(late)\n")
        self.assertEqual(self.findings(), ["src/CMakeLists.txt: early uses late, which stands below it"])

    def test_a_library_outside_its_folder_is_named(self):
        self.write("src/http/a.cpp", "#include <curl/curl.h>\n")
        self.write("src/source/a.cpp", "#include <curl/curl.h>\n#include <zstd.h>\n")
        self.assertEqual(self.findings(), ["src/source/a.cpp:1: <curl/curl.h> belongs in src/http/"])

    def test_the_flow_graph_is_the_pipelines_however_it_is_included(self):
        for name in ("oneapi/tbb/flow_graph.h", "tbb/flow_graph.h", "oneapi/tbb.h", "tbb/tbb.h", "tbb.h"):
            self.write("src/source/a.cpp", f"#include <{name}>\n")
            self.assertEqual(len(self.findings()), 1, name)
        self.write("src/source/a.cpp", "#include <oneapi/tbb/task_group.h>\n")
        self.assertEqual(self.findings(), [])

    def test_a_library_that_no_rule_names_is_named(self):
        self.write("src/core/a.cpp", "#include <boost/asio.hpp>\n")
        self.assertEqual(len(self.findings()), 1)

    def test_the_embedding_api_has_the_standard_library_only(self):
        self.write("include/fhirehose/a.hpp", '#include <string>\n#include "fhirehose/b.hpp"\n')
        self.assertEqual(self.findings(), [])
        self.write("include/fhirehose/a.hpp", '#include <fmt/core.h>\n#include "core/b.hpp"\n')
        self.assertEqual(len(self.findings()), 2)

    def test_the_target_shares_only_core_with_the_loader(self):
        self.write("tools/fhir-target/a.cpp", '#include "core/a.hpp"\n#include "fhir-target/b.hpp"\n')
        self.write("tools/fhirehose/main.cpp", '#include "source/a.hpp"\n')
        self.assertEqual(self.findings(), [])
        self.write("tools/fhir-target/a.cpp", '#include "memory/a.hpp"\n')
        self.assertEqual(len(self.findings()), 1)

    def test_test_frameworks_stay_out_of_the_product(self):
        self.write("src/core/a.cpp", "#include <gtest/gtest.h>\n")
        self.assertEqual(len(self.findings()), 1)

    def test_a_folder_without_a_readme_or_a_place_in_the_list_is_named(self):
        self.write("src/stray/a.cpp", "")
        self.assertEqual(self.findings(), ["src/stray: not in src/CMakeLists.txt", "src/stray: no README.md"])


if __name__ == "__main__":
    unittest.main()
