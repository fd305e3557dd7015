// How many records came out how, over all that were asked about.
#ifndef CLI_TOTALS_H_
#define CLI_TOTALS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "changepolicy/v1/decision.pb.h"
#include "cli/inputs.h"

namespace changepolicy::cli {

// Each record is counted under exactly one of satisfied, missing, unsatisfiable, unknown, error and
// bad (docs/command.md defines them); under self-approved and the annotations besides.
class ApprovalTotals {
 public:
  void Add(const Record& record, const v1::ApprovalsAnswer& answer);
  // A record that could not be read, mapped or asked about.
  void AddBad() { ++bad_; }

  std::string Text() const;
  std::string Json(absl::Time now, bool pretty) const;

 private:
  int64_t records() const {
    return satisfied_ + missing_ + unsatisfiable_ + unknown_ + error_ + bad_;
  }

  int64_t satisfied_ = 0, missing_ = 0, unsatisfiable_ = 0, unknown_ = 0, error_ = 0, bad_ = 0;
  int64_t self_approved_ = 0;
  // By the part's number and name: that of the enum, and behind all of these whatever else is
  // named.
  std::map<std::pair<int, std::string>, int64_t> self_approved_by_part_;
  // Records in which the annotation is true, by its name.
  std::map<std::string, int64_t> annotations_;
};

}  // namespace changepolicy::cli

#endif  // CLI_TOTALS_H_
