// Whether a window or freeze concerns a piece of work, and which parts of it.
#ifndef LIBCHANGEPOLICY_CALENDAR_SCOPE_H_
#define LIBCHANGEPOLICY_CALENDAR_SCOPE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

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
  PartSet() = default;  // none, and none can be added
  PartSet(int parts, flat::Arena* arena)
      : words_(static_cast<uint64_t*>(arena->Allocate((Words(parts)) * sizeof(uint64_t)))),
        size_(Words(parts)) {}

  bool Has(int part) const {
    const size_t word = static_cast<size_t>(part) / 64;
    return word < size_ && (words_[word] >> (part % 64) & 1) != 0;
  }
  void Add(int part) { words_[part / 64] |= uint64_t{1} << (part % 64); }
  // REQUIRES: this is a set of as many parts.
  void Add(const PartSet& other) {
    for (size_t i = 0; i < other.size_; ++i) words_[i] |= other.words_[i];
  }
  bool empty() const {
    for (size_t i = 0; i < size_; ++i) {
      if (words_[i] != 0) return false;
    }
    return true;
  }

 private:
  static size_t Words(int parts) { return (static_cast<size_t>(parts) + 63) / 64; }

  uint64_t* words_ = nullptr;
  size_t size_ = 0;
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
  std::string NameOf(int part) const;

  struct Answer {
    PartSet yes, maybe;  // of the work's parts
    UnknownLists unknown;

    bool None() const { return yes.empty() && maybe.empty(); }
    Concern Of(int part) const {
      return yes.Has(part) ? Concern::kYes : maybe.Has(part) ? Concern::kUnknown : Concern::kNo;
    }
  };
  // O(what the scope lists) for each service and environment of the work.
  Answer Ask(const v1::CalendarScope& scope, flat::Arena* arena) const;

 private:
  struct Service {
    std::string_view id;
    std::span<const std::string> above;  // what it is part of
    bool is_named = true;                // else the work touches none, or none is known
  };

  const Work& work_;
  flat::Repeated<Service> services_;
  flat::Repeated<int32_t> environments_;
  std::span<const std::string> above_team_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_SCOPE_H_
