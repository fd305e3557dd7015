// Where a fact that a Decision names by its path stands in the caller's message.
//
// Paths like `change.services[0].critical` count the elements of the bound subject (subject.h),
// which are in canonical order and visible; the caller's list may have others in another order.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_PLACE_H_
#define LIBCHANGEPOLICY_EVAL_FACT_PLACE_H_

#include <map>
#include <memory>
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
#include "libchangepolicy/eval/element_places.h"

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

// Of a path: `.name`, `[3]` or `["key"]`.
struct FactPathPart {
  std::string name;
  int index = -1;
  bool is_key = false;
};

// Finds facts in one subject, `v1::ChangeRequest` or `v1::Release`, as it is bound at `now`. Binds
// it once, when a path with an index is asked for first. Not safe for use by two threads.
template <typename SubjectMessage>
class FactFinder {
 public:
  // All are borrowed, and the subject must not change.
  FactFinder(const CheckedPolicy& policy, const BoundOrganization& organization,
             const SubjectMessage& subject, absl::Time now)
      : policy_(policy), organization_(organization), subject_(subject), now_(now) {}

  const CheckedPolicy& policy() const { return policy_; }
  const BoundOrganization& organization() const { return organization_; }
  const SubjectMessage& subject() const { return subject_; }
  absl::Time now() const { return now_; }

  // Where the fact at `path` stands; nothing for what is no field of the subject: a call, a
  // computed value, a fact of the organization. Linear in the path once the subject is bound.
  std::optional<FactPlace> Find(std::string_view path);

  // The other way: the path by which a Decision of the subject names the fact; without its index
  // for an element that the bound subject does not have. Linear in the lengths of the lists on the
  // way.
  std::string PathOf(const FactPlace& place);

 private:
  template <typename Other>
  friend class FactFinder;

  // Adds the steps for the parts from the `from`th on; false where they lead nowhere.
  bool Follow(const std::vector<FactPathPart>& parts, size_t from,
              std::vector<FactPlace::Step>* steps);
  void AppendPath(const FactPlace& place, size_t from, std::string* path);
  // Of a list by its path in the subject's message: the place there of each element that is bound.
  const std::vector<int>& OrderOf(std::string_view list);
  // Of a release: the type is that of its changes, each of which is decided, and its facts named,
  // as a subject of its own.
  static bool IsChange(const google::protobuf::Descriptor* type);
  FactFinder<v1::ChangeRequest>& OfChange(int index);

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const SubjectMessage& subject_;
  const absl::Time now_;
  std::optional<ElementOrder> order_;  // empty where the subject cannot be bound
  std::map<int, std::unique_ptr<FactFinder<v1::ChangeRequest>>> changes_;
};

extern template class FactFinder<v1::ChangeRequest>;
extern template class FactFinder<v1::Release>;

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_PLACE_H_
