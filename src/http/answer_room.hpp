#pragma once

#include <cstdint>
#include <vector>

#include <curl/curl.h>

namespace fhirehose::http {

/// Room for the answers that are under way, all together: one of a hundred connections must not
/// bring as much as one that is alone may. Where there is none left, the one that has asked first
/// goes on and the others pause; so there is always one that gets to its end. One thread.
class AnswerRoom {
 public:
  explicit AnswerRoom(std::uint64_t bytes) : left_(static_cast<std::int64_t>(bytes)) {}

  /// Whether `transfer` may take so much more now. If not it pauses, and is in `waiting`.
  bool take(CURL* transfer, std::uint64_t bytes);
  /// `transfer` is done with the `bytes` that it has taken.
  void give_back(CURL* transfer, std::uint64_t bytes);
  /// Has those go on that paused. Not from a callback of curl's.
  void resume();

 private:
  std::int64_t left_;      ///< below zero by what the one that goes first has taken beyond
  CURL* first_ = nullptr;  ///< null: there is room
  std::vector<CURL*> waiting_;
};

}  // namespace fhirehose::http
