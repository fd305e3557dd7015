#include "libchangepolicy/program/told_facts.h"

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/program/literal_text.h"

namespace changepolicy {
namespace {

// Of an enum with larger numbers those are told when they are met.
constexpr int kMostNumbers = 32;

}  // namespace

const flat::FactRead* ToldFacts::Make(std::string_view path, const Datum& value,
                                      const google::protobuf::EnumDescriptor* enum_type) {
  flat::FactRead& fact = *arena_.New<flat::FactRead>();
  fact.set_path(path);
  fact.set_known(value.is_known());
  if (value.is_known()) {
    LiteralText literal(kLongestValue);
    literal.Write(value, enum_type, nullptr);
    fact.set_value(arena_.Copy(literal.text()));
  }
  fact.set_prepared(flat::Prepare(fact,
                                  {v1::FactRead::kPathFieldNumber, v1::FactRead::kKnownFieldNumber,
                                   v1::FactRead::kValueFieldNumber},
                                  &arena_));
  return &fact;
}

void ToldFacts::Add(int path, std::string_view text,
                    const google::protobuf::EnumDescriptor* enum_type) {
  const auto place = static_cast<size_t>(path);
  if (paths_.size() <= place) paths_.resize(place + 1);
  Told& told = paths_[place];
  told.unknown = Make(text, Datum::Open(), nullptr);
  told.by_number.clear();
  if (enum_type == nullptr) {
    told.kind = Datum::Kind::kBool;
    told.by_number = {Make(text, Datum::Bool(false), nullptr),
                      Make(text, Datum::Bool(true), nullptr)};
    return;
  }
  told.kind = Datum::Kind::kEnum;
  for (int i = 0; i < enum_type->value_count(); ++i) {
    const int number = enum_type->value(i)->number();
    if (number < 0 || number >= kMostNumbers) continue;
    const auto at = static_cast<size_t>(number);
    if (told.by_number.size() <= at) told.by_number.resize(at + 1);
    told.by_number[at] = Make(text, Datum::Enum(number), enum_type);
  }
}

}  // namespace changepolicy
