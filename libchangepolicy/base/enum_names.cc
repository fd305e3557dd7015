#include "libchangepolicy/base/enum_names.h"

#include "absl/strings/ascii.h"

namespace changepolicy {

std::string EnumValuePrefix(const google::protobuf::EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return prefix + "_";
}

std::string ShortName(const google::protobuf::EnumValueDescriptor& value) {
  const std::string prefix = EnumValuePrefix(*value.type());
  const std::string& name = value.name();
  const bool shortens = name.starts_with(prefix) && name.size() > prefix.size() &&
                        !absl::ascii_isdigit(static_cast<unsigned char>(name[prefix.size()]));
  return shortens ? name.substr(prefix.size()) : name;
}

std::string ValueName(const google::protobuf::EnumDescriptor& type, int number) {
  const auto* const value = type.FindValueByNumber(number);
  return value == nullptr ? std::to_string(number) : ShortName(*value);
}

}  // namespace changepolicy
