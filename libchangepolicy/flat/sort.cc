#include "libchangepolicy/flat/sort.h"

#include <algorithm>
#include <bit>

#include "libchangepolicy/flat/canonical_order.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy::flat {
namespace {

template <typename T>
void SortNumbers(ListStorage* list) {
  T* const numbers = static_cast<T*>(list->data);
  std::sort(numbers, numbers + list->size, [](T a, T b) {
    return CompareVarints(static_cast<uint64_t>(static_cast<int64_t>(a)),
                          static_cast<uint64_t>(static_cast<int64_t>(b))) < 0;
  });
}

void SortTexts(ListStorage* list) {
  auto* const texts = static_cast<std::string_view*>(list->data);
  std::sort(texts, texts + list->size,
            [](std::string_view a, std::string_view b) { return CompareDelimited(a, b) < 0; });
}

// Of equal bytes the one that stood first; they may differ in what the canonical form leaves out
// (the sign of a zero).
void SortMessages(const MessageTable& table, ListStorage* list, Arena* scratch, Buffer* buffer) {
  struct Encoded {
    std::string_view bytes;
    uint32_t place;
    void* message;
  };
  void** const messages = static_cast<void**>(list->data);
  auto* const encoded = static_cast<Encoded*>(scratch->Allocate(list->size * sizeof(Encoded)));
  for (uint32_t i = 0; i < list->size; ++i) {
    const std::string_view bytes = EncodeCanonical(table, messages[i], scratch, buffer);
    encoded[i] = {scratch->Copy(bytes), i, messages[i]};
  }
  std::sort(encoded, encoded + list->size, [](const Encoded& a, const Encoded& b) {
    const int order = CompareDelimited(a.bytes, b.bytes);
    return order != 0 ? order < 0 : a.place < b.place;
  });
  for (uint32_t i = 0; i < list->size; ++i) messages[i] = encoded[i].message;
}

void SortList(const FieldTable& field, ListStorage* list, Arena* scratch, Buffer* buffer) {
  switch (field.kind) {
    case Kind::kRepeatedInt32:
      return SortNumbers<int32_t>(list);
    case Kind::kRepeatedInt64:
      return SortNumbers<int64_t>(list);
    case Kind::kRepeatedString:
      return SortTexts(list);
    default:
      return SortMessages(*field.message, list, scratch, buffer);
  }
}

}  // namespace

void SortSetLikes(const MessageTable& table, void* message, Arena* scratch, Buffer* buffer) {
  char* const from = static_cast<char*>(message);
  uint64_t bits = *reinterpret_cast<const uint64_t*>(from + MessageTable::kPresentOffset);
  for (; bits != 0; bits &= bits - 1) {
    const FieldTable& field = table.fields[std::countr_zero(bits)];
    if (field.kind == Kind::kMessage) {
      SortSetLikes(*field.message, *reinterpret_cast<void**>(from + field.offset), scratch, buffer);
    }
    if (!field.repeated()) continue;
    auto* const list = reinterpret_cast<ListStorage*>(from + field.offset);
    if (field.message != nullptr) {
      for (uint32_t i = 0; i < list->size; ++i) {
        SortSetLikes(*field.message, static_cast<void**>(list->data)[i], scratch, buffer);
      }
    }
    if (field.set_like && list->size > 1) SortList(field, list, scratch, buffer);
  }
}

}  // namespace changepolicy::flat
