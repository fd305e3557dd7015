// Paths of parts of messages, as cases of suites write them: `impact.availability`,
// `approvals[0].by`, `services[web].critical`, `facts["cost"]`.
#ifndef LIBCHANGEPOLICY_TRIAL_MESSAGE_PATH_H_
#define LIBCHANGEPOLICY_TRIAL_MESSAGE_PATH_H_

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"

namespace changepolicy {

// `name[selector]` of a path, and what follows it.
struct PathStep {
  std::string name;
  std::optional<std::string> selector;
  // Written in quotes: names an element, and is no position.
  bool quoted = false;
  std::string_view rest;
};

// The first step of a path. Gives what is wrong with the notation; empty: nothing.
std::string_view SplitPath(std::string_view path, PathStep* step);

// The element of a repeated field that the step selects: by position, or by what names it.
std::optional<int> FindElement(const google::protobuf::FieldDescriptor& field, const PathStep& step,
                               const google::protobuf::Message& message);

// What stands at the path, as a document would write it: enums by their short names, the rest as
// JSON. Says so where nothing stands there.
std::string TextAt(std::string_view path, const google::protobuf::Message& message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_MESSAGE_PATH_H_
