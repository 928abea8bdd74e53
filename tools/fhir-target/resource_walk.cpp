#include "fhir-target/resource_walk.hpp"

#include <utility>

#include <fmt/format.h>

#include "fhir-target/date_time.hpp"
#include "fhir-target/number_text.hpp"

namespace fhirehose::target {
namespace {

using simdjson::error_code;
using simdjson::ondemand::json_type;

/// Where HAPI's JSON reader gives up.
constexpr int kMaxDepth = 1000;
/// No shorter spelling of `reference` or `lastUpdated` holds an escape.
constexpr std::size_t kShortestEscapedKey = 14;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view without_blanks_behind(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// On-demand does not know where a key ends, but where its value starts: back from there over the
/// colon to the closing quote.
std::string_view spelled_key(const char* key, const char* value) {
  const char* end = value - 1;
  while (*end != '"') --end;
  return {key, static_cast<std::size_t>(end - key)};
}

bool has_escape(std::string_view text) { return text.find('\\') != std::string_view::npos; }

std::string_view unquoted(std::string_view token) { return token.substr(1, token.size() - 2); }

}  // namespace

simdjson::ondemand::parser& thread_parser() {
  thread_local simdjson::ondemand::parser parser;
  return parser;
}

std::string_view token_of(simdjson::ondemand::value& value) {
  return without_blanks_behind(value.raw_json_token());
}

template <class Member>
error_code ResourceWalk::each_member(Object object, Member member) {
  if (++depth_ > kMaxDepth) return simdjson::DEPTH_ERROR;
  for (auto found : object) {
    simdjson::ondemand::field field;
    if (const error_code error = std::move(found).get(field)) return error;
    std::string_view key = spelled_key(field.key().raw(), field.value().raw_json_token().data());
    // Looking for a backslash in every short key would cost as much as the rest of the walk.
    if ((depth_ == 1 || key.size() >= kShortestEscapedKey) && has_escape(key)) {
      if (const error_code error = field.unescaped_key().get(key)) return error;
    }
    if (const error_code error = member(key, field.value())) return error;
  }
  --depth_;
  return simdjson::SUCCESS;
}

error_code ResourceWalk::walk(Object resource) {
  const error_code error = each_member(
      resource, [this](std::string_view key, Value value) { return own_member(key, value); });
  if (error == simdjson::SUCCESS && !scan_.type && scan_.problem.empty())
    scan_.problem = "HAPI-1838: missing required element 'resourceType'";
  return error;
}

error_code ResourceWalk::own_member(std::string_view key, Value value) {
  if (key == "resourceType") type(value);
  if (key == "meta") return meta(value);
  if (key == "identifier") return identifiers(value);
  const std::string_view token = token_of(value);
  if (key == "id" && token.size() >= 2 && token.front() == '"') scan_.id = unquoted(token);
  return member(key, value);
}

void ResourceWalk::type(Value value) {
  const std::string_view token = token_of(value);
  if (token.size() >= 2 && token.front() == '"')
    scan_.type = core::find_resource_type(unquoted(token));
  if (!scan_.type) scan_.problem = "HAPI-1684: Unknown resource name in 'resourceType'";
}

error_code ResourceWalk::meta(Value value) {
  Object object;
  if (const error_code error = value.get_object().get(object)) return error;
  return each_member(object, [this](std::string_view key, Value member_value) {
    const std::string_view token = token_of(member_value);
    if (key == "lastUpdated" && token.size() >= 2)
      scan_.last_updated = core::parse_instant(unquoted(token)).value_or(core::kNever);
    if (key == "versionId" && token.size() >= 2)
      scan_.version_id = read_number<std::uint64_t>(unquoted(token)).value_or(0);
    return member(key, member_value);
  });
}

error_code ResourceWalk::identifiers(Value value) {
  Object single;
  // Most types have a list, some (Bundle, Composition, QuestionnaireResponse) a single one.
  if (value.get_object().get(single) == simdjson::SUCCESS) return identifier(single);
  Array several;
  if (const error_code error = value.get_array().get(several)) return error;
  for (auto found : several) {
    if (const error_code error = found.get_object().get(single)) return error;
    if (const error_code error = identifier(single)) return error;
  }
  return simdjson::SUCCESS;
}

error_code ResourceWalk::identifier(Object object) {
  Identifier read;
  const error_code error = each_member(object, [&](std::string_view key, Value value) {
    if (key == "system") return value.get_string().get(read.system);
    if (key == "value") return value.get_string().get(read.value);
    return member(key, value);
  });
  if (!read.value.empty()) scan_.identifiers.push_back(read);
  return error;
}

error_code ResourceWalk::member(std::string_view key, Value value) {
  const std::string_view token = value.raw_json_token();
  if (token.front() != '"') return any(value);
  if (key == "reference") return reference(value);
  if (names_a_date(key)) date(key, token_of(value));
  return simdjson::SUCCESS;
}

error_code ResourceWalk::reference(Value value) {
  const std::string_view spelled = unquoted(token_of(value));
  std::string_view text = spelled;
  if (has_escape(spelled)) {
    if (const error_code error = value.get_string().get(text)) return error;
  }
  scan_.references.push_back({spelled, text});
  return simdjson::SUCCESS;
}

void ResourceWalk::date(std::string_view key, std::string_view token) {
  // The first problem is told. The value is content, and stays out of messages.
  if (is_date_time(unquoted(token)) || !scan_.problem.empty()) return;
  scan_.problem = fmt::format(
      "HAPI-1821: [element=\"{}\"] Invalid attribute value: Invalid date/time format", key);
}

error_code ResourceWalk::any(Value value) {
  json_type type{};
  if (const error_code error = value.type().get(type)) return error;
  switch (type) {
    case json_type::object:
      return each_member(value.get_object().value_unsafe(),
                         [this](std::string_view key, Value inner) { return member(key, inner); });
    case json_type::array:
      return array(value.get_array().value_unsafe());
    case json_type::boolean:
      return value.get_bool().error();
    case json_type::null:
      return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    default:
      return simdjson::SUCCESS;
  }
}

error_code ResourceWalk::array(Array array) {
  if (++depth_ > kMaxDepth) return simdjson::DEPTH_ERROR;
  for (auto found : array) {
    Value value;
    if (const error_code error = found.get(value)) return error;
    if (const error_code error = any(value)) return error;
  }
  --depth_;
  return simdjson::SUCCESS;
}

}  // namespace fhirehose::target
