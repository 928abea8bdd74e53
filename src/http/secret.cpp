#include "http/secret.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace fhirehose::http {
namespace {

constexpr std::size_t kLongestSecret = 64UL * 1024;

core::Result<std::string> from_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kLongestSecret + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    return core::fail(core::ErrorKind::kUsage, fmt::format("{} can't be read", file.string()));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

}  // namespace

bool is_given(const SecretSource& source) {
  return !source.file.empty() || std::getenv(source.variable.c_str()) != nullptr;
}

core::Result<std::string> read_secret(const SecretSource& source) {
  const char* const value = std::getenv(source.variable.c_str());
  const std::string where = source.file.empty() ? source.variable : source.file.string();
  core::Result<std::string> text = source.file.empty()
                                       ? core::Result<std::string>(value == nullptr ? "" : value)
                                       : from_file(source.file);
  if (!text) return text;
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->empty()) {
    return core::fail(core::ErrorKind::kUsage, fmt::format("{} holds nothing", where));
  }
  if (text->size() > kLongestSecret || std::ranges::any_of(*text, is_control)) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{} holds no secret of one line", where));
  }
  return text;
}

bool is_open_to_others(const std::filesystem::path& file) {
  using std::filesystem::perms;
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  return !error && (status.permissions() & (perms::group_read | perms::others_read)) != perms::none;
}

}  // namespace fhirehose::http
