#include "libchangepolicy/eval/remarks.h"

#include <algorithm>
#include <initializer_list>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/implied_kind.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/joined.h"

namespace changepolicy {
namespace {

// What a claimed emergency lacks to be one: a basis at all, or its kind and reference.
FactNames MissingBasis(const Evaluation& evaluation) {
  FactNames lacking;
  flat::Arena* const arena = &evaluation.arena;
  const flat::Categorization& categorization = evaluation.categorization;
  if (categorization.claimed() != v1::CATEGORY_EMERGENCY || !categorization.differs()) {
    return lacking;
  }
  const auto& basis = evaluation.subject.change().emergency_basis();
  if (basis.empty()) lacking.Add("change.emergency_basis", arena);
  for (int i = 0; i < basis.size(); ++i) {
    const std::string path = StrCat("change.emergency_basis[", i, "]");
    if (basis[i].kind() == v1::BASIS_KIND_UNSPECIFIED) {
      lacking.Add(Joined(arena, path, ".kind"), arena);
    }
    if (!evaluation.policy.texts().IsGiven(basis[i].reference())) {
      lacking.Add(Joined(arena, path, ".reference"), arena);
    }
  }
  return lacking;
}

}  // namespace

void AddRemark(std::string_view id, const FactNames& about, flat::Arena* arena, Remarks* remarks) {
  flat::Remark& remark = *remarks->Add(arena);
  remark.set_id(id);
  *remark.mutable_about() = about;
}

void AddRemarks(Evaluation* evaluation, Remarks* remarks) {
  flat::Arena* const arena = &evaluation->arena;
  const Subject& subject = evaluation->subject;
  const auto about = [arena](std::initializer_list<std::string_view> texts) {
    return NamesOf(texts, arena);
  };
  const auto add = [&](std::string_view id, const FactNames& names) {
    AddRemark(id, names, arena, remarks);
  };
  const flat::Categorization& categorization = evaluation->categorization;
  if (categorization.differs()) {
    add("claimed-category-differs",
        about({v1::Category_Name(categorization.claimed()),
               v1::Category_Name(categorization.category()), categorization.rule()}));
  }
  if (const FactNames lacking = MissingBasis(*evaluation); !lacking.empty()) {
    add("emergency-without-basis", lacking);
  }
  if (categorization.claimed_release_kind() != v1::RELEASE_KIND_UNSPECIFIED &&
      categorization.claimed_release_kind() != categorization.release_kind()) {
    add("claimed-release-kind-differs",
        about({v1::ReleaseKind_Name(categorization.claimed_release_kind()),
               v1::ReleaseKind_Name(categorization.release_kind())}));
  }
  if (!subject.is_change() &&
      ClaimsLessThan(categorization.implied_release_kind(), subject.release_message())) {
    constexpr int kMost = 5;
    FactNames names = about({v1::ReleaseKind_Name(categorization.release_kind()),
                             v1::ReleaseKind_Name(categorization.implied_release_kind())});
    for (int i = 0; i < std::min(kMost, categorization.implied_by_size()); ++i) {
      names.Add(categorization.implied_by(i), arena);
    }
    add("version-claims-less", names);
  }
  const auto ids_of = [arena](const auto& entries) {
    FactNames ids;
    for (const flat::CalendarEntry& entry : entries) ids.Add(entry.id(), arena);
    return ids;
  };
  const flat::CalendarAnswer& calendar = evaluation->calendar;
  if (categorization.category() == v1::CATEGORY_EMERGENCY && calendar.crossing_possible()) {
    add("freeze-crossed", ids_of(calendar.freezes()));
  }
  if (!calendar.overruns().empty()) add("freeze-overrun", ids_of(calendar.overruns()));
  if (!subject.refused_statements().empty()) {
    add("statement-refused", subject.refused_statements());
  }
  if (subject.changelog_lacks_version()) {
    add("changelog-without-version", about({subject.release().version()}));
  }
  if (subject.is_yanked()) add("release-yanked", about({subject.release().version()}));
  if (!subject.unknown_services().empty()) {
    add("unknown-service", subject.unknown_services());
  }
  if (evaluation->directory_outdated) add("directory-outdated", {});
  if (evaluation->ledger_outdated) add("ledger-outdated", {});
  const v1::PolicyHeader& header = evaluation->policy.policy().policy();
  if (header.has_next_review()) {
    const absl::Time review = FromProto(header.next_review());
    if (review <= evaluation->now) {
      add("policy-review-overdue", about({header.id()}));
    } else {
      evaluation->changes.push_back(review);
    }
  }
  remarks->Sort([](const flat::Remark& a, const flat::Remark& b) {
    if (a.id() != b.id()) return a.id() < b.id();
    flat::Buffer one, other;
    return flat::Encode(a, &one) < flat::Encode(b, &other);
  });
}

}  // namespace changepolicy
