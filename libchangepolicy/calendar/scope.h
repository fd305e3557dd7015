// Whether a window or freeze concerns a piece of work, and which parts of it.
#ifndef LIBCHANGEPOLICY_CALENDAR_SCOPE_H_
#define LIBCHANGEPOLICY_CALENDAR_SCOPE_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

enum class Concern { kNo, kYes, kUnknown };

// Some of the parts of a piece of work, by number.
class PartSet {
 public:
  PartSet() = default;  // none of at most 64
  PartSet(int parts, flat::Arena* arena) {
    if (parts <= 64) return;
    more_size_ = (static_cast<size_t>(parts) - 1) / 64;
    more_ = static_cast<uint64_t*>(arena->Allocate(more_size_ * sizeof(uint64_t)));
  }

  bool Has(int part) const { return (*Word(part) >> (part % 64) & 1) != 0; }
  void Add(int part) { *Word(part) |= uint64_t{1} << (part % 64); }
  // Adds, for each part of `row`, the one that is `first` further on. `row` is of at most `width`.
  void AddRow(const PartSet& row, int first, int width) {
    if (first + width <= 64) {
      first_ |= row.first_ << first;
      return;
    }
    for (int i = 0; i < width; ++i) {
      if (row.Has(i)) Add(first + i);
    }
  }
  // REQUIRES: this is a set of as many parts.
  void Add(const PartSet& other) {
    first_ |= other.first_;
    for (size_t i = 0; i < other.more_size_; ++i) more_[i] |= other.more_[i];
  }
  bool empty() const {
    return first_ == 0 &&
           std::all_of(more_, more_ + more_size_, [](uint64_t word) { return word == 0; });
  }

 private:
  const uint64_t* Word(int part) const { return part < 64 ? &first_ : &more_[part / 64 - 1]; }
  uint64_t* Word(int part) { return part < 64 ? &first_ : &more_[part / 64 - 1]; }

  uint64_t first_ = 0;
  uint64_t* more_ = nullptr;
  size_t more_size_ = 0;
};

// A scope, read once. Immutable, thread-safe; owns what it keeps.
class CompiledScope {
 public:
  CompiledScope() = default;  // of everything
  explicit CompiledScope(const v1::CalendarScope& scope);

 private:
  friend class WorkParts;

  std::vector<std::string> services_, teams_, change_models_;
  std::vector<int32_t> environments_;
  uint64_t environment_bits_ = 0;  // of those below 64
};

// What is not known of a piece of work and was asked for.
struct UnknownLists {
  bool environments = false, services = false, team = false;

  void Add(const UnknownLists& other) {
    environments |= other.environments;
    services |= other.services;
    team |= other.team;
  }
  // `environments`, `services`, `team`, in this order.
  NameList names(flat::Arena* arena) const;
};

// The work taken apart into what scopes can tell apart: each service that it touches, in each
// environment that it goes to. A window of one service says nothing about another one; a freeze on
// any part stops the whole. Lies in the arena.
class WorkParts {
 public:
  // Neither is owned; both must outlive it.
  WorkParts(const Work& work, const Relations& relations, flat::Arena* arena);

  int size() const { return services_.size() * environments_.size(); }
  // Like `service api in PRODUCTION`.
  std::string_view NameOf(int part, flat::Arena* arena) const;

  struct Answer {
    PartSet yes, maybe;  // of the work's parts
    UnknownLists unknown;

    bool None() const { return yes.empty() && maybe.empty(); }
    Concern Of(int part) const {
      return yes.Has(part) ? Concern::kYes : maybe.Has(part) ? Concern::kUnknown : Concern::kNo;
    }
  };
  // O(what the scope lists) for each service and environment of the work.
  Answer Ask(const CompiledScope& scope, flat::Arena* arena) const;

 private:
  struct Service {
    std::string_view id;
    std::span<const std::string> above;  // what it is part of
    bool is_named = true;                // else the work touches none, or none is known
  };

  // Which of the work's environments the scope is about, by their places: for certain, or perhaps.
  Answer AskEnvironments(const CompiledScope& scope, flat::Arena* arena) const;
  bool IsOpen(int32_t environment) const {
    return environment == v1::ENVIRONMENT_UNSPECIFIED && !work_.environments_known;
  }

  const Work& work_;
  flat::Repeated<Service> services_;
  flat::Repeated<int32_t> environments_;
  std::span<const std::string> above_team_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_SCOPE_H_
