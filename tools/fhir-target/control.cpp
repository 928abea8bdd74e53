#include "fhir-target/control.hpp"

#include <array>
#include <string>
#include <utility>

#include <simdjson.h>

#include "fhir-target/body.hpp"

namespace fhirehose::target {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

error_code read_text(ondemand::value value, std::string& text) {
  std::string_view read;
  const error_code error = value.get_string().get(read);
  if (error == simdjson::SUCCESS) text = read;
  return error;
}

error_code read_list(ondemand::value value, std::vector<std::string>& texts) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  texts.clear();
  for (auto found : array) {
    ondemand::value element;
    if (const error_code error = found.get(element)) return error;
    if (const error_code error = read_text(element, texts.emplace_back())) return error;
  }
  return simdjson::SUCCESS;
}

error_code read_cap(ondemand::value value, std::uint32_t& cap) {
  std::uint64_t read = 0;
  const error_code error = value.get_uint64().get(read);
  if (error == simdjson::SUCCESS) cap = static_cast<std::uint32_t>(read);
  return error == simdjson::SUCCESS && read != cap ? simdjson::NUMBER_OUT_OF_RANGE : error;
}

struct Member {
  std::string_view name;
  error_code (*read)(ondemand::value value, BehaviourTexts& texts);
};

constexpr std::array<Member, 7> kMembers = {{
    {"seed", [](ondemand::value v, BehaviourTexts& t) { return v.get_uint64().get(t.seed); }},
    {"faults", [](ondemand::value v, BehaviourTexts& t) { return read_list(v, t.faults); }},
    {"fault_cap", [](ondemand::value v, BehaviourTexts& t) { return read_cap(v, t.fault_cap); }},
    {"storm", [](ondemand::value v, BehaviourTexts& t) { return read_text(v, t.storm); }},
    {"capacity", [](ondemand::value v, BehaviourTexts& t) { return read_text(v, t.capacity); }},
    {"bearers", [](ondemand::value v, BehaviourTexts& t) { return read_list(v, t.bearers); }},
    {"history", [](ondemand::value v, BehaviourTexts& t) { return v.get_bool().get(t.history); }},
}};

error_code read_member(ondemand::field& field, BehaviourTexts& texts) {
  for (const Member& member : kMembers)
    if (field.key() == member.name) return member.read(field.value(), texts);
  return simdjson::NO_SUCH_FIELD;
}

error_code read_members(std::string_view json, BehaviourTexts& texts) {
  const Body body(json);
  ondemand::parser parser;
  ondemand::document document;
  const simdjson::padded_string_view text(body.text().data(), body.text().size(), body.readable());
  if (const error_code error = parser.iterate(text).get(document)) return error;
  ondemand::object object;
  if (const error_code error = document.get_object().get(object)) return error;
  for (auto found : object) {
    ondemand::field field;
    if (const error_code error = std::move(found).get(field)) return error;
    if (const error_code error = read_member(field, texts)) return error;
  }
  const bool ended = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return ended ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

}  // namespace

core::Result<BehaviourTexts> changed_by(BehaviourTexts texts, std::string_view json) {
  const error_code error = read_members(json, texts);
  if (error == simdjson::SUCCESS) return texts;
  return core::fail(core::ErrorKind::kUsage,
                    std::string("the body is no object of seed, faults, fault_cap, storm, "
                                "capacity, bearers and history: ") +
                        simdjson::error_message(error));
}

}  // namespace fhirehose::target
