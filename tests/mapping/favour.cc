#include "tests/mapping/favour.h"

#include <algorithm>
#include <cctype>
#include <functional>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

using google::protobuf::RepeatedPtrField;
using google::protobuf::util::MessageDifferencer;

// Lists of records, which are compared record by record.
const std::set<std::string> kRecords = {"approvals", "vetoes", "evidence", "deployments"};
// An entry less makes them narrower: fewer people who must not approve, fewer places that it goes
// to. None at all is unknown, but for lists of whom only a record tells.
const std::set<std::string> kWholeOrUnknown = {"people.authors", "environments", "paths", "kinds",
                                               "assets"};
const std::set<std::string> kNeverLess = {"people.coAuthors", "people.committers",
                                          "people.implementers", "people.deployers"};
// More of them is worse: an edit voids approvals.
constexpr std::string_view kEdits = "revisions.";

struct Subject {
  const RepeatedPtrField<v1::Approval>* approvals;
  const RepeatedPtrField<v1::Veto>* vetoes;
  const RepeatedPtrField<v1::Evidence>* evidence;
  const RepeatedPtrField<v1::Deployment>* deployments;
  // Values of all other fields, by path; elements of lists without their index.
  std::map<std::string, std::set<std::string>> facts;
};

void CollectFacts(const google::protobuf::Value& value, const std::string& path,
                  std::map<std::string, std::set<std::string>>* facts) {
  if (value.has_struct_value()) {
    for (const auto& [key, inner] : value.struct_value().fields()) {
      if (path.empty() && kRecords.contains(key)) continue;
      CollectFacts(inner, path.empty() ? key : path + "." + key, facts);
    }
  } else if (value.has_list_value()) {
    for (const auto& inner : value.list_value().values()) CollectFacts(inner, path, facts);
  } else {
    (*facts)[path].insert(value.has_string_value() ? value.string_value()
                                                   : value.ShortDebugString());
  }
}

template <typename T>
Subject RecordsOf(const T& subject) {
  return {&subject.approvals(), &subject.vetoes(), &subject.evidence(), &subject.deployments(), {}};
}

Subject Read(const google::protobuf::Message& message) {
  const auto* change = dynamic_cast<const v1::ChangeRequest*>(&message);
  Subject subject =
      change != nullptr ? RecordsOf(*change) : RecordsOf(dynamic_cast<const v1::Release&>(message));
  std::string json;
  google::protobuf::Value value;
  google::protobuf::util::MessageToJsonString(message, &json);
  google::protobuf::util::JsonStringToMessage(json, &value);
  CollectFacts(value, "", &subject.facts);
  return subject;
}

bool Approves(const v1::Approval& approval) {
  return approval.kind() == v1::APPROVAL_KIND_APPROVED ||
         approval.kind() == v1::APPROVAL_KIND_CONDITIONAL;
}

// Whether the approval says no more than the other did. It may have lost its time, without which it
// is not known to come before or after anything, but nothing of what limits it.
bool IsNoMore(v1::Approval approval, v1::Approval than) {
  if (!approval.has_happened_at()) than.clear_happened_at();
  if (!approval.has_recorded_at()) than.clear_recorded_at();
  if (approval.trust() < than.trust()) than.set_trust(approval.trust());
  for (v1::Approval* each : {&approval, &than}) {
    each->clear_id();
    each->clear_comment();
  }
  return MessageDifferencer::Equals(approval, than);
}

