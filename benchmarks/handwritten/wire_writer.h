// Writes the Decision as bytes: what is constant was encoded beforehand and is copied, and a fact
// that several rules read is encoded once.
#ifndef BENCHMARKS_HANDWRITTEN_WIRE_WRITER_H_
#define BENCHMARKS_HANDWRITTEN_WIRE_WRITER_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/handwritten/case.h"
#include "benchmarks/handwritten/reading_order.h"
#include "benchmarks/handwritten/write.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy::handwritten {

// Bytes that grow, and messages inside of them whose length is known when they end.
class WireBuffer {
 public:
  WireBuffer() : bytes_(65536) {}

  void Clear() { used_ = 0; }
  std::string_view view() const { return {bytes_.data(), used_}; }

  void Raw(std::string_view bytes) {
    Need(bytes.size());
    Copy(bytes);
  }
  void Varint(uint64_t value) {
    Need(kLongestVarint);
    PutVarint(value);
  }
  void Tag(int field, int type) { Varint(static_cast<uint64_t>(field << 3 | type)); }

  // Nothing where the value is the default.
  void Number(int field, int64_t value) {
    if (value == 0) return;
    Need(2 * kLongestVarint);
    PutVarint(static_cast<uint64_t>(field << 3));
    PutVarint(static_cast<uint64_t>(value));
  }
  void Text(int field, std::string_view text) {
    if (!text.empty()) Element(field, text);
  }
  void Element(int field, std::string_view text) {
    Need(2 * kLongestVarint + text.size());
    PutVarint(static_cast<uint64_t>(field << 3 | 2));
    PutVarint(text.size());
    Copy(text);
  }
  // A field whose length and content are encoded already.
  void Encoded(int field, std::string_view bytes) {
    Need(kLongestVarint + bytes.size());
    PutVarint(static_cast<uint64_t>(field << 3 | 2));
    Copy(bytes);
  }

  // Opens a message, whose length most likely takes two bytes; gives the place for Close.
  size_t Open(int field) {
    Need(kLongestVarint + 3);
    PutVarint(static_cast<uint64_t>(field << 3 | 2));
    used_ += 2;
    return used_;
  }
  void Close(size_t begin) {
    const size_t length = used_ - begin;
    char* const at = bytes_.data() + begin;
    if (length < 0x80) {
      std::memmove(at - 1, at, length);
      at[-2] = static_cast<char>(length);
      --used_;
    } else if (length < 0x4000) {
      at[-2] = static_cast<char>(static_cast<unsigned char>(length) | 0x80);
      at[-1] = static_cast<char>(length >> 7);
    } else {
      Need(1);
      std::memmove(bytes_.data() + begin + 1, bytes_.data() + begin, length);
      char* const moved = bytes_.data() + begin;
      moved[-2] = static_cast<char>(static_cast<unsigned char>(length) | 0x80);
      moved[-1] = static_cast<char>(static_cast<unsigned char>(length >> 7) | 0x80);
      moved[0] = static_cast<char>(length >> 14);
      ++used_;
    }
  }

 private:
  static constexpr size_t kLongestVarint = 10;

  void Need(size_t more) {
    if (__builtin_expect(used_ + more > bytes_.size(), 0)) bytes_.resize(2 * (used_ + more));
  }
  void Copy(std::string_view bytes) {
    std::memcpy(bytes_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  void PutVarint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) {
      bytes_[used_++] = static_cast<char>(static_cast<unsigned char>(value) | 0x80);
    }
    bytes_[used_++] = static_cast<char>(value);
  }

  std::vector<char> bytes_;
  size_t used_ = 0;
};

class WireWriter {
 public:
  explicit WireWriter(Case* decided) : case_(*decided) {
    for (size_t fact = 0; fact < kFactCount; ++fact) {
      WireBuffer path;
      path.Text(1, kFactPaths[fact]);
      paths_[fact] = path.view();
    }
    const Tables& tables = case_.tables;
    WireBuffer digests, policy;
    digests.Text(18, tables.policy_digest);
    digests.Text(19, tables.directory_digest);
    digests.Text(20, tables.ledger_digest);
    digests.Text(22, tables.tzdb_version);
    policy.Text(23, tables.policy_id);
    policy.Text(24, tables.policy_version);
    digests_ = digests.view();
    policy_ = policy.view();
  }

