#include "libchangepolicy/program/enum_words.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;

// By number; all enums of the model are small and count from 0.
using Words = std::vector<std::string>;
using AllWords = absl::flat_hash_map<const EnumDescriptor*, Words>;

constexpr int kLargestNumber = 255;

void Add(const EnumDescriptor* type, AllWords* all) {
  Words& words = (*all)[type];
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    if (number < 0 || number > kLargestNumber) continue;
    if (words.size() <= static_cast<size_t>(number)) words.resize(static_cast<size_t>(number) + 1);
    words[static_cast<size_t>(number)] = cel::EnumValueText(*type, number);
  }
}

AllWords MakeAll() {
  AllWords all;
  for (size_t i = 0; i < flat::kModelTableCount; ++i) {
    const Descriptor& message = *flat::DescriptorOf(*flat::kModelTables[i]);
    for (int field = 0; field < message.field_count(); ++field) {
      const EnumDescriptor* const type = message.field(field)->enum_type();
      if (type != nullptr && !all.contains(type)) Add(type, &all);
    }
  }
  return all;
}

}  // namespace

std::string_view EnumWords(const EnumDescriptor& type, int number) {
  static const AllWords& all = *new AllWords(MakeAll());
  const auto found = all.find(&type);
  if (found == all.end() || number < 0 || static_cast<size_t>(number) >= found->second.size()) {
    return {};
  }
  return found->second[static_cast<size_t>(number)];
}

}  // namespace changepolicy
