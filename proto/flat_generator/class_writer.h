// The text of classes.
#ifndef FLAT_GENERATOR_CLASS_WRITER_H_
#define FLAT_GENERATOR_CLASS_WRITER_H_

#include <string>

#include "flat_generator/model.h"

namespace changepolicy::flat_generator {

// The class, with the accessors that need no other class.
std::string ClassText(const Descriptor& message);

// The accessors that need the classes of fields to be complete, to stand behind all classes.
std::string InlineText(const Descriptor& message);

// Name of protobuf's class, like `::changepolicy::v1::ChangeRequest`.
std::string PbClassName(const Descriptor& message);

}  // namespace changepolicy::flat_generator

#endif  // FLAT_GENERATOR_CLASS_WRITER_H_
