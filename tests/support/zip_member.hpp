#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zip.h>

namespace fhirehose::tests {

/// The lines of the archive's first member whose name holds `name`; nullopt when there is none.
inline std::optional<std::vector<std::string>> lines_of_zip(const std::filesystem::path& archive,
                                                            std::string_view name) {
  const std::unique_ptr<zip_t, decltype(&zip_discard)> zip(
      zip_open(archive.c_str(), ZIP_RDONLY, nullptr), &zip_discard);
  if (!zip) return std::nullopt;
  zip_stat_t stat{};
  zip_uint64_t index = 0;
  do {
    if (zip_stat_index(zip.get(), index, 0, &stat) != 0) return std::nullopt;
    ++index;
  } while (std::string_view(stat.name).find(name) == std::string_view::npos);
  std::string text(stat.size, '\0');
  zip_file_t* const file = zip_fopen_index(zip.get(), index - 1, 0);
  if (file == nullptr) return std::nullopt;
  const zip_int64_t got = zip_fread(file, text.data(), text.size());
  zip_fclose(file);
  if (got != static_cast<zip_int64_t>(text.size())) return std::nullopt;
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace fhirehose::tests
