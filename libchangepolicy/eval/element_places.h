// Where the elements of a subject's lists stand in the message that it was bound from: the bound
// subject leaves some out and has the others in canonical order.
#ifndef LIBCHANGEPOLICY_EVAL_ELEMENT_PLACES_H_
#define LIBCHANGEPOLICY_EVAL_ELEMENT_PLACES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy {

// Of each list of messages, by its path in the message that was read (`.services`,
// `.changes[2].services`): for each element, as they stand bound, its place in that message.
using ElementOrder = std::map<std::string, std::vector<int>, std::less<>>;

// Of an element that the message did not have.
inline constexpr int kNoPlace = -1;

// The path of an element, and of a field below a message, in such an order.
std::string PathBelow(std::string_view message, std::string_view field);
std::string PathOfElement(std::string_view list, int place);

// Knows elements by their addresses, so that they may be taken out, changed and sorted. Each
// function is linear in the size of the message.
class ElementPlaces {
 public:
  // The message as it was read: each element stands where it stands.
  void Begin(const flat::MessageTable& table, const void* message);
  // `to` was read from what `from` was written to, so that the lists of both are alike. What both
  // lie in must not be given back before OrderOf.
  void Follow(const flat::MessageTable& table, const void* from, const void* to);

  ElementOrder OrderOf(const flat::MessageTable& table, const void* message) const;

 private:
  absl::flat_hash_map<const void*, int> places_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_ELEMENT_PLACES_H_
