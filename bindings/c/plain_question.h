// A question as nearly every call asks it: every argument as it has to be, the subject serialized.
// Found by a few looks, inline; whatever else there is goes to those who read with care (call.h),
// say what is wrong, and take longer than these looks.
#ifndef BINDINGS_C_PLAIN_QUESTION_H_
#define BINDINGS_C_PLAIN_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/base/attributes.h"
#include "absl/time/time.h"
#include "bindings/c/call.h"
#include "bindings/c/changepolicy.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::c {

inline bool IsNanosOfSecond(int32_t nanos) { return nanos >= 0 && nanos < 1'000'000'000; }

// The instant, of a question whose size is right. Nothing where it is not given once and rightly.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline std::optional<absl::Time> FindNow(
    const changepolicy_question& question) {
  const bool has_number = question.struct_size != kFirstSize<changepolicy_question>;
  if (!has_number || question.now_is_number == 0) {
    if (question.now == nullptr ||
        (has_number && (question.now_seconds != 0 || question.now_nanos != 0))) {
      return std::nullopt;
    }
    return ReadInstant(question.now);
  }
  // The years that RFC 3339 can write.
  constexpr int64_t kFirstSecond = -62'135'596'800, kEnd = 253'402'300'800;
  if (question.now != nullptr || question.now_seconds < kFirstSecond ||
      question.now_seconds >= kEnd || !IsNanosOfSecond(question.now_nanos)) {
    return std::nullopt;
  }
  const absl::Time second = absl::FromUnixSeconds(question.now_seconds);
  if (question.now_nanos == 0) return second;
  return second + absl::Nanoseconds(question.now_nanos);
}

inline bool IsPlain(const changepolicy_subject& subject) {
  return subject.encoding == CHANGEPOLICY_BINARY &&
         (subject.kind == CHANGEPOLICY_CHANGE || subject.kind == CHANGEPOLICY_RELEASE) &&
         subject.data != nullptr && subject.size <= ReadOptions().max_bytes;
}
// Of a plain one.
inline v1::SubjectKind KindOf(const changepolicy_subject& subject) {
  return subject.kind == CHANGEPOLICY_CHANGE ? v1::SUBJECT_KIND_CHANGE : v1::SUBJECT_KIND_RELEASE;
}

// What `ask(kind, bytes of the subject, question)` says. False where there is anything to complain
// about, or more to do: then nothing was asked.
template <typename Ask>
ABSL_ATTRIBUTE_ALWAYS_INLINE inline bool AskPlainly(const changepolicy_subject* subject,
                                                    const changepolicy_question* question,
                                                    Ask ask) {
  if (subject == nullptr || !IsPlain(*subject)) return false;
  if (question == nullptr ||
      (question->struct_size != sizeof *question &&
       question->struct_size != kFirstSize<changepolicy_question>) ||
      question->detail < 0 || question->detail > CHANGEPOLICY_DETAIL_RULES) {
    return false;
  }
  const std::optional<absl::Time> now = FindNow(*question);
  if (!now.has_value()) return false;
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  if (question->transition != nullptr) {
    const std::optional<v1::Transition> found = FindTransition(question->transition);
    if (!found.has_value()) return false;
    transition = *found;
  }
  const v1::Detail detail =
      question->detail == 0 ? v1::DETAIL_REASONS : static_cast<v1::Detail>(question->detail);
  return ask(KindOf(*subject), std::string_view(subject->data, subject->size),
             Question{.now = *now,
                      .transition = transition,
                      .detail = detail,
                      .subject_digest = question->subject_digest != 0});
}

}  // namespace changepolicy::c

#endif  // BINDINGS_C_PLAIN_QUESTION_H_
