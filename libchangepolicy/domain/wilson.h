// How sure a record of successes makes us: the lower end of Wilson's score interval, exactly.
#ifndef LIBCHANGEPOLICY_DOMAIN_WILSON_H_
#define LIBCHANGEPOLICY_DOMAIN_WILSON_H_

#include <cstdint>

namespace changepolicy {

// The one-sided lower confidence bound of the success rate s/n, in parts per million, rounded down:
// the greatest p = k/10^6, p <= s/n, with
//   (s - n p)^2 >= z^2 n p (1 - p),
// that is, the greatest rate under which so many successes would be too good to be chance. It is
// decided in integers, without floating point. z^2 is the exact rational
//   90 per cent: 1.6423745    95 per cent: 2.7055435    99 per cent: 5.4118945
// (the square of the normal quantile, rounded up in the seventh place: towards less trust).
// 0 where there are no runs, where the counts make no sense (negative, more successes than runs),
// and at any other confidence. O(1).
int32_t WilsonLowerBoundPpm(int32_t successes, int32_t runs, int32_t confidence_percent);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_WILSON_H_
