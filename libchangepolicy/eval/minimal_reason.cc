#include "libchangepolicy/eval/minimal_reason.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/search_limit.h"
#include "libchangepolicy/eval/subject_parts.h"
#include "libchangepolicy/eval/visibility.h"

namespace changepolicy {
namespace {

template <typename SubjectMessage>
class Reasoner {
 public:
  Reasoner(const CheckedPolicy& policy, const BoundOrganization& organization,
           const DecideOptions& options, int limit)
      : policy_(policy), organization_(organization), options_(options), limit_(limit) {
    options_.detail = v1::DETAIL_VERDICT;
    options_.subject_digest = false;
  }

  absl::StatusOr<ReasonSearch> Run(const SubjectMessage& subject) {
    // As it stands at the instant, in canonical order.
    whole_ = subject;
    std::vector<absl::Time> changes;
    KeepVisible(options_.now, FromProto(policy_.policy().limits().clock_skew()), &whole_, &changes);
    CP_ASSIGN_OR_RETURN(const std::string canonical, CanonicalBytes(whole_));
    if (!whole_.ParseFromString(canonical)) {
      return Internal("the canonical form cannot be read back");
    }
    parts_ =
        PartsOf(whole_, std::is_same_v<SubjectMessage, v1::ChangeRequest> ? "change" : "release");
    kept_.assign(parts_.size(), true);
    CP_RETURN_IF_ERROR(Thin(0, parts_.size()));
    CP_RETURN_IF_ERROR(MakeMinimal());
    ReasonSearch search;
    if (!IsExhausted()) {
      CP_ASSIGN_OR_RETURN(const bool smallest, IsSmallest());
      search.reason.set_optimal(smallest && !IsExhausted());
      for (size_t i = 0; i < parts_.size(); ++i) {
        if (!kept_[i]) continue;
        v1::FactRead& fact = *search.reason.add_facts();
        fact.set_path(parts_[i].path);
        fact.set_value(parts_[i].value);
        fact.set_known(true);
      }
    }
    search.decisions = decisions_;
    return search;
  }

 private:
  bool IsExhausted() const { return decisions_ >= limit_; }

  // Whether what `kept` names suffices.
  absl::StatusOr<bool> Suffices(const std::vector<bool>& kept) {
    ++decisions_;
    const auto [known, is_new] = known_.try_emplace(kept, false);
    if (!is_new) return known->second;
    std::vector<const SubjectPart*> left_out;
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (!kept[i]) left_out.push_back(&parts_[i]);
    }
    SubjectMessage subject = whole_;
    LeaveOut(left_out, &subject);
    CP_ASSIGN_OR_RETURN(const v1::Verdict verdict,
                        DecideVerdict(policy_, organization_, subject, options_));
    known->second = verdict == v1::VERDICT_ALLOWED;
    return known->second;
  }

  // Leaves out what it can of the parts [begin, end), the last first.
  absl::Status Thin(size_t begin, size_t end) {
    if (begin == end || IsExhausted()) return absl::OkStatus();
    std::vector<bool> fewer = kept_;
    std::fill(fewer.begin() + static_cast<std::ptrdiff_t>(begin),
              fewer.begin() + static_cast<std::ptrdiff_t>(end), false);
    CP_ASSIGN_OR_RETURN(const bool suffices, Suffices(fewer));
    if (suffices) {
      kept_ = std::move(fewer);
      return absl::OkStatus();
    }
    if (end - begin == 1) return absl::OkStatus();
    const size_t middle = begin + (end - begin) / 2;
    CP_RETURN_IF_ERROR(Thin(middle, end));
    return Thin(begin, middle);
  }

  // Until none of the rest can be left out.
  absl::Status MakeMinimal() {
    bool smaller = true;
    while (smaller && !IsExhausted()) {
      smaller = false;
      for (size_t i = parts_.size(); i-- > 0 && !IsExhausted();) {
        if (!kept_[i]) continue;
        std::vector<bool> fewer = kept_;
        fewer[i] = false;
        CP_ASSIGN_OR_RETURN(const bool suffices, Suffices(fewer));
        if (!suffices) continue;
        kept_ = std::move(fewer);
        smaller = true;
      }
    }
    return absl::OkStatus();
  }

  // Each part is needed even beside all others, and no smaller set was found.
  absl::StatusOr<bool> IsSmallest() {
    if (const std::optional<size_t> few = FewSmallerSets()) return NoneOf(*few);
    for (size_t i = 0; i < parts_.size() && !IsExhausted(); ++i) {
      if (!kept_[i]) continue;
      std::vector<bool> others(parts_.size(), true);
      others[i] = false;
      CP_ASSIGN_OR_RETURN(const bool suffices, Suffices(others));
      if (suffices) return false;
    }
    return true;
  }

  // The size below that of the set, where so few sets are smaller that they can be tried.
  std::optional<size_t> FewSmallerSets() const {
    const auto size = static_cast<size_t>(std::count(kept_.begin(), kept_.end(), true));
    size_t sets = 0;
    size_t of_size = 1;
    for (size_t i = 0; i < size; ++i) {
      sets += of_size;
      if (sets > kMostSmallerSets) return std::nullopt;
      of_size = of_size * (parts_.size() - i) / (i + 1);
    }
    return size == 0 ? 0 : size - 1;
  }

  // Whether no set of up to `size` parts suffices.
  absl::StatusOr<bool> NoneOf(size_t size) {
    if (size + 1 > static_cast<size_t>(std::count(kept_.begin(), kept_.end(), true))) return true;
    std::vector<bool> set(parts_.size(), false);
    return NoneAround(&set, 0, size);
  }

  absl::StatusOr<bool> NoneAround(std::vector<bool>* set, size_t from, size_t more) {
    CP_ASSIGN_OR_RETURN(const bool suffices, Suffices(*set));
    if (suffices) return false;
    for (size_t i = from; i < set->size() && more > 0; ++i) {
      (*set)[i] = true;
      CP_ASSIGN_OR_RETURN(const bool none, NoneAround(set, i + 1, more - 1));
      (*set)[i] = false;
      if (!none) return false;
    }
    return true;
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  DecideOptions options_;
  const int limit_;
  SubjectMessage whole_;
  std::vector<SubjectPart> parts_;
  std::vector<bool> kept_;
  std::map<std::vector<bool>, bool> known_;  // whether a set suffices; an error ends the search
  int decisions_ = 0;  // asked for, also where the answer was known: the limit is of the search
};

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<ReasonSearch> FindMinimalReason(const CheckedPolicy& policy,
                                               const BoundOrganization& organization,
                                               const SubjectMessage& subject,
                                               const DecideOptions& options,
                                               const v1::Decision& decision) {
  DecideOptions question = options;
  question.transition = decision.transition();
  const int limit = DecisionsFor(kMostReasonDecisions, subject, decision);
  return Reasoner<SubjectMessage>(policy, organization, question, limit).Run(subject);
}

template absl::StatusOr<ReasonSearch> FindMinimalReason(const CheckedPolicy&,
                                                        const BoundOrganization&,
                                                        const v1::ChangeRequest&,
                                                        const DecideOptions&, const v1::Decision&);
template absl::StatusOr<ReasonSearch> FindMinimalReason(const CheckedPolicy&,
                                                        const BoundOrganization&,
                                                        const v1::Release&, const DecideOptions&,
                                                        const v1::Decision&);

}  // namespace changepolicy
