// Values as the literals that stand in a Decision.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/time/civil_time.h"
#include "benchmarks/handwritten/case.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::handwritten {
namespace {

constexpr std::string_view kEffects[] = {"Effect.UNSPECIFIED", "Effect.NONE", "Effect.LOW",
                                         "Effect.MEDIUM", "Effect.HIGH"};
constexpr std::string_view kUrgencies[] = {"Urgency.UNSPECIFIED", "Urgency.LOW", "Urgency.MEDIUM",
                                           "Urgency.HIGH", "Urgency.URGENT"};
constexpr std::string_view kLevels[] = {"RiskLevel.UNSPECIFIED", "RiskLevel.LOW",
                                        "RiskLevel.MEDIUM", "RiskLevel.HIGH", "RiskLevel.CRITICAL"};
constexpr std::string_view kKindNames[] = {"ChangeKind.UNSPECIFIED",
                                           "ChangeKind.APPLICATION_CODE",
                                           "ChangeKind.INFRASTRUCTURE_AS_CODE",
                                           "ChangeKind.CONFIGURATION",
                                           "ChangeKind.DATABASE_SCHEMA",
                                           "ChangeKind.DATA_MIGRATION",
                                           "ChangeKind.SECURITY_PATCH",
                                           "ChangeKind.OS_UPDATE",
                                           "ChangeKind.MIDDLEWARE",
                                           "ChangeKind.THIRD_PARTY_INTEGRATION"};
constexpr std::string_view kEnvironmentNames[] = {
    "Environment.UNSPECIFIED",      "Environment.DEVELOPMENT",    "Environment.TEST",
    "Environment.STAGING",          "Environment.PRE_PRODUCTION", "Environment.PRODUCTION",
    "Environment.DISASTER_RECOVERY"};
constexpr std::string_view kClassNames[] = {
    "DataClass.UNSPECIFIED",  "DataClass.PUBLIC",   "DataClass.INTERNAL",
    "DataClass.CONFIDENTIAL", "DataClass.PERSONAL", "DataClass.SENSITIVE_PERSONAL"};

char* Digits(char* at, int64_t number, int digits) {
  for (int i = digits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
  return at + digits;
}

int64_t FloorDiv(int64_t number, int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

// `2026-11-24T10:00:00`.
char* WriteCivil(int64_t seconds, char* at) {
  const int64_t days = FloorDiv(seconds, 86400);
  const int64_t of_day = seconds - days * 86400;
  const absl::CivilDay day = absl::CivilDay(1970, 1, 1) + days;
  at = Digits(at, day.year(), 4);
  *at++ = '-';
  at = Digits(at, day.month(), 2);
  *at++ = '-';
  at = Digits(at, day.day(), 2);
  *at++ = 'T';
  at = Digits(at, of_day / 3600, 2);
  *at++ = ':';
  at = Digits(at, of_day / 60 % 60, 2);
  *at++ = ':';
  return Digits(at, of_day % 60, 2);
}

// `.5` of half a second, without trailing zeros; nothing of none.
char* WriteFraction(int64_t nanos, char* at) {
  if (nanos == 0) return at;
  *at++ = '.';
  at = Digits(at, nanos, 9);
  while (at[-1] == '0') --at;
  return at;
}

// Names of enum values between brackets.
template <size_t n>
std::string_view NamesText(const std::vector<int>& numbers, const std::string_view (&names)[n],
                           TextPool* pool) {
  size_t size = 2;
  for (const int number : numbers) size += names[number].size() + 2;
  char* const begin = pool->Take(size);
  char* at = begin;
  *at++ = '[';
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) at = std::copy_n(", ", 2, at);
    at = std::copy(names[numbers[i]].begin(), names[numbers[i]].end(), at);
  }
  *at++ = ']';
  return {begin, static_cast<size_t>(at - begin)};
}

}  // namespace

std::string_view Case::Cut(std::string_view text) {
  if (text.size() <= kLongestValue) return text;
  size_t length = kLongestValue;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return pool.Join(text.substr(0, length), "...");
}

std::string_view Case::Quoted(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c < 0x7F && c != '"' && c != '\'' && c != '\\';
  });
  if (plain) return pool.Join("\"", text, "\"");
  const std::string escaped = absl::Utf8SafeCEscape(ToAbsl(text));
  return pool.Join("\"", escaped, "\"");
}

std::string_view Case::Number(int64_t number) {
  char* const begin = pool.Take(20);
  return {begin, static_cast<size_t>(std::to_chars(begin, begin + 20, number).ptr - begin)};
}

