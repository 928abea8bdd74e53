#include "record/well_formed.hpp"

#include "record/blank.hpp"
#include "record/parse.hpp"
#include "record/structural_index.hpp"
#include "record/walk.hpp"

namespace fhirehose::record {

bool is_well_formed(std::string_view text) {
  const char* const end = text.data() + text.size();
  if (skip_blanks(text.data(), end) == end) return false;
  thread_local StructuralIndex index;
  if (index.read(text).what != nullptr) return false;
  RecordBatch noted;
  WalkedResource walked;
  Walk walk(noted, ParseOptions{}.depth);
  const bool good = walk.resource_text(Tokens(text, index), walked);
  index.let_go();
  return good;
}

}  // namespace fhirehose::record
