// The pieces of protobuf's wire format, read as protobuf 3.21 reads them; for parse.cc.
//
// Each function reads at `p`, never beyond `limit`, and gives the place behind what it read, or
// null where it is refused. `end` is the end of the whole input, up to which it is safe to look.
#ifndef LIBCHANGEPOLICY_FLAT_WIRE_READER_H_
#define LIBCHANGEPOLICY_FLAT_WIRE_READER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "libchangepolicy/base/utf8.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace changepolicy::flat::wire {

inline constexpr bool kLittleEndian = std::endian::native == std::endian::little;

inline uint64_t Load64(const uint8_t* p) {
  uint64_t word;
  std::memcpy(&word, p, sizeof(word));
  return word;
}

// Ten bytes at most; bits beyond the 64th are dropped.
inline const uint8_t* ReadVarintByBytes(const uint8_t* p, const uint8_t* limit, uint64_t* value) {
  uint64_t result = 0;
  for (int shift = 0; shift < 70 && p < limit; shift += 7) {
    const uint64_t byte = *p++;
    result |= (byte & 0x7F) << shift;
    if (byte < 0x80) {
      *value = result;
      return p;
    }
  }
  return nullptr;
}

// Of several bytes, which usually lie in one word.
inline const uint8_t* ReadLongVarint(const uint8_t* p, const uint8_t* limit, const uint8_t* end,
                                     uint64_t* value) {
  if (kLittleEndian && end - p >= 8) {
    const uint64_t word = Load64(p);
    const uint64_t last = ~word & 0x8080808080808080;
    if (last != 0) {
      const uint8_t* const behind = p + std::countr_zero(last) / 8 + 1;
      if (behind > limit) return nullptr;
      // Up to the last byte, seven bits of each, moved together: pairs, fours, eights.
      uint64_t bits = word & (last ^ (last - 1)) & 0x7F7F7F7F7F7F7F7F;
      bits = (bits & 0x007F007F007F007F) | (bits & 0x7F007F007F007F00) >> 1;
      bits = (bits & 0x00003FFF00003FFF) | (bits & 0x3FFF00003FFF0000) >> 2;
      *value = (bits & 0x000000000FFFFFFF) | (bits & 0x0FFFFFFF00000000) >> 4;
      return behind;
    }
  }
  return ReadVarintByBytes(p, limit, value);
}

inline const uint8_t* ReadVarint(const uint8_t* p, const uint8_t* limit, const uint8_t* end,
                                 uint64_t* value) {
  if (p < limit && *p < 0x80) [[likely]] {
    *value = *p;
    return p + 1;
  }
  return ReadLongVarint(p, limit, end, value);
}

// Five bytes at most; bits beyond the 32nd are dropped.
inline const uint8_t* ReadTag(const uint8_t* p, const uint8_t* limit, uint32_t* tag) {
  uint32_t result = 0;
  for (int shift = 0; shift < 35 && p < limit; shift += 7) {
    const uint32_t byte = *p++;
    result |= (byte & 0x7F) << shift;
    if (byte < 0x80) {
      *tag = result;
      return p;
    }
  }
  return nullptr;
}

// Length of what follows, which must end at the limit or before. Five bytes at most, below 2 GiB.
inline const uint8_t* ReadLongSize(const uint8_t* p, const uint8_t* limit, size_t* size) {
  uint64_t result = 0;
  for (int shift = 0; shift < 35 && p < limit; shift += 7) {
    const uint64_t byte = *p++;
    result |= (byte & 0x7F) << shift;
    if (byte >= 0x80) continue;
    if (result > static_cast<uint64_t>(limit - p)) return nullptr;
    *size = static_cast<size_t>(result);
    return p;
  }
  return nullptr;
}

inline const uint8_t* ReadSize(const uint8_t* p, const uint8_t* limit, size_t* size) {
  if (p < limit && *p < 0x80) [[likely]] {
    *size = *p++;
    return *size <= static_cast<size_t>(limit - p) ? p : nullptr;
  }
  return ReadLongSize(p, limit, size);
}

// Whether the text is UTF-8. Most texts are ASCII, of which a word or two are looked at at a time.
inline bool IsText(const uint8_t* p, size_t size, const uint8_t* end) {
  const std::string_view text(reinterpret_cast<const char*>(p), size);
#ifdef __SSE2__
  if (size <= 16 && end - p >= 16) {
    const __m128i word = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const uint32_t beyond = static_cast<uint32_t>(_mm_movemask_epi8(word));
    return (beyond & ((uint32_t{1} << size) - 1)) == 0 || IsUtf8(text);
  }
#endif
  constexpr uint64_t kHighBits = 0x8080808080808080;
  uint64_t seen = 0;
  for (; size >= 8; size -= 8, p += 8) seen |= Load64(p);
  for (size_t i = 0; i < size; ++i) seen |= p[i];
  return (seen & kHighBits) == 0 || IsUtf8(text);
}

// Skips the value of a field that the message's class does not know. Groups count as `depth`.
const uint8_t* SkipUnknown(uint32_t tag, const uint8_t* p, const uint8_t* limit, int depth);

}  // namespace changepolicy::flat::wire

#endif  // LIBCHANGEPOLICY_FLAT_WIRE_READER_H_
