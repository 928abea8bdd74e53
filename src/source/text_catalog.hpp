#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "memory/scratch_file.hpp"
#include "source/catalog.hpp"

namespace fhirehose::source {

/// Makes a catalog of texts that are at hand one after another, each a member. They lie in a
/// scratch file until the catalog is gone. One thread.
class TextCatalog {
 public:
  /// kUsage: there is no room for a scratch file.
  static core::Result<TextCatalog> make();
  /// Sizes and fingerprint of `member` are those of `text`. kUsage: the disk is full.
  core::Status add(Member member, std::string_view text);
  /// A text that can't be read: a problem of the catalog.
  void leave_out(std::string where, std::string_view why);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  core::Result<Catalog> finish(const Limits& limits) &&;

 private:
  explicit TextCatalog(memory::ScratchFile scratch) : scratch_(std::move(scratch)) {}

  memory::ScratchFile scratch_;
  std::vector<Member> members_;
  std::vector<Problem> problems_;
  std::uint64_t end_ = 0;
};

}  // namespace fhirehose::source
