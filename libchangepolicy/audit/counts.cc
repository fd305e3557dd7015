#include "libchangepolicy/audit/counts.h"

#include <utility>

#include "libchangepolicy/audit/entry_kind.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

std::string MonthOf(absl::Time at) { return absl::FormatTime("%E4Y-%m", at, absl::UTCTimeZone()); }

void AddCount(std::string name, int64_t count,
              google::protobuf::RepeatedPtrField<v1::AuditCount>* counts) {
  v1::AuditCount& told = *counts->Add();
  told.set_name(std::move(name));
  told.set_count(count);
}

}  // namespace

bool Counts::Covers(absl::Time at) const {
  return (!options_.start || *options_.start <= at) && (!options_.end || at < *options_.end);
}

void Counts::Add(const LoggedEntry& entry) {
  ++kinds_[EntryKind(entry.entry)];
  if (!entry.decision) return;
  const v1::Decision& decision = entry.decision->decision;
  const absl::Time now = FromProto(decision.now());
  if (!Covers(now)) return;
  ++verdicts_[decision.verdict()];
  v1::AuditMonth& month = months_[MonthOf(now)];
  month.set_decisions(month.decisions() + 1);
  if (decision.verdict() == v1::VERDICT_ALLOWED) month.set_allowed(month.allowed() + 1);
  if (decision.subject_kind() == v1::SUBJECT_KIND_CHANGE) {
    categories_[decision.subject_id()] = decision.categorization().category();
  }
}

void Counts::Write(const Examination& examination, v1::AuditReport* report) const {
  std::map<std::string, v1::AuditMonth> months = months_;
  for (const Deployed& deployed : examination.deployments) {
    if (!Covers(deployed.at)) continue;
    v1::AuditMonth& month = months[MonthOf(deployed.at)];
    month.set_deployments(month.deployments() + 1);
    if (deployed.trail == nullptr || !deployed.governing.flaws.empty()) {
      month.set_unauthorized(month.unauthorized() + 1);
    }
    if (deployed.trail != nullptr &&
        examination.CategoryOf(*deployed.trail, deployed.at) == v1::CATEGORY_EMERGENCY) {
      month.set_emergencies(month.emergencies() + 1);
    }
  }
  for (const v1::AuditFinding& finding : examination.findings.findings()) {
    if (!finding.has_at()) continue;
    v1::AuditMonth& month = months[MonthOf(FromProto(finding.at()))];
    month.set_findings(month.findings() + 1);
  }
  for (auto& [name, month] : months) {
    month.set_month(name);
    *report->add_months() = month;
  }
  std::map<int, int64_t> categories;
  for (const auto& [change, category] : categories_) ++categories[category];
  for (const auto& [category, count] : categories) {
    AddCount(ValueName(*v1::Category_descriptor(), category), count, report->mutable_categories());
  }
  for (const auto& [verdict, count] : verdicts_) {
    AddCount(ValueName(*v1::Verdict_descriptor(), verdict), count, report->mutable_verdicts());
  }
  for (const auto& [kind, count] : kinds_) AddCount(kind, count, report->mutable_entries());
}

}  // namespace changepolicy
