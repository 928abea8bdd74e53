#include "record/structural_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <simdjson.h>

#include "record/blank.hpp"
#include "record/locate_fault.hpp"

namespace fhirehose::record {
namespace {

constexpr std::size_t kLeastCapacity = 64 * core::kKiB;
/// What simdjson writes behind the last token for its own second stage, of which two are used.
constexpr std::size_t kSentinels = 2;
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

/// `at` is in a string, `end` if that is not closed.
const char* behind_string(const char* at, const char* end) {
  const char* const behind = string_end(at, end);
  return behind == nullptr ? end : behind;
}

bool is_punctuation(char c) {
  return std::string_view("{}[]:,\"").find(c) != std::string_view::npos;
}

/// Outside of strings. Of what is no JSON, as it has no comma in so many tokens, no more than these
/// are passed over: the walk finds the fault among them.
const char* find_comma(const char* at, const char* end) {
  constexpr std::size_t kMostTokens = 1'000'000;
  for (std::size_t tokens = 0; at != end && *at != ',' && tokens < kMostTokens;) {
    const bool starts = is_punctuation(*at) || is_blank(at[-1]) || is_punctuation(at[-1]);
    if (starts && !is_blank(*at)) ++tokens;
    at = *at == '"' ? behind_string(at + 1, end) : at + 1;
  }
  return at;
}

}  // namespace

StructuralIndex::StructuralIndex(std::size_t piece) : piece_(piece) {}
StructuralIndex::~StructuralIndex() = default;

Fault StructuralIndex::read(std::string_view text) {
  if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES)
    return {"the record is too long to be indexed", 0};
  text_ = text;
  next_ = scanned_ = 0;
  scan_ = {};
  return read_on();
}

Fault StructuralIndex::read_on() {
  const std::size_t begin = std::exchange(next_, end_of_piece());
  const std::string_view piece = text_.substr(begin, next_ - begin);
  if (!make_room(piece.size())) return {"there is too little memory to index the record", 0};
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(piece.data());
  const auto error = stage_->stage1(bytes, piece.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) {
    const Fault fault = fault_of(error, piece);
    return {fault.what, begin + fault.offset};
  }
  tokens_ = {stage_->structural_indexes.get(), stage_->n_structural_indexes};
  if (begin > 0) {
    const std::span all(stage_->structural_indexes.get(), tokens_.size() + kSentinels);
    for (std::uint32_t& start : all) start += static_cast<std::uint32_t>(begin);
  }
  return {};
}

/// From the first comma on that stands outside of strings once there is enough; or from what
/// follows the value.
std::size_t StructuralIndex::end_of_piece() {
  if (text_.size() - next_ <= piece_) return text_.size();
  const char* const end = text_.data() + text_.size();
  const char* at = text_.data() + next_ + piece_;
  const char* const behind = scan_.advance(text_.data() + scanned_, at);
  scanned_ = next_ + piece_;
  if (behind != nullptr) {
    at = skip_blanks(behind, end);
  } else {
    if (scan_.in_string()) at = behind_string(at, end);
    at = find_comma(at, end);
  }
  return static_cast<std::size_t>(at - text_.data());
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