  std::string_view bytes() const { return out_.view(); }

  void Head() {
    out_.Clear();
    encoded_.fill({});
    out_.Number(1, kSemanticsVersion);
    out_.Number(2, v1::SUBJECT_KIND_CHANGE);
    out_.Text(3, case_.change->id());
    Instant(4, case_.now);
    out_.Number(5, case_.transition);
    out_.Number(6, case_.verdict);
  }

  void Categorization() {
    const size_t told = out_.Open(7);
    out_.Raw(case_.tables.categories[case_.category_rule].wire_before);
    out_.Number(5, case_.change->claimed_category());
    out_.Number(6, case_.claim_differs);
    Facts(7, case_.emergency_reading);
    if (case_.standard_was_asked) Facts(7, case_.standard_reading);
    if (case_.claim_differs) {
      constexpr CategoryIs kRules[] = {kIsNormal, kIsStandard, kIsNormal, kIsEmergency};
      out_.Text(12, kCategoryIds[kRules[case_.change->claimed_category()]]);
      Facts(13, case_.claim_reading);
    }
    out_.Close(told);
  }

  void Risk() {
    const size_t told = out_.Open(8);
    out_.Number(1, case_.risk_level);
    out_.Number(2, case_.score);
    for (size_t i = 0; i < case_.point_count; ++i) {
      const Point& point = case_.points[i];
      const size_t added = out_.Open(3);
      out_.Raw(case_.tables.factors[point.factor].wire_before);
      Facts(5, point.reading);
      Paths(6, point.unknown);
      out_.Close(added);
    }
    out_.Number(4, case_.factor_level);
    out_.Number(5, case_.matrix_level);
    out_.Number(7, case_.worst_case);
    out_.Number(8, case_.matrix_impact);
    const size_t dimensions = out_.Open(9);  // packed
    for (uint32_t left = case_.matrix_dimensions; left != 0; left &= left - 1) {
      out_.Varint(static_cast<uint64_t>(__builtin_ctz(left)));
    }
    out_.Close(dimensions);
    out_.Number(10, case_.matrix_likelihood);
    Paths(11, case_.matrix_unknown);
    out_.Close(told);
  }

  void Priority() {
    const size_t told = out_.Open(9);
    if (case_.priority_truth.is_true()) {
      out_.Number(1, int{v1::PRIORITY_CRITICAL} - int{case_.priority_rule});
      out_.Number(2, v1::STATUS_SATISFIED);
    } else {
      out_.Number(2, v1::STATUS_UNKNOWN);
    }
    out_.Raw(case_.tables.priorities[case_.priority_rule].wire_after);
    Paths(5, case_.priority_truth.unknown);
    out_.Close(told);
  }

  void Model() {
    const size_t told = out_.Open(10);
    out_.Text(1, case_.change->change_model());
    if (case_.model != nullptr) {
      const v1::ModelAssessment& record = case_.model->record;
      out_.Number(2, record.known());
      out_.Number(3, case_.model_valid);
      if (case_.drift_assets) out_.Element(4, "assets");
      if (case_.drift_environments) out_.Element(4, "environments");
      if (case_.drift_kinds) out_.Element(4, "kinds");
      out_.Number(5, record.runs());
      out_.Number(6, record.successes());
      out_.Number(7, record.success_bound_ppm());
      out_.Number(8, record.trusted());
      out_.Number(9, record.provisional());
      out_.Number(10, record.decertified());
    }
    out_.Close(told);
  }

