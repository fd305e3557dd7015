// A question as nearly every call asks it: every argument as it has to be, the subject serialized.
// Found by a few looks, inline; whatever else there is goes to those who read with care (call.h),
// say what is wrong, and take longer than these looks. What stands here is short on purpose:
// between two decisions a processor forgets it, and its lines of code come anew from a farther
// cache.
#ifndef BINDINGS_C_PLAIN_QUESTION_H_
#define BINDINGS_C_PLAIN_QUESTION_H_

#include <cstdint>
#include <string_view>

#include "absl/base/attributes.h"
#include "absl/time/time.h"
#include "bindings/c/call.h"
#include "bindings/c/changepolicy.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy::c {

inline bool IsNanosOfSecond(int32_t nanos) { return nanos >= 0 && nanos < 1'000'000'000; }

// Of a question whose instant is no number. False where it is not given once and rightly.
bool FindTextNow(const changepolicy_question& question, absl::Time* now);

// The instant, of a question whose size is right. False where it is not given once and rightly.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline bool FindNow(const changepolicy_question& question,
                                                 absl::Time* now) {
  if (question.struct_size == kFirstSize<changepolicy_question> || question.now_is_number == 0) {
    return FindTextNow(question, now);
  }
  // The years that RFC 3339 can write.
  constexpr int64_t kFirstSecond = -62'135'596'800, kEnd = 253'402'300'800;
  if (question.now != nullptr || question.now_seconds < kFirstSecond ||
      question.now_seconds >= kEnd || !IsNanosOfSecond(question.now_nanos)) {
    return false;
  }
  *now = absl::FromUnixSeconds(question.now_seconds);
  if (question.now_nanos != 0) *now += absl::Nanoseconds(question.now_nanos);
  return true;
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
  Question plain;
  if (!FindNow(*question, &plain.now)) return false;
  if (question->transition != nullptr && !FindTransition(question->transition, &plain.transition)) {
    return false;
  }
  if (question->detail != 0) plain.detail = static_cast<v1::Detail>(question->detail);
  plain.subject_digest = question->subject_digest != 0;
  return ask(KindOf(*subject), std::string_view(subject->data, subject->size), plain);
}

}  // namespace changepolicy::c

#endif  // BINDINGS_C_PLAIN_QUESTION_H_
