// Where a fact that a Decision names by its path stands in the caller's message.
//
// Paths like `change.services[0].critical` count the elements of the bound subject (subject.h),
// which are in canonical order and visible; the caller's list may have others in another order.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_PLACE_H_
#define LIBCHANGEPOLICY_EVAL_FACT_PLACE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

// From the subject's message down to the field.
struct FactPlace {
  struct Step {
    const google::protobuf::FieldDescriptor* field = nullptr;
    int index = -1;   // of an element of a list
    std::string key;  // of an entry of a map
  };
  std::vector<Step> steps;

  const google::protobuf::FieldDescriptor& field() const { return *steps.back().field; }
  // The message that holds the field, and the change or release whose fact it is, in the subject
  // where it was found or a copy of it; null where a list has no such element any more.
  const google::protobuf::Message* HolderIn(const google::protobuf::Message& subject) const;
  google::protobuf::Message* HolderIn(google::protobuf::Message* subject) const;
  google::protobuf::Message* OwnerIn(google::protobuf::Message* subject) const;

  // Tells it from all other facts of the same message, whatever their order among the facts.
  std::string key() const;
  // The path without indices below the change or release that holds the fact, as statements and
  // revisions name it.
  std::string statement() const;
};

// Where the fact at `path` stands in `subject`; nothing for what is no field of it: a call, a
// computed value, a fact of the organization. `SubjectMessage` is v1::ChangeRequest or v1::Release.
// Without indices linear in the path; with an index it binds the subject once per element.
template <typename SubjectMessage>
std::optional<FactPlace> FindFact(const CheckedPolicy& policy,
                                  const BoundOrganization& organization,
                                  const SubjectMessage& subject, absl::Time now,
                                  std::string_view path);

extern template std::optional<FactPlace> FindFact(const CheckedPolicy&, const BoundOrganization&,
                                                  const v1::ChangeRequest&, absl::Time,
                                                  std::string_view);
extern template std::optional<FactPlace> FindFact(const CheckedPolicy&, const BoundOrganization&,
                                                  const v1::Release&, absl::Time, std::string_view);

// The other way: the path by which a Decision of `subject` names the fact.
template <typename SubjectMessage>
std::string PathOf(const CheckedPolicy& policy, const BoundOrganization& organization,
                   const SubjectMessage& subject, absl::Time now, const FactPlace& place);

extern template std::string PathOf(const CheckedPolicy&, const BoundOrganization&,
                                   const v1::ChangeRequest&, absl::Time, const FactPlace&);
extern template std::string PathOf(const CheckedPolicy&, const BoundOrganization&,
                                   const v1::Release&, absl::Time, const FactPlace&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_PLACE_H_