  void Calendar() {
    const CalendarFindings& found = case_.calendar;
    const size_t told = out_.Open(11);
    out_.Number(1, true);
    Instant(2, found.planned.start);
    Instant(3, found.planned.end);
    out_.Number(4, found.windows_declared);
    out_.Number(5, found.inside_window);
    if (found.window >= 0) Put(6, found.windows[static_cast<size_t>(found.window)]);
    if (found.has_latest_start) Instant(7, found.latest_start);
    out_.Number(8, found.freeze_count > 0);
    for (size_t i = 0; i < found.freeze_count; ++i) Put(9, found.freezes[i]);
    out_.Number(10, found.crossing_possible);
    for (size_t i = 0; i < found.conflict_count; ++i) Put(11, found.conflicts[i]);
    for (size_t i = 0; i < found.window_count; ++i) Put(13, found.windows[i]);
    for (const std::string_view part : found.uncovered) out_.Element(14, part);
    for (const Notice& notice : found.notices) {
      const size_t due = out_.Open(18);
      out_.Text(1, notice.id);
      out_.Number(2, v1::AUDIENCE_CLIENTS);
      Length(3, notice.service->notice_period);
      if (notice.sent) Instant(4, notice.earliest_start);
      out_.Number(5, notice.met);
      out_.Number(7, true);
      out_.Close(due);
    }
    out_.Close(told);
  }

  void RuleOutcome(const Outcome& outcome) {
    const Words& words = case_.tables.rules[outcome.rule];
    const size_t told = out_.Open(12);
    out_.Raw(words.wire_before);
    out_.Number(2, outcome.status);
    out_.Raw(words.wire_after);
    Facts(6, outcome.reading);
    Paths(7, outcome.unknown);
    const bool failed =
        outcome.status == v1::STATUS_UNSATISFIED || outcome.status == v1::STATUS_UNSATISFIABLE;
    if (failed && outcome.rule >= kApprovalRules && words.names_change) {
      const size_t parameter = out_.Open(9);
      out_.Text(1, "change.id");
      out_.Text(2, case_.change->id());
      out_.Close(parameter);
    }
    if (outcome.approval >= 0) {
      Approval(case_.approvals[static_cast<size_t>(outcome.approval)]);
    }
    out_.Close(told);
  }

  void Obligation(const OwedEntry& owed) {
    const Words& words = case_.tables.obligations_words[owed.owed];
    const size_t told = out_.Open(13);
    out_.Raw(words.wire_before);
    out_.Text(2, owed.owner);
    if (owed.after_plan) Instant(3, owed.due);
    out_.Raw(words.wire_after);
    if (!owed.after_plan) Length(7, owed.due);
    out_.Close(told);
  }

  void Remark(const RemarkText& remark) {
    const size_t told = out_.Open(14);
    out_.Text(1, remark.id);
    for (const std::string_view about : remark.about) out_.Element(2, about);
    out_.Close(told);
  }

  void Tail() {
    Instant(16, case_.next);
    Instant(17, case_.next);
    out_.Raw(digests_);
    out_.Raw(policy_);
    out_.Number(25, case_.change->state());
    const size_t legal = out_.Open(27);  // packed
    for (int i = 0; i < case_.legal_count; ++i) {
      out_.Varint(static_cast<uint64_t>(case_.legal[static_cast<size_t>(i)]));
    }
    out_.Close(legal);
    out_.Number(28, v1::DETAIL_REASONS);
    out_.Number(30, case_.state_after);
    out_.Number(33, case_.rules_not_applicable);
  }

 private:
  void Instant(int field, Nanos at) { Seconds(field, at); }
  void Length(int field, Nanos length) { Seconds(field, length); }
  void Seconds(int field, Nanos value) {
    Nanos nanos = value % kSecond;
    if (nanos < 0) nanos += kSecond;
    const size_t told = out_.Open(field);
    out_.Number(1, (value - nanos) / kSecond);
    out_.Number(2, nanos);
    out_.Close(told);
  }

  void Paths(int field, FactSet facts) {
    facts.ForEach([&](Fact fact) { out_.Element(field, kFactPaths[fact]); });
  }

