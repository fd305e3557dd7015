#include "libchangepolicy/cel/element_set.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <type_traits>

#include "libchangepolicy/cel/equality.h"

namespace changepolicy::cel {

using Kind = Value::Kind;

void ElementSet::Add(Value value) {
  values_.push_back(std::move(value));
  if (!is_indexed()) return;
  if (values_.size() > kCompared + 1) return Index(values_.back());
  for (const Value& one : values_) Index(one);
}

// A text stays where it is when its value is moved.
void ElementSet::Index(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      null_ = true;
      break;
    case Kind::kBool:
      bools_[value.bool_value() ? 1 : 0] = true;
      break;
    case Kind::kInt:
      wholes_.insert(WholeOf(value.int_value()));
      break;
    case Kind::kUint:
      wholes_.insert({true, value.uint_value()});
      break;
    case Kind::kDouble:
      if (!std::isnan(value.double_value())) doubles_.insert(value.double_value());
      break;
    case Kind::kString:
      strings_.insert(value.string_value());
      break;
    case Kind::kBytes:
      bytes_.insert(value.bytes_value());
      break;
    case Kind::kTimestamp:
      timestamps_.insert(value.timestamp_value());
      break;
    case Kind::kDuration:
      durations_.insert(value.duration_value());
      break;
    case Kind::kError:
    case Kind::kUnknown:
      // Equal nothing.
      break;
    default:
      others_.push_back(value);
  }
}

bool ElementSet::HasInt(int64_t value) const { return HasWhole(WholeOf(value)); }

bool ElementSet::HasUint(uint64_t value) const { return HasWhole({true, value}); }

bool ElementSet::HasDouble(double value) const {
  return !std::isnan(value) && (doubles_.contains(value) || wholes_.contains(value));
}

// A text is compared with some others.
uint64_t ElementSet::StepsFor(const Value& value) const {
  const uint64_t others = static_cast<uint64_t>(std::bit_width(values_.size()));
  return 1 + others * TextSteps(value);
}

namespace {

// Whether one of few equals `wanted`. Values of its kind are compared here, by what `get` gives of
// them, since a call for each costs more than the comparison; the meter is told afterwards.
template <typename Get>
bool IsAmong(const std::vector<Value>& values, const Value& wanted, Meter& meter, Get get) {
  uint64_t steps = 0;
  bool found = false;
  for (size_t i = 0; i < values.size() && !found; ++i) {
    if (values[i].kind() != wanted.kind()) {
      found = Equal(values[i], wanted, meter);
      continue;
    }
    ++steps;
    const auto& a = get(values[i]);
    const auto& b = get(wanted);
    if constexpr (std::is_same_v<decltype(b), const std::string&>) {
      if (a.size() != b.size()) continue;
      steps += TextSteps(b.size());
    }
    found = a == b;
  }
  return meter.Charge(steps) && found;
}

bool IsAmongFew(const std::vector<Value>& values, const Value& wanted, Meter& meter) {
  switch (wanted.kind()) {
    case Kind::kInt:
      return IsAmong(values, wanted, meter, [](const Value& one) { return one.int_value(); });
    case Kind::kUint:
      return IsAmong(values, wanted, meter, [](const Value& one) { return one.uint_value(); });
    case Kind::kDouble:
      return IsAmong(values, wanted, meter, [](const Value& one) { return one.double_value(); });
    case Kind::kString:
      return IsAmong(values, wanted, meter,
                     [](const Value& one) -> const std::string& { return one.string_value(); });
    case Kind::kBytes:
      return IsAmong(values, wanted, meter,
                     [](const Value& one) -> const std::string& { return one.bytes_value(); });
    default:
      return std::any_of(values.begin(), values.end(),
                         [&](const Value& one) { return Equal(one, wanted, meter); });
  }
}

}  // namespace

bool ElementSet::Has(const Value& value, Meter& meter) const {
  const auto equals = [&](const Value& other) { return Equal(other, value, meter); };
  if (!is_indexed()) {
    return meter.Charge(1 + values_.size()) && IsAmongFew(values_, value, meter);
  }
  if (!meter.Charge(StepsFor(value))) return false;
  switch (value.kind()) {
    case Kind::kNull:
      return null_;
    case Kind::kBool:
      return bools_[value.bool_value() ? 1 : 0];
    case Kind::kInt:
      return HasInt(value.int_value());
    case Kind::kUint:
      return HasUint(value.uint_value());
    case Kind::kDouble:
      return HasDouble(value.double_value());
    case Kind::kString:
      return strings_.contains(value.string_value());
    case Kind::kBytes:
      return bytes_.contains(value.bytes_value());
    case Kind::kTimestamp:
      return timestamps_.contains(value.timestamp_value());
    case Kind::kDuration:
      return durations_.contains(value.duration_value());
    default:
      return meter.Charge(others_.size()) && std::any_of(others_.begin(), others_.end(), equals);
  }
}

}  // namespace changepolicy::cel
