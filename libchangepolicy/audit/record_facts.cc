#include "libchangepolicy/audit/record_facts.h"

#include <cctype>
#include <cstdlib>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/evidence.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

absl::Time TimeField(const Message& message, const char* name) {
  const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() ||
      field->message_type() != Timestamp::descriptor() ||
      !message.GetReflection()->HasField(message, field)) {
    return absl::InfinitePast();
  }
  return FromProto(
      static_cast<const Timestamp&>(message.GetReflection()->GetMessage(message, field)));
}

bool IsWalked(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_map() &&
         field.name() != "snapshot" && field.message_type() != v1::ChangeRequest::descriptor() &&
         field.message_type()->file()->package() == "changepolicy.v1";
}

RecordKey KeyOfBytes(const std::string& bytes) {
  constexpr size_t kDigits = 16;  // of 64 bits
  const std::string digest = Sha256(bytes);
  const size_t start = digest.find(':') + 1;
  const auto number = [&](size_t from) {
    return std::strtoull(digest.substr(from, kDigits).c_str(), nullptr, 16);
  };
  return {number(start), number(start + kDigits)};
}

// A record with fields of a newer schema has no canonical form; its bytes stand for it.
RecordKey KeyOfWhole(const Message& record) {
  const absl::StatusOr<std::string> canonical = CanonicalBytes(record);
  const std::string prefix = StrCat(record.GetDescriptor()->name(), ":");
  return KeyOfBytes(prefix + (canonical.ok() ? *canonical : record.SerializeAsString()));
}

// `HealthCheck` in words.
std::string Words(const std::string& name) {
  std::string words;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !words.empty()) words.push_back(' ');
    words.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return words;
}

}  // namespace

RecordKey KeyOfRecord(const Message& record) {
  if (record.GetDescriptor() == v1::Veto::descriptor()) {
    v1::Veto veto = static_cast<const v1::Veto&>(record);
    veto.clear_lifted_by();
    veto.clear_lifted_at();
    veto.clear_lift_recorded_at();
    return KeyOfWhole(veto);
  }
  if (record.GetDescriptor() == v1::Deployment::descriptor()) {
    v1::Deployment deployment = static_cast<const v1::Deployment&>(record);
    deployment.clear_subject_id();
    return KeyOfWhole(deployment);
  }
  return KeyOfWhole(record);
}

RecordTimes TimesOfRecord(const Message& record) {
  return {TimeField(record, "happened_at"), TimeField(record, "recorded_at")};
}

std::string NameOfRecord(const Message& record) {
  const std::string words = Words(record.GetDescriptor()->name());
  const Reflection& reflection = *record.GetReflection();
  const FieldDescriptor* const id = record.GetDescriptor()->FindFieldByName("id");
  if (id != nullptr && !reflection.GetString(record, id).empty()) {
    return StrCat(words, " ", reflection.GetString(record, id));
  }
  const FieldDescriptor* const number = record.GetDescriptor()->FindFieldByName("number");
  if (number != nullptr) return StrCat(words, " ", reflection.GetInt32(record, number));
  return StrCat(words, " of ", UtcText(TimesOfRecord(record).happened_at));
}

void ForEachRecord(const Message& subject, absl::FunctionRef<void(const Message& record)> visit) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection& reflection = *subject.GetReflection();
  reflection.ListFields(subject, &fields);
  const auto step_into = [&](const Message& message) {
    if (TimesOfRecord(message).AreKnown()) visit(message);
    ForEachRecord(message, visit);
  };
  for (const FieldDescriptor* const field : fields) {
    if (!IsWalked(*field)) continue;
    if (!field->is_repeated()) {
      step_into(reflection.GetMessage(subject, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(subject, field); ++i) {
      step_into(reflection.GetRepeatedMessage(subject, field, i));
    }
  }
}

}  // namespace changepolicy