  // Without its tag, which is another in each message that lists it.
  std::string_view Encoded(std::string_view path_field, std::string_view value, bool known) {
    const size_t value_size = value.empty() ? 0 : 1 + (value.size() < 0x80 ? 1 : 2) + value.size();
    const size_t length = path_field.size() + value_size + (known ? 2 : 0);
    char* const begin = case_.pool.Take(length + 2);
    char* at = begin;
    const auto varint = [&](size_t number) {
      if (number >= 0x80) *at++ = static_cast<char>(static_cast<unsigned char>(number) | 0x80);
      *at++ = static_cast<char>(number >= 0x80 ? number >> 7 : number);
    };
    const auto copy = [&](std::string_view bytes) {
      std::memcpy(at, bytes.data(), bytes.size());
      at += bytes.size();
    };
    varint(length);
    copy(path_field);
    if (!value.empty()) {
      *at++ = 0x12;
      varint(value.size());
      copy(value);
    }
    if (known) copy(std::string_view("\x18\x01", 2));
    return {begin, static_cast<size_t>(at - begin)};
  }

  void Facts(int field, const Reading& reading) {
    InOrder(
        case_, reading,
        [&](Fact fact) {
          std::string_view& encoded = encoded_[fact];
          if (encoded.data() == nullptr) {
            const std::string_view value = case_.ValueOf(fact);
            encoded = Encoded(paths_[fact], value, case_.IsKnown(fact));
          }
          out_.Encoded(field, encoded);
        },
        [&](const NamedFact& named) {
          const size_t told = out_.Open(field);
          out_.Text(1, named.path);
          out_.Text(2, named.value);
          out_.Number(3, named.known);
          out_.Close(told);
        });
  }

  void Put(int field, const Entry& entry) {
    const size_t told = out_.Open(field);
    out_.Text(1, entry.id);
    Instant(2, entry.span.start);
    Instant(3, entry.span.end);
    out_.Text(4, entry.clause);
    for (const v1::Clash& clash : entry.clashes) {
      const size_t added = out_.Open(5);
      out_.Number(1, clash.kind());
      out_.Text(2, clash.one());
      out_.Text(3, clash.other());
      out_.Close(added);
    }
    out_.Close(told);
  }

  void Approval(const ApprovalResult& result) {
    const size_t told = out_.Open(10);
    if (result.needed > 0) {
      const size_t slot = out_.Open(1);
      out_.Text(2, result.asked);
      out_.Number(3, result.needed);
      for (int i = 0; i < result.assigned_count; ++i) {
        const Assigned& assigned = result.assigned[static_cast<size_t>(i)];
        const size_t assignment = out_.Open(4);
        out_.Text(1, PersonId(assigned.person));
        out_.Text(2, ApprovalId(assigned.ballot));
        out_.Close(assignment);
      }
      out_.Number(5, result.eligible);
      out_.Number(6, true);
      out_.Close(slot);
    }
    for (const Uncounted& uncounted : result.not_counted) {
      const size_t added = out_.Open(2);
      out_.Text(1, PersonId(case_.ballots[static_cast<size_t>(uncounted.ballot)].person));
      out_.Text(2, ApprovalId(uncounted.ballot));
      out_.Number(3, uncounted.reason);
      out_.Text(4, uncounted.detail);
      out_.Close(added);
    }
    for (int i = 0; i < result.suggested_count; ++i) {
      const size_t added = out_.Open(3);
      out_.Text(2, PersonId(result.suggested[static_cast<size_t>(i)]));
      out_.Close(added);
    }
    for (int i = 0; i < result.waits_count; ++i) {
      out_.Element(12, kRuleIds[result.waits_for[static_cast<size_t>(i)]]);
    }
    out_.Close(told);
  }

  std::string_view PersonId(int person) const {
    return case_.tables.people[static_cast<size_t>(person)].id;
  }
  std::string_view ApprovalId(int ballot) const {
    return case_.ballots[static_cast<size_t>(ballot)].approval->id();
  }

  Case& case_;
  WireBuffer out_;
  std::array<std::string, kFactCount> paths_;
  std::array<std::string_view, kFactCount> encoded_;
  std::string digests_, policy_;
};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_WIRE_WRITER_H_
