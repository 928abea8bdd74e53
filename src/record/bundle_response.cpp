#include "record/bundle_response.hpp"

#include <algorithm>
#include <charconv>

#include <simdjson.h>

namespace fhirehose::record {
namespace {

namespace ondemand = simdjson::ondemand;

ondemand::parser& parser_of_this_thread() {
  thread_local ondemand::parser parser;
  return parser;
}

/// `201 Created` -> 201.
int status_code(std::string_view text) {
  int status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  const bool whole = error == std::errc() && end - text.data() == 3;
  return whole && status >= 100 && status <= 599 ? status : 0;
}

simdjson::error_code read_response(ondemand::object response, EntryResponse& out) {
  for (auto field : response) {
    ondemand::raw_json_string key;
    if (const auto error = field.key().get(key)) return error;
    if (key == "status") {
      std::string_view text;
      if (const auto error = field.value().get_string().get(text)) return error;
      out.status = status_code(text);
    } else if (key == "outcome") {
      ondemand::object outcome;
      if (const auto error = field.value().get_object().get(outcome)) return error;
      if (const auto error = outcome.raw_json().get(out.outcome)) return error;
    }
  }
  return simdjson::SUCCESS;
}

// Some servers put the OperationOutcome where the resource would stand.
simdjson::error_code read_entry(ondemand::object entry, EntryResponse& out) {
  for (auto field : entry) {
    ondemand::raw_json_string key;
    if (const auto error = field.key().get(key)) return error;
    ondemand::object value;
    if (key == "response") {
      if (const auto error = field.value().get_object().get(value)) return error;
      if (const auto error = read_response(value, out)) return error;
    } else if (key == "resource") {
      if (const auto error = field.value().get_object().get(value)) return error;
      if (const auto error = value.raw_json().get(out.resource)) return error;
    }
  }
  const bool failed = out.status < 200 || out.status > 299;
  if (failed && out.outcome.empty()) out.outcome = out.resource;
  return simdjson::SUCCESS;
}

simdjson::error_code read_entries(ondemand::array entries, std::vector<EntryResponse>& out) {
  for (auto element : entries) {
    ondemand::object entry;
    if (const auto error = element.get_object().get(entry)) return error;
    if (const auto error = read_entry(entry, out.emplace_back())) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code read_bundle(ondemand::object bundle, std::vector<EntryResponse>& out) {
  bool is_bundle = false;
  for (auto field : bundle) {
    ondemand::raw_json_string key;
    if (const auto error = field.key().get(key)) return error;
    if (key == "resourceType") {
      std::string_view type;
      if (const auto error = field.value().get_string().get(type)) return error;
      is_bundle = type == "Bundle";
    } else if (key == "entry") {
      ondemand::array entries;
      if (const auto error = field.value().get_array().get(entries)) return error;
      if (const auto error = read_entries(entries, out)) return error;
    }
  }
  return is_bundle ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
}

/// A lower-case code, or nothing: servers put free text anywhere.
std::string issue_type(std::string_view text) {
  const auto legal = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
  return text.size() <= 32 && std::ranges::all_of(text, legal) ? std::string(text) : std::string();
}

/// `HAPI-1094` of `HAPI-1094: Resource ...`.
std::string leading_code(std::string_view text) {
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto* const dash = std::find_if_not(text.begin(), text.end(), letter);
  if (dash == text.begin() || dash == text.end() || *dash != '-') return {};
  const auto* const end = std::find_if_not(dash + 1, text.end(), digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  return end == dash + 1 || length > 32 ? std::string() : std::string(text.substr(0, length));
}

simdjson::error_code read_issue(ondemand::object issue, OutcomeIssue& out) {
  for (auto field : issue) {
    ondemand::raw_json_string key;
    if (const auto error = field.key().get(key)) return error;
    if (key != "code" && key != "diagnostics") continue;
    std::string_view text;
    if (const auto error = field.value().get_string().get(text)) return error;
    if (key == "code") {
      out.type = issue_type(text);
    } else {
      out.server_code = leading_code(text);
    }
  }
  return simdjson::SUCCESS;
}

void add_line(ondemand::value value, std::string& out) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return;
  out += text;
  out += '\n';
}

void read_spoken(ondemand::object issue, std::string& out) {
  for (auto field : issue) {
    ondemand::raw_json_string key;
    ondemand::value value;
    if (field.key().get(key) != simdjson::SUCCESS || field.value().get(value) != simdjson::SUCCESS)
      return;
    if (key == "diagnostics") add_line(value, out);
    ondemand::value text;
    if (key == "details" && value["text"].get(text) == simdjson::SUCCESS) add_line(text, out);
  }
}

}  // namespace

core::Result<std::vector<EntryResponse>> read_bundle_response(std::string& body,
                                                              std::size_t expected_entries) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  const simdjson::padded_string_view padded(body.data(), body.size(), body.capacity());
  std::vector<EntryResponse> entries;
  entries.reserve(expected_entries);
  ondemand::document document;
  ondemand::object bundle;
  if (parser_of_this_thread().iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_object().get(bundle) != simdjson::SUCCESS ||
      read_bundle(bundle, entries) != simdjson::SUCCESS) {
    return core::fail(core::ErrorKind::kRetry, "the answer is no Bundle, or not a whole one");
  }
  return entries;
}

OutcomeIssue first_issue(std::string_view outcome) {
  const simdjson::padded_string padded(outcome);
  OutcomeIssue issue;
  ondemand::document document;
  ondemand::array issues;
  ondemand::object first;
  if (parser_of_this_thread().iterate(padded).get(document) == simdjson::SUCCESS &&
      document["issue"].get_array().get(issues) == simdjson::SUCCESS &&
      issues.at(0).get_object().get(first) == simdjson::SUCCESS) {
    read_issue(first, issue);
  }
  return issue;
}

std::string spoken_text(std::string_view outcome) {
  const simdjson::padded_string padded(outcome);
  std::string spoken;
  ondemand::document document;
  ondemand::array issues;
  if (parser_of_this_thread().iterate(padded).get(document) != simdjson::SUCCESS ||
      document["issue"].get_array().get(issues) != simdjson::SUCCESS) {
    return spoken;
  }
  for (auto element : issues) {
    ondemand::object issue;
    if (element.get_object().get(issue) != simdjson::SUCCESS) return spoken;
    read_spoken(issue, spoken);
  }
  return spoken;
}

}  // namespace fhirehose::record
