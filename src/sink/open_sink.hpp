#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "sink/fhir/fhir_options.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink {

struct SinkOptions {
  std::optional<std::uint32_t> concurrency;  ///< bundles in flight; the target's own if not given
  std::optional<std::uint32_t> batch;        ///< entries of a bundle at most; likewise
  fhir::FhirOptions fhir;  ///< http(s) only; its url, concurrency and batch are set from the above
};

/// Whether that target is the address of a FHIR server.
bool is_server(std::string_view target);

/// Whether both are addresses at one and the same server, by scheme, host and port as spelled: what
/// is secret to one may be shown to the other.
bool is_same_server(std::string_view target, std::string_view other);

/// FILE of the target `sqlite:FILE`; nothing for any other.
std::optional<std::string_view> sqlite_file(std::string_view target);

/// Where a target is on this machine: of `sqlite:FILE` first the file, then those that SQLite
/// puts beside it; nothing of others.
std::vector<std::filesystem::path> files_of(std::string_view target);

/// The sink for a target: `http://...` and `https://...` a FHIR server, `sqlite:FILE`, `discard:`.
/// Reaches nothing yet. kUsage for anything else, where concurrency or batch is 0, and where it is
/// said how to reach a FHIR server, and the target is none: it was forgotten, probably.
core::Result<std::unique_ptr<Sink>> make_sink(std::string_view target,
                                              const SinkOptions& options = {});

/// Sentences for a person, about how that target will be reached, and as whom: before any secret
/// goes there. None for a target that can't be.
std::vector<std::string> warnings(std::string_view target, const SinkOptions& options);

}  // namespace fhirehose::sink
