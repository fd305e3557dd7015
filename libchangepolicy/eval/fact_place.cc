#include "libchangepolicy/eval/fact_place.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <typename SubjectMessage>
constexpr std::string_view kRoot =
    std::is_same_v<SubjectMessage, v1::ChangeRequest> ? "change" : "release";

// The parts after the root; nothing for what is no path, like a call.
std::optional<std::vector<FactPathPart>> Split(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  std::vector<FactPathPart> parts;
  while (!path.empty()) {
    if (path.starts_with("[\"")) {
      const size_t end = path.find("\"]", 2);
      if (end == std::string_view::npos) return std::nullopt;
      parts.push_back({.name = std::string(path.substr(2, end - 2)), .is_key = true});
      path.remove_prefix(end + 2);
    } else if (path.starts_with("[")) {
      const size_t end = path.find(']');
      FactPathPart part;
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

// The message that holds the field of the last step; null where it is not there.
const Message* Holder(const Message& subject, const std::vector<FactPlace::Step>& steps) {
  const Message* message = &subject;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const Reflection& reflection = *message->GetReflection();
    if (!steps[i].field->is_repeated()) {
      message = &reflection.GetMessage(*message, steps[i].field);
      continue;
    }
    if (steps[i].index >= reflection.FieldSize(*message, steps[i].field)) return nullptr;
    message = &reflection.GetRepeatedMessage(*message, steps[i].field, steps[i].index);
  }
  return message;
}

Message* MutableHolder(const std::vector<FactPlace::Step>& steps, size_t count, Message* message) {
  for (size_t i = 0; i < count; ++i) {
    const Reflection& reflection = *message->GetReflection();
    if (!steps[i].field->is_repeated()) {
      message = reflection.MutableMessage(message, steps[i].field);
      continue;
    }
    const int index = steps[i].index;
    if (index < 0 || index >= reflection.FieldSize(*message, steps[i].field)) return nullptr;
    message = reflection.MutableRepeatedMessage(message, steps[i].field, index);
  }
  return message;
}

bool HoldsFields(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_map() &&
         field.message_type()->file()->package() == "changepolicy.v1";
}

// How many steps lead to the change or release that holds the fact.
size_t StepsToSubject(const FactPlace& place) {
  const bool in_change = place.steps.size() > 1 && place.steps[0].index >= 0 &&
                         place.steps[0].field->message_type() == v1::ChangeRequest::descriptor();
  return in_change ? 1 : 0;
}

}  // namespace

const Message* FactPlace::HolderIn(const Message& subject) const { return Holder(subject, steps); }

Message* FactPlace::HolderIn(Message* subject) const {
  return MutableHolder(steps, steps.size() - 1, subject);
}

Message* FactPlace::OwnerIn(Message* subject) const {
  return MutableHolder(steps, StepsToSubject(*this), subject);
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
std::optional<FactPlace> FactFinder<SubjectMessage>::Find(std::string_view path) {
  const std::optional<std::vector<FactPathPart>> parts = Split(path, kRoot<SubjectMessage>);
  FactPlace place;
  if (!parts.has_value() || parts->empty() || !Follow(*parts, 0, &place.steps) ||
      place.steps.back().index >= 0) {
    return std::nullopt;
  }
  return place;
}

template <typename SubjectMessage>
bool FactFinder<SubjectMessage>::Follow(const std::vector<FactPathPart>& parts, size_t from,
                                        std::vector<FactPlace::Step>* steps) {
  const google::protobuf::Descriptor* type = SubjectMessage::descriptor();
  std::string here;  // the path of what was reached
  for (size_t i = from; i < parts.size(); ++i) {
    if (parts[i].is_key || parts[i].index >= 0 || type == nullptr) return false;
    const FieldDescriptor* const field = type->FindFieldByName(parts[i].name);
    if (field == nullptr) return false;
    type = HoldsFields(*field) ? field->message_type() : nullptr;
    steps->push_back({.field = field});
    if (i + 1 == parts.size()) break;
    here = PathBelow(here, field->name());
    if (field->is_map()) {
      steps->back().key = parts[++i].name;
    } else if (field->is_repeated()) {
      if (type == nullptr || parts[i + 1].index < 0) return false;
      const std::vector<int>& order = OrderOf(here);
      const auto wanted = static_cast<size_t>(parts[++i].index);
      if (wanted >= order.size() || order[wanted] == kNoPlace || i + 1 == parts.size()) {
        return false;
      }
      steps->back().index = order[wanted];
      if (IsChange(type)) return OfChange(order[wanted]).Follow(parts, i + 1, steps);
      here = PathOfElement(here, order[wanted]);
    }
  }
  return true;
}

template <typename SubjectMessage>
std::string FactFinder<SubjectMessage>::PathOf(const FactPlace& place) {
  std::string path(kRoot<SubjectMessage>);
  AppendPath(place, 0, &path);
  return path;
}

template <typename SubjectMessage>
void FactFinder<SubjectMessage>::AppendPath(const FactPlace& place, size_t from,
                                            std::string* path) {
  std::string here;
  for (size_t i = from; i < place.steps.size(); ++i) {
    const FactPlace::Step& step = place.steps[i];
    StrAppend(path, ".", step.field->name());
    if (step.field->is_map()) {
      const bool plain = step.field->name() == "facts";
      StrAppend(path, plain ? "." : "[\"", step.key, plain ? "" : "\"]");
    }
    here = PathBelow(here, step.field->name());
    if (step.index < 0) continue;
    const std::vector<int>& order = OrderOf(here);
    const auto bound = std::find(order.begin(), order.end(), step.index);
    if (bound != order.end()) StrAppend(path, "[", bound - order.begin(), "]");
    if (IsChange(step.field->message_type())) {
      return OfChange(step.index).AppendPath(place, i + 1, path);
    }
    here = PathOfElement(here, step.index);
  }
}

template <typename SubjectMessage>
const std::vector<int>& FactFinder<SubjectMessage>::OrderOf(std::string_view list) {
  static const std::vector<int> kEmpty;
  if (!order_.has_value()) {
    order_ =
        Subject::OrderOf(subject_, policy_.policy(), organization_, now_).value_or(ElementOrder());
  }
  const auto found = order_->find(list);
  return found == order_->end() ? kEmpty : found->second;
}

template <typename SubjectMessage>
bool FactFinder<SubjectMessage>::IsChange(const google::protobuf::Descriptor* type) {
  return std::is_same_v<SubjectMessage, v1::Release> && type == v1::ChangeRequest::descriptor();
}

template <typename SubjectMessage>
FactFinder<v1::ChangeRequest>& FactFinder<SubjectMessage>::OfChange(int index) {
  std::unique_ptr<FactFinder<v1::ChangeRequest>>& finder = changes_[index];
  if constexpr (std::is_same_v<SubjectMessage, v1::Release>) {
    if (finder == nullptr) {
      finder = std::make_unique<FactFinder<v1::ChangeRequest>>(policy_, organization_,
                                                               subject_.changes(index), now_);
    }
  }
  return *finder;
}

template class FactFinder<v1::ChangeRequest>;
template class FactFinder<v1::Release>;

}  // namespace changepolicy
