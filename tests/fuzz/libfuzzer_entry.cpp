#include <cstddef>
#include <cstdint>
#include <ctime>

#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // In the process's own time: libFuzzer's -timeout goes by a clock that a busy machine lets run
  // on.
  constexpr std::clock_t kLongest = 5 * CLOCKS_PER_SEC;
  const std::clock_t begun = std::clock();
  fhirehose::fuzz::run_one({reinterpret_cast<const char*>(data), size});
  fhirehose::fuzz::require(std::clock() - begun < kLongest, "an input takes less than 5 s of CPU");
  return 0;
}
