#include "libchangepolicy/cel/enum_functions.h"

#include <limits>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

using google::protobuf::EnumDescriptor;

std::vector<std::shared_ptr<const Overload>> EnumConversions(const EnumDescriptor& enum_type) {
  const EnumDescriptor* const type = &enum_type;
  Overload from_number{
      .id = StrCat(type->full_name(), "(int)"),
      .parameters = {Type::Int()},
      .result = Type::Enum(type),
      .implementation = [type](CallContext&, Args args) {
        const int64_t number = args[0].int_value();
        if (number < std::numeric_limits<int32_t>::min() ||
            number > std::numeric_limits<int32_t>::max()) {
          return Value::FromError(absl::StatusCode::kOutOfRange,
                                  StrCat(number, " is out of the range of an enum"));
        }
        return Value::Enum({.descriptor = type, .number = static_cast<int32_t>(number)});
      }};
  Overload from_name{.id = StrCat(type->full_name(), "(string)"),
                     .parameters = {Type::String()},
                     .result = Type::Enum(type),
                     .implementation = [type](CallContext&, Args args) {
                       const auto* const value = type->FindValueByName(args[0].string_value());
                       if (value == nullptr) {
                         return Value::FromError(absl::StatusCode::kInvalidArgument,
                                                 StrCat("`", args[0].string_value(),
                                                        "` is no value of ", type->full_name()));
                       }
                       return Value::Enum({.descriptor = type, .number = value->number()});
                     }};
  return {std::make_shared<const Overload>(std::move(from_number)),
          std::make_shared<const Overload>(std::move(from_name))};
}

}  // namespace changepolicy::cel
