// The words of the reports: short names of enum values, sentences for remarks and for approvals
// that do not count. One place for every binding and format.
#ifndef LIBCHANGEPOLICY_REPORT_WORDING_H_
#define LIBCHANGEPOLICY_REPORT_WORDING_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "changepolicy/v1/decision.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/timestamp.pb.h"

namespace changepolicy {

// The value's name without the prefix of its enum: `RISK_LEVEL_HIGH` gives `HIGH`. A number that
// the enum does not have gives the number.
std::string ShortName(const google::protobuf::EnumDescriptor& type, int number);

template <typename Enum>
std::string ShortName(Enum value) {
  return ShortName(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

// `ROLL_BACK` as a verb for sentences: `roll back`.
std::string Verb(v1::Transition transition);

// `CO_AUTHOR` as a noun for sentences: `co-author`.
std::string PartText(v1::Part part);

// UTC, RFC 3339, to the second where it is whole.
std::string InstantText(const google::protobuf::Timestamp& timestamp);
std::string InstantText(absl::Time time);

// A sentence for a remark of a Decision, without a full stop.
std::string RemarkText(const v1::Remark& remark);

// Why an approval does not count, as a clause: `edited since, in revision 3`.
std::string NotCountedText(const v1::UncountedApproval& approval);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_WORDING_H_
