// A policy whose decisions differ from row to row, and changes of every kind for it.
#ifndef TESTS_ARROW_SCENE_H_
#define TESTS_ARROW_SCENE_H_

#include <optional>
#include <string>

#include "bindings/arrow/decide_column.h"
#include "libchangepolicy/engine.h"
#include "tests/arrow/made_column.h"

namespace changepolicy::bindings {

// Asks for a lead and an engineer, for unit tests, and counts risk.
const Engine& TheEngine();

// A question about changes at DEPLOY, at the instant of the other tests.
ColumnQuestion AboutChanges(bool json = false);

// The n-th of a series of changes: approved, half approved or not, with and without evidence.
v1::ChangeRequest NthChange(int n);
std::string NthBytes(int n);
std::string NthJson(int n);

// So many changes, every seventh row null, every eleventh unreadable.
Cells ManyChanges(int count, bool json);

}  // namespace changepolicy::bindings

#endif  // TESTS_ARROW_SCENE_H_
