#include "libchangepolicy/eval/fact_place.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// ---- Paths

// `.name`, `[3]` or `["key"]`.
struct PathPart {
  std::string name;
  int index = -1;
  bool is_key = false;
};

// The parts after the root; nothing for what is no path, like a call.
std::optional<std::vector<PathPart>> Split(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  std::vector<PathPart> parts;
  while (!path.empty()) {
    if (path.starts_with("[\"")) {
      const size_t end = path.find("\"]", 2);
      if (end == std::string_view::npos) return std::nullopt;
      parts.push_back({.name = std::string(path.substr(2, end - 2)), .is_key = true});
      path.remove_prefix(end + 2);
    } else if (path.starts_with("[")) {
      const size_t end = path.find(']');
      PathPart part;
      if (end == std::string_view::npos ||
          !absl::SimpleAtoi(ToAbsl(path.substr(1, end - 1)), &part.index)) {
        return std::nullopt;
      }
      parts.push_back(std::move(part));
      path.remove_prefix(end + 1);
    } else if (path.starts_with(".")) {
      const size_t end = std::min(path.find_first_of(".[", 1), path.size());
      parts.push_back({.name = std::string(path.substr(1, end - 1))});
      path.remove_prefix(end);
    } else {
      return std::nullopt;
    }
  }
  return parts;
}

// ---- Finding

// The message that holds the field of the last step; null where it is not there. With `first_only`
// every list on the way has one element.
const Message* Holder(const Message& subject, const std::vector<FactPlace::Step>& steps,
                      bool first_only) {
  const Message* message = &subject;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const Reflection& reflection = *message->GetReflection();
    if (!steps[i].field->is_repeated()) {
      message = &reflection.GetMessage(*message, steps[i].field);
      continue;
    }
    const int index = first_only ? 0 : steps[i].index;
    if (index >= reflection.FieldSize(*message, steps[i].field)) return nullptr;
    message = &reflection.GetRepeatedMessage(*message, steps[i].field, index);
  }
  return message;
}

Message* MutableHolder(const std::vector<FactPlace::Step>& steps, size_t count, bool first_only,
                       Message* message) {
  for (size_t i = 0; i < count; ++i) {
    const Reflection& reflection = *message->GetReflection();
    if (!steps[i].field->is_repeated()) {
      message = reflection.MutableMessage(message, steps[i].field);
      continue;
    }
    const int index = first_only ? 0 : steps[i].index;
    if (index < 0 || index >= reflection.FieldSize(*message, steps[i].field)) return nullptr;
    message = reflection.MutableRepeatedMessage(message, steps[i].field, index);
  }
  return message;
}

// The canonical bytes of the elements of the list that the steps lead to, as the subject is bound.
template <typename SubjectMessage>
std::vector<std::string> BoundElements(const CheckedPolicy& policy,
                                       const BoundOrganization& organization, absl::Time now,
                                       const SubjectMessage& subject,
                                       const std::vector<FactPlace::Step>& steps) {
  std::vector<std::string> elements;
  const auto bound = Subject::Bind(subject, policy.policy(), organization, now);
  if (!bound.ok()) return elements;
  const Message* const holder = Holder(bound->message(), steps, true);
  if (holder == nullptr) return elements;
  const Reflection& reflection = *holder->GetReflection();
  const FieldDescriptor* const list = steps.back().field;
  for (int i = 0; i < reflection.FieldSize(*holder, list); ++i) {
    const auto bytes = CanonicalBytes(reflection.GetRepeatedMessage(*holder, list, i));
    elements.push_back(bytes.value_or(std::string()));
  }
  return elements;
}

// Keeps one element of the list that the steps lead to.
void KeepOnly(const std::vector<FactPlace::Step>& steps, int index, Message* subject) {
  Message* const holder = MutableHolder(steps, steps.size() - 1, true, subject);
  const Reflection& reflection = *holder->GetReflection();
  reflection.SwapElements(holder, steps.back().field, 0, index);
  while (reflection.FieldSize(*holder, steps.back().field) > 1) {
    reflection.RemoveLast(holder, steps.back().field);
  }
}

// The caller's element that is the bound subject's `wanted`th; -1: there is none. `only` is the
// subject with one element in each list before this one, and afterwards in this one too.
template <typename SubjectMessage>
int FindElement(const CheckedPolicy& policy, const BoundOrganization& organization, absl::Time now,
                const std::vector<FactPlace::Step>& steps, int wanted, SubjectMessage* only) {
  const std::vector<std::string> bound = BoundElements(policy, organization, now, *only, steps);
  if (wanted < 0 || wanted >= static_cast<int>(bound.size())) return -1;
  // Of equal elements any will do, but each of them once.
  auto before = std::count(bound.begin(), bound.begin() + wanted, bound[wanted]);
  const Message& holder = *Holder(*only, steps, true);
  const int size = holder.GetReflection()->FieldSize(holder, steps.back().field);
  for (int i = 0; i < size; ++i) {
    SubjectMessage one = *only;
    KeepOnly(steps, i, &one);
    const std::vector<std::string> element = BoundElements(policy, organization, now, one, steps);
    if (element.size() != 1 || element[0] != bound[wanted] || before-- > 0) continue;
    *only = std::move(one);
    return i;
  }
  return -1;
}

bool HoldsFields(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_map() &&
         field.message_type()->file()->package() == "changepolicy.v1";
}

