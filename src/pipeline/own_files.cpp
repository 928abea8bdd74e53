#include "pipeline/own_files.hpp"

#include "sink/open_sink.hpp"

namespace fhirehose::pipeline {

InputOptions without_own_files(const LoadOptions& options) {
  InputOptions input = options.input;
  input.left_out = sink::files_of(options.target);
  // `state/` ends in no name.
  const std::filesystem::path state = options.state.lexically_normal();
  input.left_out.push_back(state.has_filename() ? state : state.parent_path());
  return input;
}

}  // namespace fhirehose::pipeline