std::string_view Case::TimestampText(Nanos at) {
  const int64_t seconds = FloorDiv(at, kSecond);
  char text[64];
  char* end = std::copy_n("timestamp(\"", 11, text);
  end = WriteFraction(at - seconds * kSecond, WriteCivil(seconds, end));
  end = std::copy_n("Z\")", 3, end);
  return pool.Join(std::string_view(text, static_cast<size_t>(end - text)));
}

std::string_view Case::DurationText(Nanos length) {
  char text[64];
  char* end = std::copy_n("duration(\"", 10, text);
  end = std::to_chars(end, end + 20, length / kSecond).ptr;
  end = WriteFraction(length % kSecond, end);
  end = std::copy_n("s\")", 3, end);
  return pool.Join(std::string_view(text, static_cast<size_t>(end - text)));
}

std::string_view Case::InstantText(Nanos at) {
  const int64_t seconds = FloorDiv(at, kSecond);
  char text[48];
  char* end = WriteFraction(at - seconds * kSecond, WriteCivil(seconds, text));
  end = std::copy_n("+00:00", 6, end);
  return pool.Join(std::string_view(text, static_cast<size_t>(end - text)));
}

std::string_view Case::TextsText(const std::vector<std::string_view>& texts) {
  std::string_view text = "[";
  for (size_t i = 0; i < texts.size() && text.size() <= kLongestValue; ++i) {
    text = pool.Join(text, i > 0 ? ", " : "", Quoted(texts[i]));
  }
  return Cut(pool.Join(text, "]"));
}

std::string_view Case::NamesOf(People people) {
  std::string_view text = "[";
  for (; people != 0 && text.size() <= kLongestValue; people &= people - 1) {
    const std::string& id = tables.people[static_cast<size_t>(__builtin_ctzll(people))].id;
    text = pool.Join(text, text.size() > 1 ? ", " : "", Quoted(id));
  }
  return Cut(pool.Join(text, "]"));
}

// Longer than a value may be after the first two fields.
std::string_view Case::EntriesText(const std::vector<Entry>& entries, size_t count) {
  if (count == 0) return "[]";
  const Entry& first = entries[0];
  return Cut(pool.Join("[changepolicy.v1.CalendarEntry{id: ", Quoted(first.id),
                       ", start: ", TimestampText(first.span.start),
                       ", end: ", TimestampText(first.span.end), ", "));
}

std::string_view Case::NoticesText() {
  if (calendar.notices.empty()) return "[]";
  const Notice& first = calendar.notices[0];
  std::string_view text =
      pool.Join("[changepolicy.v1.NoticeDue{id: ", Quoted(first.id),
                ", audience: Audience.CLIENTS, lead: ", first.service->notice_text);
  if (first.sent) text = pool.Join(text, ", earliest_start: ", TimestampText(first.earliest_start));
  if (first.met) text = pool.Join(text, ", met: true");
  return Cut(pool.Join(text, ", by_contract: true}", calendar.notices.size() > 1 ? ", " : "]"));
}

std::string_view Case::BasisText() {
  if (change->emergency_basis().empty()) return "[]";
  const v1::EmergencyBasis& basis = change->emergency_basis(0);
  constexpr std::string_view kKinds[] = {"", "kind: BasisKind.INCIDENT",
                                         "kind: BasisKind.VULNERABILITY", "kind: BasisKind.OUTAGE"};
  std::string_view text = pool.Join("[changepolicy.v1.EmergencyBasis{", kKinds[basis.kind()]);
  const auto field = [&](std::string_view name, std::string_view value) {
    text = pool.Join(text, text.ends_with('{') ? "" : ", ", name, ": ", value);
  };
  if (!basis.reference().empty()) field("reference", Quoted(basis.reference()));
  field("happened_at", TimestampText(ToNanos(basis.happened_at())));
  if (basis.has_recorded_at()) field("recorded_at", TimestampText(ToNanos(basis.recorded_at())));
  return Cut(pool.Join(text, "}]"));
}

std::string_view Case::ServicesText() {
  std::string_view text = "[";
  for (size_t i = 0; i < services.size() && text.size() <= kLongestValue; ++i) {
    text = pool.Join(text, i > 0 ? ", " : "", services[i]->text);
  }
  return Cut(pool.Join(text, "]"));
}

std::string_view Case::DriftText() {
  std::vector<std::string_view> drift;
  if (drift_assets) drift.push_back("assets");
  if (drift_environments) drift.push_back("environments");
  if (drift_kinds) drift.push_back("kinds");
  return TextsText(drift);
}

