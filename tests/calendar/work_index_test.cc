// What is in the way of what, found one by one and over all pairs.
#include "libchangepolicy/calendar/work_index.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

class Firm {
 public:
  explicit Firm(unsigned seed) : random_(seed) {
    for (unsigned i = 0; i < 8; ++i) {
      v1::Service& service = *directory_.add_services();
      service.set_id(StrCat("s", i));
      if (i > 0 && Below(2) == 0) service.add_depends_on(StrCat("s", Below(i)));
      if (i > 0 && Below(3) == 0) service.set_part_of(StrCat("s", Below(i)));
      if (Below(2) == 0) service.add_assets(StrCat("a", Below(6)));
    }
    // Sometimes little goes on at once, sometimes much.
    const unsigned spread = Below(2) == 0 ? 200 : 20;
    for (unsigned i = 0; i < 30; ++i) {
      v1::ScheduledWork& work = *ledger_.add_scheduled();
      work.set_subject_id(StrCat("CHG-", i));
      const absl::Time start = absl::FromUnixSeconds(1'772'000'000) + absl::Hours(Below(spread));
      ToProto(start, work.mutable_start());
      ToProto(start + absl::Hours(1 + Below(6)), work.mutable_end());
      // Two of ten services are nowhere declared.
      if (Below(2) == 0) work.add_services(StrCat("s", Below(10)));
      if (Below(2) == 0) work.add_assets(StrCat("a", Below(8)));
      if (Below(3) == 0) work.add_people(StrCat("p", Below(5)));
      if (Below(4) == 0) work.add_depends_on(StrCat("CHG-", Below(30)));
    }
  }

  const v1::Directory& directory() const { return directory_; }
  const v1::Ledger& ledger() const { return ledger_; }

 private:
  unsigned Below(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }

  std::mt19937 random_;
  v1::Directory directory_;
  v1::Ledger ledger_;
};

TEST(WorkIndexTest, EachFindsWhatAllPairsTell) {
  size_t found = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Firm firm(seed);
    const Relations relations(firm.directory());
    const WorkIndex index(firm.ledger().scheduled(), &relations);
    std::vector<std::string> pairs, ones;
    for (const v1::Conflict& conflict : index.FindAllConflicts()) {
      pairs.push_back(StrCat(conflict.one(), " ", conflict.other(), " ", conflict.clashes_size()));
    }
    flat::Arena arena;
    const std::vector<const Work*> works = index.works();
    for (int one = 0; one < static_cast<int>(works.size()); ++one) {
      const Work& work = index.work(one);
      bool busy = false;
      for (const Work* const other : works) {
        busy = busy || (other->id != work.id && other->interval->Meets(*work.interval));
      }
      EXPECT_EQ(index.IsBusy(work, *work.interval), busy);
      for (const WorkIndex::Meeting& meeting : index.FindMeetings(work, *work.interval, &arena)) {
        if (meeting.work < one) continue;
        ones.push_back(
            StrCat(work.id, " ", index.work(meeting.work).id, " ", meeting.clashes.size()));
      }
    }
    std::sort(pairs.begin(), pairs.end());
    std::sort(ones.begin(), ones.end());
    EXPECT_EQ(ones, pairs) << seed;
    found += pairs.size();
  }
  EXPECT_GT(found, 1'000u);
}

}  // namespace
}  // namespace changepolicy
