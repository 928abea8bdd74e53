#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace fhirehose::http {

/// Whether a certificate and a key, both PEM, can be shown to a server: they can be read, belong
/// together, and the certificate's time has neither passed nor still to come. An empty `key` means
/// that it stands in the certificate's file. kUsage with what is wrong: curl says so only when it
/// has reached the server, and asks on the terminal for a pass phrase.
core::Status check_client_certificate(const std::filesystem::path& certificate,
                                      const std::filesystem::path& key);

}  // namespace fhirehose::http
