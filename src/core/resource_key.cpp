#include "core/resource_key.hpp"

// A key is made for each record and each reference: a call of the library is a tenth of the work.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/fhir_id.hpp"

namespace fhirehose::core {
namespace {

void hexadecimal(std::uint64_t value, char* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = 15; i >= 0; --i, value >>= 4) out[i] = kDigits[value & 0xF];
}

}  // namespace

ResourceKey key_of(ResourceType type, std::string_view id) {
  // The type goes in as seed: no id of one type can meet an id of another by concatenation.
  const XXH128_hash_t hash =
      XXH3_128bits_withSeed(id.data(), id.size(), 0x9E3779B97F4A7C15ULL * (index_of(type) + 1));
  return {hash.high64, hash.low64};
}

std::uint64_t stable_hash(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

void content_id(std::string_view content, char* out) {
  const XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  hexadecimal(hash.high64, out);
  hexadecimal(hash.low64, out + 16);
  const bool numeric = is_numeric_id({out, kContentIdLength});
  if (numeric) *out = static_cast<char>(*out - '0' + 'g');
}

}  // namespace fhirehose::core
