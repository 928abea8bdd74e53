#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace fhirehose::target {

/// A request's bytes, followed by the padding that simdjson reads beyond its input. Reused from
/// request to request; one thread at a time.
class Body {
 public:
  Body() = default;
  explicit Body(std::string_view text) { append(text); }

  /// Makes room for `size` bytes in all, at once instead of by doubling.
  void reserve(std::size_t size);
  void append(std::string_view bytes);
  /// Forgets the bytes; gives the memory back where it is more than a bundle usually needs.
  void clear();

  [[nodiscard]] std::string_view text() const { return {data_.get(), size_}; }
  /// Readable bytes from the front of text(), its padding included.
  [[nodiscard]] std::size_t readable() const { return capacity_; }

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace fhirehose::target
