// The text of tables.
#ifndef FLAT_GENERATOR_TABLE_WRITER_H_
#define FLAT_GENERATOR_TABLE_WRITER_H_

#include <string>

#include "flat_generator/model.h"

namespace changepolicy::flat_generator {

// Definitions of the class's static members: its fields, what the parser needs of them, its table.
std::string TableText(const Descriptor& message);

}  // namespace changepolicy::flat_generator

#endif  // FLAT_GENERATOR_TABLE_WRITER_H_
