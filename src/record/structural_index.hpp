#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/byte_size.hpp"
#include "record/container_scan.hpp"
#include "record/fault.hpp"

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace fhirehose::record {

/// Where the tokens of a text start: simdjson's first stage, which also checks UTF-8, control
/// characters in strings, and that the last string ends. Between two starts stand the first one's
/// token and blanks, nothing else. Keeps its memory for the next text, until `let_go`.
///
/// A long text is indexed piece by piece, as it is walked, for an index may take four bytes a byte
/// of it. A piece that is not the last ends before a comma that parts two values, if the text is
/// well-formed.
class StructuralIndex {
 public:
  static constexpr std::size_t kPiece = 4 * core::kMiB;

  /// `piece`: what a piece has at least, in bytes, unless it is the last.
  explicit StructuralIndex(std::size_t piece = kPiece);
  ~StructuralIndex();

  /// Indexes `text`, which is not blank and must stay where it is, or its first piece. The tokens
  /// hold until the next call.
  Fault read(std::string_view text);
  /// Whether there is a piece behind this one.
  [[nodiscard]] bool has_more() const { return next_ < text_.size(); }
  /// Indexes the next piece.
  Fault read_on();

  /// Offsets in the text, ascending; two more stand behind the last and are where the piece ends.
  [[nodiscard]] std::span<const std::uint32_t> tokens() const { return tokens_; }

  /// Gives back what one huge text took, if it did; its tokens are gone then.
  void let_go();

 private:
  std::size_t end_of_piece();
  bool make_room(std::size_t size);

  const std::size_t piece_;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  std::size_t capacity_ = 0;
  std::span<const std::uint32_t> tokens_;
  std::string_view text_;
  std::size_t next_ = 0;     ///< where the next piece starts
  ContainerScan scan_;       ///< of the text, for where its strings are
  std::size_t scanned_ = 0;  ///< bytes of it
};

}  // namespace fhirehose::record
