#include "libchangepolicy/flat/table.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy::flat {

const FieldTable* MessageTable::FindByNumber(uint32_t number) const {
  const FieldTable* const end = fields + field_count;
  const FieldTable* const found = std::lower_bound(
      fields, end, number,
      [](const FieldTable& field, uint32_t wanted) { return field.number < wanted; });
  return found != end && found->number == number ? found : nullptr;
}

const FieldTable* MessageTable::FindByName(std::string_view name) const {
  const FieldTable* const end = fields + field_count;
  const FieldTable* const found =
      std::find_if(fields, end, [&](const FieldTable& field) { return field.name == name; });
  return found != end ? found : nullptr;
}

const MessageTable* FindTable(std::string_view full_name) {
  const MessageTable* const* const end = kModelTables + kModelTableCount;
  const MessageTable* const* const found = std::lower_bound(
      kModelTables, end, full_name,
      [](const MessageTable* table, std::string_view name) { return table->full_name < name; });
  return found != end && (*found)->full_name == full_name ? *found : nullptr;
}

namespace {

using Descriptors = std::unordered_map<const MessageTable*, const google::protobuf::Descriptor*>;

}  // namespace

const google::protobuf::Descriptor* DescriptorOf(const MessageTable& table) {
  // The pool finds by name, which takes longer.
  static const Descriptors& descriptors = *new Descriptors([] {
    Descriptors found;
    for (size_t i = 0; i < kModelTableCount; ++i) {
      const MessageTable* const each = kModelTables[i];
      found[each] = ModelPool().FindMessageTypeByName(std::string(each->full_name));
    }
    return found;
  }());
  return descriptors.at(&table);
}

const google::protobuf::FieldDescriptor* DescriptorOf(const MessageTable& table,
                                                      const FieldTable& field) {
  return DescriptorOf(table)->FindFieldByNumber(static_cast<int>(field.number));
}

}  // namespace changepolicy::flat
