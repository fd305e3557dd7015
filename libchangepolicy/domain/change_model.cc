#include "libchangepolicy/domain/change_model.h"

#include <algorithm>
#include <string>

#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/field_values.h"
#include "libchangepolicy/domain/instants.h"
#include "libchangepolicy/domain/wilson.h"

namespace changepolicy {
namespace {

const v1::ChangeModel* FindModel(const v1::Directory& directory, std::string_view id) {
  const v1::ChangeModel* found = nullptr;
  for (const v1::ChangeModel& model : directory.change_models()) {
    if (model.id() != id) continue;
    if (found != nullptr) return nullptr;  // ambiguous
    found = &model;
  }
  return found;
}

bool IsValid(const v1::ChangeModel& model, const ModelQuestion& question,
             std::vector<absl::Time>* changes) {
  const auto is_person = [&question](const std::string& account) {
    return question.is_person ? question.is_person(account) : HasBareText(account);
  };
  if (!model.has_approved_at() ||
      std::none_of(model.approved_by().begin(), model.approved_by().end(), is_person)) {
    return false;
  }
  const absl::Time start = FromProto(model.approved_at());
  absl::Time end = absl::InfiniteFuture();
  if (model.has_expires_at()) end = std::min(end, FromProto(model.expires_at()));
  if (model.has_retired_at()) end = std::min(end, FromProto(model.retired_at()));
  if (start >= end) return false;
  NoteChange(start, question.now, changes);
  NoteChange(end, question.now, changes);
  return start <= question.now && question.now < end;
}

// Sorted, each once.
void FindDrift(const v1::ChangeModel& model, const flat::ChangeRequest& change, flat::Arena* arena,
               flat::Repeated<std::string_view>* drift) {
  for (const v1::FixedField& fixed : model.fixed()) {
    if (HasOnlyValues(flat::ChangeRequest::table(), &change, fixed.field(), fixed.values())) {
      continue;
    }
    if (std::find(drift->begin(), drift->end(), fixed.field()) == drift->end()) {
      drift->Add(fixed.field(), arena);
    }
  }
  std::sort(drift->begin(), drift->end());
}

bool IsDecertified(absl::Span<const ModelRun> runs, const v1::ModelTrust& trust) {
  if (trust.recent_failures() <= 0) return false;
  const bool limited =
      trust.recent_runs() > 0 && static_cast<size_t>(trust.recent_runs()) < runs.size();
  const auto end = limited ? runs.begin() + trust.recent_runs() : runs.end();
  return std::count_if(runs.begin(), end, [](const ModelRun& run) { return !run.successful; }) >=
         trust.recent_failures();
}

bool IsProvisional(const v1::ChangeModel& model, size_t runs, absl::Time now,
                   std::vector<absl::Time>* changes) {
  const bool by_runs = model.provisional_runs() > 0;
  if (by_runs && runs >= static_cast<size_t>(model.provisional_runs())) return false;
  if (!model.has_provisional_until()) return by_runs;
  const absl::Time until = FromProto(model.provisional_until());
  NoteChange(until, now, changes);
  return now < until;
}

bool IsProven(const flat::ModelAssessment& assessment, const v1::ModelTrust& trust) {
  return assessment.runs() >= std::max(1, trust.minimum_runs()) &&
         assessment.success_bound_ppm() > int64_t{1000} * trust.success_above_permille() &&
         assessment.success_bound_ppm() > 0;
}

}  // namespace

const flat::ModelAssessment* AssessModel(const ModelQuestion& question, flat::Arena* arena,
                                         std::vector<absl::Time>* changes) {
  flat::ModelAssessment& assessment = *arena->New<flat::ModelAssessment>();
  const std::string_view id = question.change->change_model();
  if (id.empty()) return &assessment;
  assessment.set_id(id);
  const v1::ChangeModel* model = FindModel(*question.directory, id);
  if (model == nullptr) return &assessment;
  assessment.set_known(true);
  assessment.set_valid(IsValid(*model, question, changes));
  FindDrift(*model, *question.change, arena, assessment.mutable_drift());

  const v1::ModelTrust& trust = *question.trust;
  const absl::Span<const ModelRun> runs = question.history->RunsOf(id, arena);
  assessment.set_runs(static_cast<int32_t>(runs.size()));
  assessment.set_successes(static_cast<int32_t>(
      std::count_if(runs.begin(), runs.end(), [](const ModelRun& run) { return run.successful; })));
  assessment.set_success_bound_ppm(
      WilsonLowerBoundPpm(assessment.successes(), assessment.runs(), trust.confidence_percent()));
  assessment.set_decertified(IsDecertified(runs, trust));
  assessment.set_provisional(IsProvisional(*model, runs.size(), question.now, changes));
  assessment.set_trusted(!assessment.decertified() &&
                         (assessment.provisional() || IsProven(assessment, trust)));
  return &assessment;
}

}  // namespace changepolicy
