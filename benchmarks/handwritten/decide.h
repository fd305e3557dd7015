// A decision as a good engineer would write it by hand who has this one policy to carry out: from
// the bytes of a change to the bytes of a Decision, over the protobuf API. What the engine of this
// library is measured against.
//
// The bytes are those of Engine::AnswerBytes(kDecide, SUBJECT_KIND_CHANGE, bytes, {now}). What this
// does not know how to decide (releases, deployments that ran, break-glass, conditions ...) it
// refuses.
#ifndef BENCHMARKS_HANDWRITTEN_DECIDE_H_
#define BENCHMARKS_HANDWRITTEN_DECIDE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "benchmarks/handwritten/case.h"
#include "benchmarks/handwritten/tables.h"
#include "google/protobuf/arena.h"

namespace changepolicy::handwritten {

// For one thread; the tables are shared and must outlive it. All memory is reused.
class Decider {
 public:
  explicit Decider(const Tables& tables);
  ~Decider();

  // Each gives the bytes, valid until the next call; nothing where it refuses.
  //
  // Change and Decision are messages on the heap, made anew each time.
  std::optional<std::string_view> OnHeap(std::string_view change, absl::Time now);
  // Both stand on an arena that is reused.
  std::optional<std::string_view> OnArena(std::string_view change, absl::Time now);
  // The change is parsed on the arena; the Decision is put together from bytes that were encoded
  // when the tables were made, and each fact is encoded once.
  std::optional<std::string_view> Prepared(std::string_view change, absl::Time now);

 private:
  std::vector<char> block_;
  google::protobuf::Arena arena_;
  Case case_;
  std::string bytes_;
  std::unique_ptr<class WireWriter> writer_;
};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_DECIDE_H_