// Counts of findings that are not told are unknown; those that are must be the same.
bool IsNoMore(v1::Evidence evidence, v1::Evidence than) {
  if (!evidence.has_happened_at()) than.clear_happened_at();
  if (!evidence.has_recorded_at()) than.clear_recorded_at();
  if (!evidence.has_digest()) than.clear_digest();
  if (!evidence.has_revision()) than.clear_revision();
  // Where it ran is asked for by name: no place is none of them.
  if (evidence.environment() == v1::ENVIRONMENT_UNSPECIFIED) than.clear_environment();
  if (!evidence.has_findings_critical()) than.clear_findings_critical();
  if (!evidence.has_findings_high()) than.clear_findings_high();
  if (!evidence.has_findings_medium()) than.clear_findings_medium();
  if (!evidence.has_findings_low()) than.clear_findings_low();
  if (evidence.trust() < than.trust()) than.set_trust(evidence.trust());
  if (evidence.source().empty()) than.clear_source();
  for (v1::Evidence* each : {&evidence, &than}) {
    each->clear_id();
    each->clear_url();
    each->clear_reason();
  }
  return MessageDifferencer::Equals(evidence, than);
}

bool IsNoMore(v1::Deployment deployment, v1::Deployment than) {
  if (!deployment.has_happened_at()) than.clear_happened_at();
  if (!deployment.has_recorded_at()) than.clear_recorded_at();
  if (deployment.by().empty()) than.clear_by();
  deployment.clear_id();
  than.clear_id();
  return MessageDifferencer::Equals(deployment, than);
}

bool Passed(v1::Conclusion conclusion) {
  return conclusion == v1::CONCLUSION_PASSED || conclusion == v1::CONCLUSION_NOT_APPLICABLE;
}

template <typename Record>
bool HasPassed(const Record& record) {
  return Passed(record.conclusion());
}

template <typename Record>
bool HasFailed(const Record& record) {
  return record.conclusion() == v1::CONCLUSION_FAILED ||
         record.conclusion() == v1::CONCLUSION_TIMED_OUT;
}

bool Stands(const v1::Veto& veto) { return veto.lifted_by().empty() && !veto.has_lifted_at(); }

template <typename Record>
int Count(const RepeatedPtrField<Record>& records, bool (*is)(const Record&)) {
  return static_cast<int>(std::count_if(records.begin(), records.end(), is));
}

// Those that are so in `after` and say more than any in `before` that was so.
template <typename Record>
void FindInvented(const std::string& what, const RepeatedPtrField<Record>& before,
                  const RepeatedPtrField<Record>& after, bool (*is)(const Record&),
                  Complaints* complaints) {
  for (const Record& record : after) {
    if (!is(record)) continue;
    const bool was_there = std::any_of(before.begin(), before.end(), [&](const Record& each) {
      return is(each) && IsNoMore(record, each);
    });
    if (!was_there) complaints->push_back("new " + what + " " + record.ShortDebugString());
  }
}

template <typename Record>
void FindForgotten(const std::string& what, const RepeatedPtrField<Record>& before,
                   const RepeatedPtrField<Record>& after, bool (*is)(const Record&),
                   const std::function<bool(const Record&, const Record&)>& same,
                   Complaints* complaints) {
  for (const Record& record : before) {
    if (!is(record)) continue;
    const bool is_there = std::any_of(after.begin(), after.end(), [&](const Record& each) {
      return is(each) && same(record, each);
    });
    if (!is_there) complaints->push_back("lost " + what + " " + record.ShortDebugString());
  }
}

bool Withdraws(const v1::Approval& approval) {
  return approval.kind() == v1::APPROVAL_KIND_WITHDRAWN;
}

void Clear(const std::string& field, google::protobuf::Message* message) {
  message->GetReflection()->ClearField(message, message->GetDescriptor()->FindFieldByName(field));
}

void AddOnce(const std::string& key, const std::string& value,
             std::multimap<std::string, std::string>* map) {
  const auto [begin, end] = map->equal_range(key);
  const bool is_there =
      std::any_of(begin, end, [&](const auto& entry) { return entry.second == value; });
  if (!is_there) map->emplace(key, value);
}

bool LooksLikeWord(const std::string& text) {
  return text.find('_') != std::string::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '_' || std::isupper(static_cast<unsigned char>(c)) != 0;
         });
}

}  // namespace

