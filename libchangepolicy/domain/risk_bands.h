// The level that a score has.
#ifndef LIBCHANGEPOLICY_DOMAIN_RISK_BANDS_H_
#define LIBCHANGEPOLICY_DOMAIN_RISK_BANDS_H_

#include "changepolicy/v1/policy.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace changepolicy {

// Of the bands, which ascend, the last that begins at or below the score; UNSPECIFIED where there
// is none. O(bands).
inline v1::RiskLevel LevelOf(const google::protobuf::RepeatedPtrField<v1::RiskBand>& bands,
                             int score) {
  v1::RiskLevel level = v1::RISK_LEVEL_UNSPECIFIED;
  for (const v1::RiskBand& band : bands) {
    if (band.from() <= score) level = band.level();
  }
  return level;
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_RISK_BANDS_H_
