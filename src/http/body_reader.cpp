#include "http/body_reader.hpp"

#include <algorithm>
#include <cstring>

namespace fhirehose::http {

BodyReader::BodyReader(std::span<const std::string_view> runs) : runs_(runs) {
  for (const std::string_view run : runs) size_ += run.size();
}

std::size_t BodyReader::read(char* out, std::size_t capacity) {
  std::size_t done = 0;
  while (done < capacity && run_ < runs_.size()) {
    const std::string_view rest = runs_[run_].substr(offset_);
    const std::size_t count = std::min(rest.size(), capacity - done);
    if (count > 0) std::memcpy(out + done, rest.data(), count);
    done += count;
    offset_ += count;
    if (count == rest.size()) {
      ++run_;
      offset_ = 0;
    }
  }
  return done;
}

void BodyReader::rewind() {
  run_ = 0;
  offset_ = 0;
}

}  // namespace fhirehose::http