Complaints Invented(const google::protobuf::Message& before,
                    const google::protobuf::Message& after) {
  const Subject was = Read(before), is = Read(after);
  Complaints complaints;
  FindInvented<v1::Approval>("approval", *was.approvals, *is.approvals, Approves, &complaints);
  FindInvented<v1::Evidence>("pass", *was.evidence, *is.evidence, HasPassed, &complaints);
  FindInvented<v1::Deployment>("deployment", *was.deployments, *is.deployments, HasPassed,
                               &complaints);
  for (const auto& [path, values] : is.facts) {
    if (path.starts_with(kEdits)) continue;
    const auto found = was.facts.find(path);
    for (const std::string& value : values) {
      if (found == was.facts.end() || !found->second.contains(value)) {
        complaints.push_back("new fact " + path + " = " + value.substr(0, 100));
      }
    }
  }
  return complaints;
}

Complaints Forgotten(const google::protobuf::Message& before,
                     const google::protobuf::Message& after) {
  const Subject was = Read(before), is = Read(after);
  Complaints complaints;
  FindForgotten<v1::Approval>(
      "withdrawal", *was.approvals, *is.approvals, Withdraws,
      [](const v1::Approval& a, const v1::Approval& b) { return a.by() == b.by(); }, &complaints);
  FindForgotten<v1::Evidence>(
      "failure", *was.evidence, *is.evidence, HasFailed,
      [](const v1::Evidence& a, const v1::Evidence& b) { return a.type() == b.type(); },
      &complaints);
  FindForgotten<v1::Deployment>(
      "failure", *was.deployments, *is.deployments, HasFailed,
      [](const v1::Deployment& a, const v1::Deployment& b) {
        return a.environment() == b.environment();
      },
      &complaints);
  // Whose an objection is may be lost, but not that there is one.
  if (Count(*is.vetoes, Stands) < Count(*was.vetoes, Stands)) complaints.push_back("lost veto");
  for (const auto& [path, values] : was.facts) {
    const bool never_less = kNeverLess.contains(path);
    if (!never_less && !kWholeOrUnknown.contains(path)) continue;
    const auto found = is.facts.find(path);
    if (found == is.facts.end() && !never_less) continue;
    for (const std::string& value : values) {
      if (found == is.facts.end() || !found->second.contains(value)) {
        complaints.push_back("lost " + path + " = " + value);
      }
    }
  }
  return complaints;
}

Weight WeightOf(const std::map<std::string, std::unique_ptr<google::protobuf::Message>>& subjects) {
  Weight weight;
  for (const auto& [id, message] : subjects) {
    const Subject subject = Read(*message);
    for (v1::Approval approval : *subject.approvals) {
      if (!Approves(approval)) continue;
      for (const char* const field : {"id", "comment", "happened_at", "recorded_at"}) {
        Clear(field, &approval);
      }
      const std::string what = StrCat(approval.by(), " ", approval.revision_digest());
      AddOnce(what, approval.ShortDebugString(), &weight.approvals);
      if (approval.revision() == 0 && approval.revision_digest().empty()) {
        AddOnce(approval.by(), "for every commit", &weight.unlimited);
      }
      if (approval.environment() == v1::ENVIRONMENT_UNSPECIFIED) {
        AddOnce(approval.by(), "for every environment", &weight.unlimited);
      }
    }
    for (const v1::Evidence& evidence : *subject.evidence) {
      if (HasPassed(evidence)) {
        weight.passed.insert(StrCat(evidence.type(), " ", evidence.digest(), " ",
                                    evidence.revision(), " ", evidence.source()));
      }
    }
    for (const v1::Deployment& deployment : *subject.deployments) {
      if (HasPassed(deployment)) weight.passed.insert(StrCat("deployment ", deployment.id()));
    }
    for (const v1::Veto& veto : *subject.vetoes) {
      if (!Stands(veto)) weight.lifted.insert(veto.by());
    }
    for (const auto& [path, values] : subject.facts) {
      for (const std::string& value : values) {
        if (LooksLikeWord(value)) weight.words.insert(StrCat(path, " = ", value));
      }
    }
  }
  return weight;
}

}  // namespace changepolicy
