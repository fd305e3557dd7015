#include "libchangepolicy/audit/sample.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "libchangepolicy/audit/entry_kind.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

// Of a decision whose subject does not say.
constexpr char kNotSaid[] = "none";

std::string TeamOf(const LoggedSubject& subject) {
  const std::string team = std::visit([](const auto& message) { return message.team(); }, subject);
  return team.empty() ? kNotSaid : team;
}

std::string CategoryOf(const v1::Decision& decision) {
  if (decision.subject_kind() == v1::SUBJECT_KIND_RELEASE) return "RELEASE";
  return ValueName(decision.categorization().category());
}

std::string MonthOf(const v1::Decision& decision) {
  return absl::FormatTime("%E4Y-%m", FromProto(decision.now()), absl::UTCTimeZone());
}

// The part to which the entry belongs; nothing where the stratum does not divide it.
std::optional<std::string> PartOf(const LoggedEntry& entry, v1::AuditStratum stratum) {
  if (stratum == v1::AUDIT_STRATUM_KIND) return EntryKind(entry.entry);
  if (!entry.decision) return std::nullopt;
  const v1::Decision& decision = entry.decision->decision;
  switch (stratum) {
    case v1::AUDIT_STRATUM_CATEGORY:
      return CategoryOf(decision);
    case v1::AUDIT_STRATUM_VERDICT:
      return ValueName(decision.verdict());
    case v1::AUDIT_STRATUM_MONTH:
      return MonthOf(decision);
    case v1::AUDIT_STRATUM_TEAM:
      return TeamOf(entry.decision->subject);
    case v1::AUDIT_STRATUM_RISK:
      return ValueName(decision.risk().level());
    case v1::AUDIT_STRATUM_TRANSITION:
      return ValueName(decision.transition());
    default:
      return std::nullopt;
  }
}

int64_t PercentOf(int64_t population, int32_t percent) {
  return population / 100 * percent + (population % 100 * percent + 99) / 100;
}

}  // namespace

std::string SampleRank(std::string_view seed, int64_t index) {
  std::string bytes(seed);
  bytes.push_back('\0');
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(static_cast<uint64_t>(index) >> shift & 0xff));
  }
  const std::string digest = Sha256(bytes);
  return digest.substr(digest.find(':') + 1);
}

absl::StatusOr<Sampler> Sampler::Create(SampleOptions options) {
  if (options.seed.empty()) {
    return InvalidArgument("seed: is empty; give the text from which the sample is drawn");
  }
  if (options.stratum == v1::AUDIT_STRATUM_UNSPECIFIED ||
      !v1::AuditStratum_IsValid(options.stratum)) {
    return InvalidArgument("stratum: says not what a sample is drawn from each part of");
  }
  if ((options.count != 0) == (options.percent != 0)) {
    return InvalidArgument("count: give either a count or a per cent");
  }
  if (options.count < 0) return InvalidArgument("count: is negative");
  if (options.percent < 0 || options.percent > 100) {
    return InvalidArgument("percent: is not between 1 and 100");
  }
  return Sampler(std::move(options));
}

void Sampler::Add(const LoggedEntry& entry) {
  const std::optional<std::string> name = PartOf(entry, options_.stratum);
  if (!name) return;
  Part& part = parts_[*name];
  ++part.population;
  Drawn drawn{SampleRank(options_.seed, entry.index), entry.index, ""};
  const bool is_full =
      options_.count != 0 && static_cast<int64_t>(part.drawn.size()) == options_.count;
  if (is_full && !(drawn < part.drawn.front())) return;
  drawn.subject = EntrySubject(entry.entry);
  part.drawn.push_back(std::move(drawn));
  if (options_.count == 0) return;
  std::push_heap(part.drawn.begin(), part.drawn.end());
  if (!is_full) return;
  std::pop_heap(part.drawn.begin(), part.drawn.end());
  part.drawn.pop_back();
}

v1::AuditSample Sampler::Finish() && {
  v1::AuditSample sample;
  sample.set_seed(options_.seed);
  sample.set_stratum(options_.stratum);
  for (auto& [name, part] : parts_) {
    const int64_t wanted =
        options_.count != 0 ? options_.count : PercentOf(part.population, options_.percent);
    std::sort(part.drawn.begin(), part.drawn.end());
    if (static_cast<int64_t>(part.drawn.size()) > wanted) {
      part.drawn.resize(static_cast<size_t>(wanted));
    }
    std::sort(part.drawn.begin(), part.drawn.end(),
              [](const Drawn& a, const Drawn& b) { return a.index < b.index; });
    v1::AuditSamplePart& told = *sample.add_parts();
    told.set_name(name);
    told.set_population(part.population);
    for (Drawn& drawn : part.drawn) {
      told.add_indices(drawn.index);
      told.add_subjects(std::move(drawn.subject));
    }
  }
  return sample;
}

}  // namespace changepolicy
