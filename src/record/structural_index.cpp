#include "record/structural_index.hpp"

#include <algorithm>
#include <bit>

#include <simdjson.h>

#include "core/byte_size.hpp"
#include "record/locate_fault.hpp"

namespace fhirehose::record {
namespace {

constexpr std::size_t kLeastCapacity = 64 * core::kKiB;
/// An index takes four bytes a byte of its text in address space: one huge record is not kept for.
constexpr std::size_t kKeptCapacity = 16 * core::kMiB;

Fault fault_of(simdjson::error_code error, std::string_view text) {
  switch (error) {
    case simdjson::SUCCESS:
      return {};
    case simdjson::UTF8_ERROR:
      return {"invalid UTF-8", find_invalid_utf8(text)};
    case simdjson::UNESCAPED_CHARS:
      return {"a control character stands unescaped in a string", find_control_character(text)};
    case simdjson::UNCLOSED_STRING:
      return {"a string is not closed", find_unclosed_string(text)};
    default:
      return {"the text can't be read as JSON", 0};
  }
}

}  // namespace

StructuralIndex::StructuralIndex() = default;
StructuralIndex::~StructuralIndex() = default;

Fault StructuralIndex::read(std::string_view text) {
  if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES)
    return {"the record is too long to be indexed", 0};
  if (!make_room(text.size())) return {"there is too little memory to index the record", 0};
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto error = stage_->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return fault_of(error, text);
  tokens_ = {stage_->structural_indexes.get(), stage_->n_structural_indexes};
  return {};
}

void StructuralIndex::let_go() {
  if (capacity_ <= kKeptCapacity) return;
  stage_.reset();
  capacity_ = 0;
  tokens_ = {};
}

bool StructuralIndex::make_room(std::size_t size) {
  if (size <= capacity_) return true;
  const std::size_t capacity = std::bit_ceil(std::max(size, kLeastCapacity));
  const auto& implementation = simdjson::get_active_implementation();
  stage_.reset();
  capacity_ = 0;
  const auto error = implementation->create_dom_parser_implementation(
      std::min(capacity, simdjson::SIMDJSON_MAXSIZE_BYTES), 1, stage_);
  if (error != simdjson::SUCCESS) return false;
  capacity_ = stage_->capacity();
  return size <= capacity_;
}

}  // namespace fhirehose::record