std::string_view Case::ValueOf(Fact fact) {
  std::string_view& value = values_[fact];
  if (value.data() == nullptr) value = FindValue(fact);
  return value;
}

// Of attributes: empty where nobody stated it.
std::string_view Case::FindValue(Fact fact) {
  const v1::ImpactAssessment& impact = change->impact();
  const v1::Schedule& schedule = change->schedule();
  const auto unknown = [&] {
    unknown_facts.Add(fact);
    return std::string_view("");
  };
  const auto effect = [&](int number) { return number == 0 ? unknown() : kEffects[number]; };
  const auto truth = [](bool holds) -> std::string_view { return holds ? "true" : "false"; };
  const auto text = [&](bool known, std::string_view value) {
    return known ? Cut(Quoted(value)) : unknown();
  };
  switch (fact) {
    case kAvailability:
      return effect(impact.availability());
    case kClientFacing:
      return effect(impact.client_facing());
    case kCompliance:
      return effect(impact.compliance());
    case kDataIntegrity:
      return effect(impact.data_integrity());
    case kPerformance:
      return effect(impact.performance());
    case kSecurity:
      return effect(impact.security());
    case kThirdParty:
      return effect(impact.third_party());
    case kDataClasses:
      if (data_classes.empty() && !data_classes_stated) return unknown();
      return Cut(NamesText(data_classes, kClassNames, &pool));
    case kJurisdictions:
      return jurisdictions.empty() ? unknown() : TextsText(jurisdictions);
    case kKinds:
      return Cut(NamesText(kinds, kKindNames, &pool));
    case kEnvironments:
      return Cut(NamesText(environments, kEnvironmentNames, &pool));
    case kAssets:
      return assets.empty() ? unknown() : TextsText(assets);
    case kThirdParties:
      if (third_parties.empty() && !third_parties_stated) return unknown();
      return TextsText(third_parties);
    case kServices:
      return ServicesText();
    case kEmergencyBasis:
      return BasisText();
    case kArtifactRevision:
      return text(change->artifact().has_revision(), change->artifact().revision());
    case kKnownGoodState:
      return text(change->rollback().has_known_good_state(), change->rollback().known_good_state());
    case kTrackerKey:
      return text(change->tracker().has_key(), change->tracker().key());
    case kTrackerSystem:
      return text(change->tracker().has_system(), change->tracker().system());
    case kIrreversible:
      return change->rollback().has_irreversible() ? truth(change->rollback().irreversible())
                                                   : unknown();
    case kUrgency:
      return change->urgency() == 0 ? unknown() : kUrgencies[change->urgency()];
    case kScheduleStart:
      return TimestampText(ToNanos(schedule.start()));
    case kScheduleEnd:
      return TimestampText(ToNanos(schedule.end()));
    case kRollbackReserve:
      return DurationText(ToNanos(schedule.rollback_reserve()));
    case kExpectedDowntime:
      return schedule.has_expected_downtime() ? DurationText(ToNanos(schedule.expected_downtime()))
                                              : unknown();
    case kCalendarConflicts:
      return EntriesText(calendar.conflicts, calendar.conflict_count);
    case kCalendarFreezes:
      return EntriesText(calendar.freezes, calendar.freeze_count);
    case kCalendarFrozen:
      return truth(calendar.freeze_count > 0);
    case kCalendarCrossingPossible:
      return truth(calendar.crossing_possible);
    case kCalendarInsideWindow:
      return truth(calendar.inside_window);
    case kCalendarPlanned:
      return "true";
    case kCalendarStart:
      return TimestampText(calendar.planned.start);
    case kCalendarEnd:
      return TimestampText(calendar.planned.end);
    case kCalendarNotices:
      return NoticesText();
    case kCalendarCrossingRoles:
    case kCalendarUnavailable:
      return "[]";
    case kModelKnown:
      return truth(model != nullptr);
    case kModelValid:
      return truth(model_valid);
    case kModelTrusted:
      return truth(model != nullptr && model->record.trusted());
    case kModelDrift:
      return DriftText();
    case kDirectoryServices:
      return tables.services_text;
    case kImplementers:
      return NamesOf(implementers);
    case kTesters:
      return NamesOf(testers);
    case kDeployers:
      return NamesOf(deployers);
    case kRequesters:
      return NamesOf(requesters);
    case kRiskLevel:
      return kLevels[risk_level];
    default:
      return unknown();  // computed facts were set when they were read
  }
}

}  // namespace changepolicy::handwritten
