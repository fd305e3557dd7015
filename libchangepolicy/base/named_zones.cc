#include "libchangepolicy/base/named_zones.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/zone_rules.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kLongestName = 64;  // the longest of the database has 32 letters

// Names of zones begin with a capital, those of the folders beside them, like `posix/UTC`, have a
// slash. Most texts have neither, and no file is looked for.
bool CouldBeName(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         (absl::ascii_isupper(static_cast<unsigned char>(text[0])) ||
          text.find('/') != std::string_view::npos);
}

class ZoneFinder {
 public:
  void Find(const Message& message) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    std::string scratch;
    for (const FieldDescriptor* const field : fields) {
      const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
      if (!is_text && field->message_type() == nullptr) continue;
      const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < size; ++i) {
        if (!is_text) {
          Find(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                    : reflection.GetMessage(message, field));
        } else if (field->is_repeated()) {
          FindInQuotes(reflection.GetRepeatedStringReference(message, field, i, &scratch));
        } else if (field->name() == "zone") {
          zones_.insert(reflection.GetString(message, field));
        } else {
          FindInQuotes(reflection.GetStringReference(message, field, &scratch));
        }
      }
    }
  }

  std::vector<std::string> Take() { return {zones_.begin(), zones_.end()}; }

 private:
  // What stands between a quote and the next one of its kind. Which of them opens is not asked: a
  // quote that closes may open, too, and what is then found is no name or the name of a zone.
  void FindInQuotes(std::string_view text) {
    for (size_t at = text.find_first_of("'\""); at != text.npos;
         at = text.find_first_of("'\"", at + 1)) {
      const size_t end = text.find(text[at], at + 1);
      if (end == text.npos || !CouldBeName(text.substr(at + 1, end - at - 1))) continue;
      const std::string name(text.substr(at + 1, end - at - 1));
      if (zones_.count(name) == 0 && others_.count(name) == 0) {
        (ReadZoneFile(name).ok() ? zones_ : others_).insert(name);
      }
    }
  }

  std::set<std::string> zones_, others_;
};

}  // namespace

std::vector<std::string> ZonesNamedIn(const Message& message) {
  ZoneFinder finder;
  finder.Find(message);
  return finder.Take();
}

std::string ZoneRulesNamedIn(const Message& message) {
  const std::vector<std::string> zones = ZonesNamedIn(message);
  const bool can_change = std::any_of(zones.begin(), zones.end(),
                                      [](const std::string& zone) { return zone != "UTC"; });
  return can_change ? ZoneRulesVersion() : "";
}

}  // namespace changepolicy
