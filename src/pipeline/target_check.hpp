#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "deferral/targets.hpp"
#include "sink/open_reader.hpp"

namespace fhirehose::pipeline {

/// Asks a target which resources it lacks. One thread at a time.
class TargetCheck {
 public:
  TargetCheck(std::string target, sink::SinkOptions options);
  ~TargetCheck();

  /// Of each, whether the target says that it is not there; false as well where it does not tell.
  /// Blocks.
  std::vector<bool> lacks(std::span<const deferral::Target> resources);

 private:
  bool open();
  void read(std::span<const deferral::Target> resources, std::uint32_t first);
  void take(const sink::Reading& reading);

  const std::string target_;
  const sink::SinkOptions options_;
  bool tried_ = false;
  std::uint32_t entries_ = 0;  ///< of a question

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable came_;
  std::uint32_t asked_ = 0;  ///< questions that are out
  std::vector<bool> lacking_;

  std::unique_ptr<sink::TargetReader>
      reader_;  ///< last: its thread uses the rest; null: there is none
};

}  // namespace fhirehose::pipeline
