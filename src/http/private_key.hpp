#pragma once

#include <filesystem>
#include <memory>

#include <openssl/evp.h>

#include "core/result.hpp"

namespace fhirehose::http {

using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// Reads a private key from PEM, of any kind. kUsage when there is none in the file, or when it is
/// encrypted: nobody could be asked for the pass phrase in the middle of a load.
core::Result<PrivateKey> read_private_key(const std::filesystem::path& file);

}  // namespace fhirehose::http
