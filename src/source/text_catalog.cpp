#include "source/text_catalog.hpp"

#include <utility>

#include "core/resource_key.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

core::Result<TextCatalog> TextCatalog::make() {
  auto scratch = memory::ScratchFile::make();
  if (!scratch) return tl::unexpected<core::Error>(std::move(scratch.error()));
  return TextCatalog(*std::move(scratch));
}

core::Status TextCatalog::add(Member member, std::string_view text) {
  member.stored_bytes = text.size();
  member.bytes = text.size();
  member.fingerprint = core::stable_hash(text);
  members_.push_back(std::move(member));
  core::Status written = scratch_.write({text.data(), text.size()}, end_);
  end_ += text.size();
  return written;
}

void TextCatalog::leave_out(std::string where, std::string_view why) {
  problems_.push_back({std::move(where), std::string(why)});
}

core::Result<Catalog> TextCatalog::finish(const Limits& limits) && {
  const int descriptor = scratch_.duplicate();
  if (descriptor < 0) return core::fail(core::ErrorKind::kUsage, "too many files are open");
  return Catalog::of_file(std::move(members_), std::move(problems_),
                          std::make_shared<const File>(descriptor), limits);
}

}  // namespace fhirehose::source
