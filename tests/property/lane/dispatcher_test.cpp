#include "lane/dispatcher.hpp"

#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace fhirehose::lane {
namespace {

constexpr std::uint64_t kBytes = 3'000;

/// A load of made-up records into a target that answers when it likes: what has to hold at each
/// step, whatever comes when.
class Play {
 public:
  explicit Play(std::uint32_t seed)
      : random_(seed), lanes_(below(4) == 0 ? 0 : 1U << below(9)), dispatcher_(lanes_, kBytes) {}

  void run() {
    for (std::uint32_t phase = 0; phase < 3; ++phase) {
      dispatcher_.expect_more();
      for (std::uint32_t step = below(60); step > 0; --step) turn();
      dispatcher_.expect_no_more();
      while (waiting_ > 0 || !under_way_.empty()) {
        pace_ = {.in_flight = 1 + below(8), .entries = 1 + below(30)};
        send(Fill::kFull);
        ASSERT_FALSE(under_way_.empty()) << "nothing goes any more";
        deliver();
      }
      for (const auto& batch : batches_) ASSERT_TRUE(batch.expired()) << "a batch is still held";
    }
    EXPECT_EQ(sent_.size(), made_);
  }

 private:
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(random_() % std::max(limit, 1U));
  }

  void turn() {
    switch (below(6)) {
      case 0:
        return add_rows();
      case 1:
        return add_transaction();
      case 2:
        pace_ = {.in_flight = 1 + below(8), .entries = 1 + below(30)};
        return;
      case 3:
        return send(below(3) == 0 ? Fill::kPartial : Fill::kFull);
      default:
        if (!under_way_.empty()) deliver();
    }
  }

  record::BatchHandle batch_of(std::uint32_t count) {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
      text += R"({"resourceType":"Observation","id":")" + std::to_string(made_++) +
              R"(","valueString":")" + std::string(below(200) == 0 ? kBytes : below(200), 'x') +
              R"(","subject":{"reference":"Patient/)" + std::to_string(below(12)) + "\"}}\n";
    }
    waiting_ += count;
    auto batch = tests::parsed(text);
    batches_.push_back(batch);
    return batch;
  }

  static std::vector<std::uint32_t> rows_of(const record::BatchHandle& batch) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < batch->records.size(); ++row) rows.push_back(row);
    return rows;
  }

  void add_rows() {
    const auto batch = batch_of(1 + below(60));
    dispatcher_.add(route(batch, rows_of(batch), dispatcher_.lanes()));
  }

  void add_transaction() {
    const auto batch = batch_of(1 + below(6));
    const auto entries = static_cast<std::uint32_t>(batch->records.size());
    // Now and then its other part never comes.
    dispatcher_.add(AtomicPart{
        {0, ++transactions_}, batch, rows_of(batch), entries, entries + (below(9) == 0 ? 1 : 0)});
  }

  void send(Fill fill) {
    while (auto bundle = dispatcher_.next(pace_, fill)) {
      check(*bundle);
      waiting_ -= static_cast<std::uint32_t>(bundle->entries.size());
      under_way_.push_back(*std::move(bundle));
      ASSERT_LE(under_way_.size(), pace_.in_flight);
    }
  }

  void check(const Bundle& bundle) {
    ASSERT_FALSE(bundle.entries.empty());
    if (!bundle.atomic) {
      ASSERT_LE(bundle.entries.size(), pace_.entries);
      ASSERT_TRUE(bundle.bytes <= kBytes || bundle.entries.size() == 1);
    }
    const std::set<const record::RecordBatch*> held = holds(bundle);
    ASSERT_EQ(held.size(), bundle.holds.size()) << "a batch is held twice";
    for (const Entry& entry : bundle.entries) {
      ASSERT_TRUE(held.contains(entry.batch));
      const std::string id(entry.record().id);
      ASSERT_TRUE(sent_.insert(id).second) << id << " is sent twice";
      if (lanes_ > 0 && !bundle.atomic) check_order(entry);
    }
    if (lanes_ > 0) check_apart(bundle);
  }

  static std::set<const record::RecordBatch*> holds(const Bundle& bundle) {
    std::set<const record::RecordBatch*> held;
    for (const auto& batch : bundle.holds) held.insert(batch.get());
    return held;
  }

  /// Ids count up, so a patient's must as well.
  void check_order(const Entry& entry) {
    std::uint64_t& last = last_of_[std::string(entry.record().patient)];
    const std::uint64_t number = 1 + std::stoull(std::string(entry.record().id));
    ASSERT_GT(number, last) << "a patient's records have overtaken each other";
    last = number;
  }

  void check_apart(const Bundle& bundle) const {
    const std::set<std::string> ours = patients(bundle);
    for (const Bundle& other : under_way_) {
      for (const std::string& patient : patients(other)) ASSERT_FALSE(ours.contains(patient));
    }
  }

  /// Of a transaction only its first patient is kept apart.
  static std::set<std::string> patients(const Bundle& bundle) {
    std::set<std::string> names;
    for (const Entry& entry : bundle.entries) {
      names.emplace(entry.record().patient);
      if (bundle.atomic) break;
    }
    return names;
  }

  void deliver() {
    const auto place = under_way_.begin() + below(static_cast<std::uint32_t>(under_way_.size()));
    dispatcher_.delivered(place->lanes);
    under_way_.erase(place);
  }

  std::mt19937 random_;
  const std::uint32_t lanes_;
  Dispatcher dispatcher_;
  Pace pace_{.in_flight = 2, .entries = 10};
  std::vector<Bundle> under_way_;
  std::set<std::string> sent_;
  std::map<std::string, std::uint64_t> last_of_;  ///< of each patient: the last id, plus one
  std::vector<std::weak_ptr<record::RecordBatch>> batches_;
  std::uint64_t made_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint32_t waiting_ = 0;
};

TEST(Dispatcher, SendsEachRecordOnceInOrderWithPatientsApart) {
  for (std::uint32_t seed = 0; seed < 300 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Play(seed).run();
  }
}

}  // namespace
}  // namespace fhirehose::lane
