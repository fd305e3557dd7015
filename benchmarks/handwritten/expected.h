// What the engine's Decision is compared with: only rules that apply stand among the outcomes.
#ifndef BENCHMARKS_HANDWRITTEN_EXPECTED_H_
#define BENCHMARKS_HANDWRITTEN_EXPECTED_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/base/wire.h"

namespace changepolicy::handwritten {

inline std::string WithoutOthers(const std::string& bytes) {
  v1::Decision decision;
  decision.ParseFromString(bytes);
  auto* const outcomes = decision.mutable_outcomes();
  for (int i = outcomes->size(); i-- > 0;) {
    if (outcomes->Get(i).status() == v1::STATUS_NOT_APPLICABLE) outcomes->DeleteSubrange(i, 1);
  }
  return DeterministicBytes(decision);
}

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_EXPECTED_H_
