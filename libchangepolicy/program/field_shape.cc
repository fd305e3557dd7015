#include "libchangepolicy/program/field_shape.h"

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy {
namespace {

using AllShapes = absl::flat_hash_map<const flat::MessageTable*, std::vector<FieldShape>>;

AllShapes MakeAll() {
  AllShapes all;
  for (size_t i = 0; i < flat::kModelTableCount; ++i) {
    const flat::MessageTable& table = *flat::kModelTables[i];
    std::vector<FieldShape>& shapes = all[&table];
    for (uint32_t f = 0; f < table.field_count; ++f) {
      const auto& descriptor = *flat::DescriptorOf(table, table.fields[f]);
      shapes.push_back({FormOf(descriptor), StorageOf(descriptor), descriptor.enum_type()});
    }
  }
  return all;
}

}  // namespace

const FieldShape* ShapesOf(const flat::MessageTable& table) {
  static const AllShapes& all = *new AllShapes(MakeAll());
  return all.at(&table).data();
}

}  // namespace changepolicy
