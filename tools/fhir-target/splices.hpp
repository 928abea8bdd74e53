#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fhirehose::target {

/// Changes of one text, by place: all else keeps its bytes.
class Splices {
 public:
  /// Puts `insert` in the place of `remove` bytes at `offset`. Places do not overlap.
  void replace(std::size_t offset, std::size_t remove, std::string insert);

  [[nodiscard]] std::string apply(std::string_view text);
  /// Where in the result the byte at `offset` of the text has gone.
  [[nodiscard]] std::size_t moved(std::size_t offset) const;

 private:
  struct Splice {
    std::size_t offset;
    std::size_t remove;
    std::string insert{};
  };
  std::vector<Splice> splices_;
};

}  // namespace fhirehose::target
