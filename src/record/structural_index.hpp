#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "record/fault.hpp"

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace fhirehose::record {

/// Where the tokens of a text start: simdjson's first stage, which also checks UTF-8, control
/// characters in strings, and that the last string ends. Between two starts stand the first one's
/// token and blanks, nothing else. Keeps its memory for the next text, until `let_go`.
class StructuralIndex {
 public:
  StructuralIndex();
  ~StructuralIndex();

  /// Indexes `text`, which is not blank. The tokens hold until the next call.
  Fault read(std::string_view text);

  /// Offsets, ascending; one more stands behind the last and is the size of the text.
  [[nodiscard]] std::span<const std::uint32_t> tokens() const { return tokens_; }

  /// Gives back what one huge text took, if it did; its tokens are gone then.
  void let_go();

 private:
  bool make_room(std::size_t size);

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  std::size_t capacity_ = 0;
  std::span<const std::uint32_t> tokens_;
};

}  // namespace fhirehose::record
