// Messages and instants for the tests of domain/, written shortly.
#ifndef LIBCHANGEPOLICY_TESTS_DOMAIN_MESSAGES_H_
#define LIBCHANGEPOLICY_TESTS_DOMAIN_MESSAGES_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {

// A message from its text form; the test fails where that does not parse.
template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The same content as a flat message, which stays until the test program ends.
template <typename Flat>
const Flat& AsFlat(const google::protobuf::Message& message) {
  static flat::Arena& arena = *new flat::Arena;
  return *flat::CopyOf<Flat>(message, &arena);
}

// Instants of the tests are small numbers of seconds since the epoch.
inline absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TESTS_DOMAIN_MESSAGES_H_
