// A question for C, made from Python's arguments.
#ifndef BINDINGS_PYTHON_NATIVE_QUESTION_H_
#define BINDINGS_PYTHON_NATIVE_QUESTION_H_

#include <optional>

#include "bindings/python/native/native.h"

namespace changepolicy::python {

// The question lives as long as this does.
class Question {
 public:
  Question(const std::optional<py::str>& now, const std::optional<py::str>& transition,
           changepolicy_detail detail, bool subject_digest,
           const std::optional<py::str>& role = std::nullopt)
      : now_(now, "now"), transition_(transition, "transition"), role_(role, "role") {
    question_.now = now_.get();
    question_.transition = transition_.get();
    question_.detail = detail;
    question_.subject_digest = subject_digest ? 1 : 0;
    question_.role = role_.get();
  }
  const changepolicy_question* get() const { return &question_; }

 private:
  OptionalText now_;
  OptionalText transition_;
  OptionalText role_;
  changepolicy_question question_ = Sized<changepolicy_question>();
};

}  // namespace changepolicy::python

#endif  // BINDINGS_PYTHON_NATIVE_QUESTION_H_
