// From descriptors to the text of C++ files.
#ifndef FLAT_GENERATOR_GENERATOR_H_
#define FLAT_GENERATOR_GENERATOR_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace changepolicy::flat_generator {

// A file below the folder of generated files.
struct Written {
  std::string path;
  std::string text;
};

// The header and the source of each file, and the source that lists all tables. False, with a
// complaint that names the field, where the model has what flat messages do not: a type of field
// that no file of ours uses (fixed and zigzag numbers, float, lists of bool, double or bytes, maps
// by numbers), more than 64 fields, or a field number over 255.
bool Generate(const std::vector<const google::protobuf::FileDescriptor*>& files,
              std::vector<Written>* written, std::string* complaint);

}  // namespace changepolicy::flat_generator

#endif  // FLAT_GENERATOR_GENERATOR_H_