template <typename SubjectMessage>
bool Follow(const CheckedPolicy& policy, const BoundOrganization& organization, absl::Time now,
            const std::vector<PathPart>& parts, size_t from, SubjectMessage only,
            std::vector<FactPlace::Step>* found) {
  std::vector<FactPlace::Step> steps;
  const google::protobuf::Descriptor* type = SubjectMessage::descriptor();
  for (size_t i = from; i < parts.size(); ++i) {
    if (parts[i].is_key || parts[i].index >= 0 || type == nullptr) return false;
    const FieldDescriptor* const field = type->FindFieldByName(parts[i].name);
    if (field == nullptr) return false;
    type = HoldsFields(*field) ? field->message_type() : nullptr;
    FactPlace::Step& step = steps.emplace_back();
    step.field = field;
    if (i + 1 == parts.size()) break;
    if (field->is_map()) {
      step.key = parts[++i].name;
    } else if (field->is_repeated()) {
      if (type == nullptr || parts[i + 1].index < 0) return false;
      step.index = FindElement(policy, organization, now, steps, parts[++i].index, &only);
      if (step.index < 0 || i + 1 == parts.size()) return false;
      if constexpr (std::is_same_v<SubjectMessage, v1::Release>) {
        if (type == v1::ChangeRequest::descriptor()) {
          // A change is decided, and its facts named, as a subject of its own.
          *found = std::move(steps);
          return Follow<v1::ChangeRequest>(policy, organization, now, parts, i + 1, only.changes(0),
                                           found);
        }
      }
    }
  }
  found->insert(found->end(), steps.begin(), steps.end());
  return true;
}

// How many steps lead to the change or release that holds the fact.
size_t StepsToSubject(const FactPlace& place) {
  const bool in_change = place.steps.size() > 1 && place.steps[0].index >= 0 &&
                         place.steps[0].field->message_type() == v1::ChangeRequest::descriptor();
  return in_change ? 1 : 0;
}

}  // namespace

const Message* FactPlace::HolderIn(const Message& subject) const {
  return Holder(subject, steps, false);
}

Message* FactPlace::HolderIn(Message* subject) const {
  return MutableHolder(steps, steps.size() - 1, false, subject);
}

Message* FactPlace::OwnerIn(Message* subject) const {
  return MutableHolder(steps, StepsToSubject(*this), false, subject);
}

std::string FactPlace::key() const {
  std::string key;
  for (const Step& step : steps) {
    StrAppend(&key, ".", step.field->name());
    if (step.index >= 0) StrAppend(&key, "[", step.index, "]");
    if (!step.key.empty()) StrAppend(&key, "[\"", step.key, "\"]");
  }
  return key;
}

std::string FactPlace::statement() const {
  std::string path;
  for (size_t i = StepsToSubject(*this); i < steps.size(); ++i) {
    StrAppend(&path, path.empty() ? "" : ".", steps[i].field->name());
  }
  return path;
}

template <typename SubjectMessage>
std::optional<FactPlace> FindFact(const CheckedPolicy& policy,
                                  const BoundOrganization& organization,
                                  const SubjectMessage& subject, absl::Time now,
                                  std::string_view path) {
  const bool is_change = std::is_same_v<SubjectMessage, v1::ChangeRequest>;
  const auto parts = Split(path, is_change ? "change" : "release");
  FactPlace place;
  if (!parts.has_value() || parts->empty() ||
      !Follow(policy, organization, now, *parts, 0, subject, &place.steps) ||
      place.steps.back().index >= 0) {
    return std::nullopt;
  }
  return place;
}

template std::optional<FactPlace> FindFact(const CheckedPolicy&, const BoundOrganization&,
                                           const v1::ChangeRequest&, absl::Time, std::string_view);
template std::optional<FactPlace> FindFact(const CheckedPolicy&, const BoundOrganization&,
                                           const v1::Release&, absl::Time, std::string_view);

namespace {

template <typename SubjectMessage>
void AppendPath(const CheckedPolicy& policy, const BoundOrganization& organization, absl::Time now,
                const std::vector<FactPlace::Step>& place, size_t from, SubjectMessage only,
                std::string* path) {
  std::vector<FactPlace::Step> steps;
  for (size_t i = from; i < place.size(); ++i) {
    const FactPlace::Step& step = place[i];
    steps.push_back(step);
    StrAppend(path, ".", step.field->name());
    if (step.field->is_map()) {
      const bool plain = step.field->name() == "facts";
      StrAppend(path, plain ? "." : "[\"", step.key, plain ? "" : "\"]");
    }
    if (step.index < 0) continue;
    const Message& holder = *Holder(only, steps, true);
    const int size = holder.GetReflection()->FieldSize(holder, step.field);
    for (int bound = 0; bound < size; ++bound) {
      SubjectMessage one = only;
      if (FindElement(policy, organization, now, steps, bound, &one) != step.index) continue;
      StrAppend(path, "[", bound, "]");
      only = std::move(one);
      break;
    }
    if constexpr (std::is_same_v<SubjectMessage, v1::Release>) {
      if (step.field->message_type() == v1::ChangeRequest::descriptor()) {
        AppendPath<v1::ChangeRequest>(policy, organization, now, place, i + 1, only.changes(0),
                                      path);
        return;
      }
    }
  }
}

}  // namespace

template <typename SubjectMessage>
std::string PathOf(const CheckedPolicy& policy, const BoundOrganization& organization,
                   const SubjectMessage& subject, absl::Time now, const FactPlace& place) {
  std::string path = std::is_same_v<SubjectMessage, v1::ChangeRequest> ? "change" : "release";
  AppendPath(policy, organization, now, place.steps, 0, subject, &path);
  return path;
}

template std::string PathOf(const CheckedPolicy&, const BoundOrganization&,
                            const v1::ChangeRequest&, absl::Time, const FactPlace&);
template std::string PathOf(const CheckedPolicy&, const BoundOrganization&, const v1::Release&,
                            absl::Time, const FactPlace&);

}  // namespace changepolicy
