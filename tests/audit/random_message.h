// Messages of any type, filled at random.
#ifndef TESTS_AUDIT_RANDOM_MESSAGE_H_
#define TESTS_AUDIT_RANDOM_MESSAGE_H_

#include <functional>
#include <random>
#include <string>

#include "google/protobuf/message.h"

namespace changepolicy {

class RandomMessages {
 public:
  using Random = std::mt19937;
  // `text` gives the texts.
  RandomMessages(uint32_t seed, std::function<std::string(Random&)> text)
      : random_(seed), text_(std::move(text)) {}

  void Fill(google::protobuf::Message* message, int depth = 0);

 private:
  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  void SetOne(google::protobuf::Message* message, const google::protobuf::FieldDescriptor& field,
              int depth);
  void AddOne(google::protobuf::Message* message, const google::protobuf::FieldDescriptor& field,
              int depth);

  Random random_;
  std::function<std::string(Random&)> text_;
};

}  // namespace changepolicy

#endif  // TESTS_AUDIT_RANDOM_MESSAGE_H_
