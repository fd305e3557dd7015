#include "libchangepolicy/audit/seal.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "changepolicy/v1/audit.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/audit/seal_plan.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxDepth = 200;

absl::Status TooDeep() {
  return ResourceExhausted(StrCat("messages are nested more than ", kMaxDepth, " deep"));
}

// Indices of a map's entries by key: where commitments are made in the order of the hash, nobody
// could make them again in the same one.
std::vector<int> InOrderOfKeys(const Message& holder, const FieldDescriptor& map) {
  const Reflection& reflection = *holder.GetReflection();
  const FieldDescriptor* const key = map.message_type()->map_key();
  std::vector<std::pair<std::string, int>> keys;
  for (int i = 0; i < reflection.FieldSize(holder, &map); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(holder, &map, i);
    keys.emplace_back(entry.GetReflection()->GetString(entry, key), i);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<int> indices;
  indices.reserve(keys.size());
  for (const auto& [unused, index] : keys) indices.push_back(index);
  return indices;
}

// Goes over all text of a message. Without commitments it only looks for personal values.
class Sealer {
 public:
  struct Options {
    Commitments* commitments = nullptr;
    PersonalValues* seen = nullptr;         // gets what is personal
    const PersonalValues* named = nullptr;  // of a Decision: whom texts may name
  };
  Sealer(const SealPlan& plan, Options options) : plan_(plan), options_(options) {}

  // `to` is the message itself; null where nothing is sealed.
  absl::Status Seal(const SealedMessage& as, const Message& message, Message* to) {
    if (where_.size() > kMaxDepth) return TooDeep();
    if (as.declared && as.type == google::protobuf::Value::descriptor()) {
      CP_RETURN_IF_ERROR(CheckIsText(message));
    }
    const Reflection& reflection = *message.GetReflection();
    const bool about_people =
        options_.named != nullptr && as.path != nullptr &&
        plan_.LeadsToPersonal(reflection.GetStringReference(message, as.path, &scratch_));
    for (const SealedField& field : as.fields) {
      CP_RETURN_IF_ERROR(
          SealField(field, about_people && field.field != as.path, reflection, message, to));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status SealField(const SealedField& as, bool about_people, const Reflection& reflection,
                         const Message& message, Message* to) {
    const FieldDescriptor* const field = as.field;
    const bool personal = as.personal || (about_people && as.may_name_people);
    if (!field->is_repeated()) {
      if (!reflection.HasField(message, field)) return absl::OkStatus();
      if (!as.is_text) {
        return Inside(*as.inside, FromAbsl(field->name()), reflection.GetMessage(message, field),
                      to == nullptr ? nullptr : reflection.MutableMessage(to, field));
      }
      CP_ASSIGN_OR_RETURN(std::optional<std::string> sealed,
                          SealText(reflection.GetStringReference(message, field, &scratch_),
                                   personal, as.may_name_people));
      if (sealed.has_value()) reflection.SetString(to, field, *std::move(sealed));
      return absl::OkStatus();
    }
    if (field->is_map()) return SealMap(as, message, to);
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      if (!as.is_text) {
        CP_RETURN_IF_ERROR(Inside(
            *as.inside, FromAbsl(field->name()), reflection.GetRepeatedMessage(message, field, i),
            to == nullptr ? nullptr : reflection.MutableRepeatedMessage(to, field, i)));
        continue;
      }
      CP_ASSIGN_OR_RETURN(
          std::optional<std::string> sealed,
          SealText(reflection.GetRepeatedStringReference(message, field, i, &scratch_), personal,
                   as.may_name_people));
      if (sealed.has_value()) reflection.SetRepeatedString(to, field, i, *std::move(sealed));
    }
    return absl::OkStatus();
  }

  absl::Status SealMap(const SealedField& as, const Message& message, Message* to) {
    const Reflection& reflection = *message.GetReflection();
    const FieldDescriptor* const key_field = as.field->message_type()->map_key();
    const FieldDescriptor* const value_field = as.field->message_type()->map_value();
    for (const int i : InOrderOfKeys(message, *as.field)) {
      const Message& entry = reflection.GetRepeatedMessage(message, as.field, i);
      Message* const to_entry =
          to == nullptr ? nullptr : reflection.MutableRepeatedMessage(to, as.field, i);
      const Reflection& parts = *entry.GetReflection();
      const std::string key = parts.GetString(entry, key_field);
      const bool declared = as.personal_keys.find(key) != as.personal_keys.end();
      CP_ASSIGN_OR_RETURN(std::optional<std::string> sealed,
                          SealText(key, as.personal_names, false));
      if (sealed.has_value()) parts.SetString(to_entry, key_field, *std::move(sealed));
      if (as.inside != nullptr) {
        where_.push_back(FromAbsl(as.field->name()));
        const absl::Status status = Inside(
            declared ? *as.inside_personal : *as.inside, key, parts.GetMessage(entry, value_field),
            to_entry == nullptr ? nullptr : parts.MutableMessage(to_entry, value_field));
        where_.pop_back();
        CP_RETURN_IF_ERROR(status);
        continue;
      }
      CP_ASSIGN_OR_RETURN(
          sealed, SealText(parts.GetString(entry, value_field), as.personal || declared, false));
      if (sealed.has_value()) parts.SetString(to_entry, value_field, *std::move(sealed));
    }
    return absl::OkStatus();
  }

  absl::Status Inside(const SealedMessage& as, std::string_view name, const Message& message,
                      Message* to) {
    where_.push_back(name);
    const absl::Status status = Seal(as, message, to);
    where_.pop_back();
    return status;
  }

  // Nothing where the text stays as it is.
  absl::StatusOr<std::optional<std::string>> SealText(const std::string& text, bool personal,
                                                      bool may_name_people) {
    std::optional<std::string> sealed;
    if (text.empty()) return sealed;
    if (personal && options_.seen != nullptr) options_.seen->Add(text);
    if (options_.commitments == nullptr) return sealed;
    const bool names =
        may_name_people && options_.named != nullptr && options_.named->AreNamedIn(text);
    if (personal || names || IsCommitment(text)) {
      CP_ASSIGN_OR_RETURN(sealed, options_.commitments->Commit(text));
    }
    return sealed;
  }

  absl::Status CheckIsText(const Message& message) const {
    const auto* const value =
        google::protobuf::DynamicCastToGenerated<const google::protobuf::Value>(&message);
    if (value == nullptr || (value->kind_case() != google::protobuf::Value::kNumberValue &&
                             value->kind_case() != google::protobuf::Value::kBoolValue)) {
      return absl::OkStatus();
    }
    std::string path;
    for (const std::string_view name : where_) StrAppend(&path, path.empty() ? "" : ".", name);
    return InvalidArgument(StrCat("`", Printable(path),
                                  "` is declared as personal data and holds a ",
                                  value->has_number_value() ? "number" : "boolean",
                                  "; only text can be kept as a commitment"));
  }

  const SealPlan& plan_;
  const Options options_;
  std::vector<std::string_view> where_;  // names of the fields that lead to the message
  std::string scratch_;
};

absl::Status Seal(const SealRules& rules, const Sealer::Options& options, const Message& message,
                  Message* to) {
  const SealedMessage* const as = rules.plan().Find(*message.GetDescriptor());
  if (as == nullptr || as->type == v1::Decision::descriptor()) {
    return InvalidArgument(
        StrCat("a ", message.GetDescriptor()->name(), " is no record that can be sealed"));
  }
  if (const std::vector<std::string> unknown = UnknownFields(message); !unknown.empty()) {
    return InvalidArgument(
        StrCat("field `", unknown[0], "` is not known here; whether it is personal neither"));
  }
  return Sealer(rules.plan(), options).Seal(*as, message, to);
}

// Puts values in place of commitments.
class Opener {
 public:
  explicit Opener(Commitments* commitments) : commitments_(*commitments) {}

  bool complete() const { return complete_; }

  absl::Status Open(Message* message, size_t depth) {
    if (depth > kMaxDepth) return TooDeep();
    if (message->GetDescriptor() == v1::Erasure::descriptor()) return absl::OkStatus();
    const Reflection& reflection = *message->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*message, &fields);
    for (const FieldDescriptor* const field : fields) {
      const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
      if (!is_text && field->message_type() == nullptr) continue;
      const int size = field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
      for (int i = 0; i < size; ++i) {
        if (is_text) {
          CP_RETURN_IF_ERROR(OpenText(message, field, i));
        } else {
          CP_RETURN_IF_ERROR(Open(field->is_repeated()
                                      ? reflection.MutableRepeatedMessage(message, field, i)
                                      : reflection.MutableMessage(message, field),
                                  depth + 1));
        }
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status OpenText(Message* message, const FieldDescriptor* field, int index) {
    const Reflection& reflection = *message->GetReflection();
    const std::string& text =
        field->is_repeated()
            ? reflection.GetRepeatedStringReference(*message, field, index, &scratch_)
            : reflection.GetStringReference(*message, field, &scratch_);
    if (!IsCommitment(text)) return absl::OkStatus();
    CP_ASSIGN_OR_RETURN(std::optional<std::string> value, commitments_.Open(text));
    if (!value.has_value()) {
      complete_ = false;
    } else if (field->is_repeated()) {
      reflection.SetRepeatedString(message, field, index, *std::move(value));
    } else {
      reflection.SetString(message, field, *std::move(value));
    }
    return absl::OkStatus();
  }

  Commitments& commitments_;
  bool complete_ = true;
  std::string scratch_;
};

}  // namespace

SealRules SealRulesOf(const v1::Policy& policy) {
  return SealRules(std::make_shared<const SealPlan>(policy.personal_data()));
}

absl::Status SealRecord(const SealRules& rules, Commitments* commitments, Message* record,
                        PersonalValues* seen) {
  return Seal(rules, {.commitments = commitments, .seen = seen}, *record, record);
}

absl::Status AddPersonalValues(const SealRules& rules, const Message& record,
                               PersonalValues* seen) {
  return Seal(rules, {.seen = seen}, record, nullptr);
}

absl::Status SealDecision(const SealRules& rules, Commitments* commitments,
                          const PersonalValues& values, const SealedDigests& digests,
                          v1::Decision* decision) {
  decision->clear_rendering();
  CP_RETURN_IF_ERROR(
      Sealer(rules.plan(), {.commitments = commitments, .named = &values})
          .Seal(*rules.plan().Find(*v1::Decision::descriptor()), *decision, decision));
  if (!digests.subject.empty() && !decision->subject_digest().empty()) {
    decision->set_subject_digest(digests.subject);
  }
  if (!digests.directory.empty()) decision->set_directory_digest(digests.directory);
  if (!digests.ledger.empty()) decision->set_ledger_digest(digests.ledger);
  return absl::OkStatus();
}

absl::StatusOr<bool> OpenRecord(Commitments* commitments, Message* message) {
  Opener opener(commitments);
  CP_RETURN_IF_ERROR(opener.Open(message, 0));
  return opener.complete();
}

}  // namespace changepolicy
