#pragma once

#include <memory>

// NOLINTNEXTLINE(readability-identifier-naming): CLI11 calls itself so.
namespace CLI {
class Config;
}

namespace fhirehose::cli {

/// Reads the file of `--config`: TOML 1.0 (https://toml.io/en/v1.0.0) with a table for each
/// command. CLI11's own reader takes something like it, and texts apart at a `#`.
std::shared_ptr<CLI::Config> make_options_file();

}  // namespace fhirehose::cli
