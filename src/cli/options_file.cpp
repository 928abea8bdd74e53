#include "cli/options_file.hpp"

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <toml++/toml.h>

namespace fhirehose::cli {
namespace {

[[noreturn]] void refuse(const toml::source_position& at, std::string_view why) {
  throw CLI::ConfigError(
      fmt::format("in the file of --config, line {}, column {}: {}", at.line, at.column, why));
}

/// As it would stand on the command line.
std::string word_of(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* flag = value.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
  refuse(value.source().begin,
         "an option takes a text, a number, true or false, or an array of these");
}

std::vector<std::string> words_of(const toml::node& value) {
  const toml::array* const list = value.as_array();
  if (list == nullptr) return {word_of(value)};
  std::vector<std::string> words;
  for (const toml::node& item : *list) words.push_back(word_of(item));
  if (words.empty()) refuse(value.source().begin, "an array without a value says nothing");
  return words;
}

class OptionsFile : public CLI::Config {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> found;
    try {
      add(toml::parse(input), {}, found);
    } catch (const toml::parse_error& error) {
      refuse(error.source().begin, error.description());
    }
    return found;
  }
  /// Nothing here asks for it.
  std::string to_config(const CLI::App* /*app*/, bool /*defaults*/, bool /*descriptions*/,
                        std::string /*prefix*/) const override {
    return {};
  }

 private:
  static void add(const toml::table& table, const std::vector<std::string>& parents,
                  std::vector<CLI::ConfigItem>& into) {
    // So CLI11 learns of a section; one that has nothing may be misspelled as well.
    if (!parents.empty()) into.push_back({parents, "++", {}});
    for (const auto& [key, value] : table) {
      const std::string name(key.str());
      if (const toml::table* const section = value.as_table()) {
        std::vector<std::string> path = parents;
        path.push_back(name);
        add(*section, path, into);
      } else {
        into.push_back({parents, name, words_of(value)});
      }
    }
  }
};

}  // namespace

std::shared_ptr<CLI::Config> make_options_file() { return std::make_shared<OptionsFile>(); }

}  // namespace fhirehose::cli
