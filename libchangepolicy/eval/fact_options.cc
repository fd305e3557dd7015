#include "libchangepolicy/eval/fact_options.h"

#include <string>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/time_text.h"
#include "libchangepolicy/eval/filler_text.h"

namespace changepolicy {
namespace {

using cel::Value;
using google::protobuf::FieldDescriptor;

Value ListWith(Value value) { return Value::ListOf({std::move(value)}); }

class Options {
 public:
  Options(const CheckedPolicy& policy, const BoundOrganization& organization,
          const FactPlace& place, const Literals& literals, absl::Time now)
      : policy_(policy),
        directory_(organization.directory().proto()),
        place_(place),
        literals_(literals),
        now_(now) {}

  std::vector<Value> All() {
    std::vector<Value> values = ClosedValues(policy_, place_);
    if (values.empty()) values = Open();
    if (values.size() > kMostOptions) values.erase(values.begin() + kMostOptions, values.end());
    return values;
  }

 private:
  std::vector<Value> Open() const {
    const FieldDescriptor& field = place_.field();
    if (field.is_map()) return field.name() == "facts" ? OwnFact() : Texts();
    if (field.is_repeated()) return Lists();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return Texts();
      case FieldDescriptor::CPPTYPE_INT32:
        return Integers();
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field.message_type() == google::protobuf::Timestamp::descriptor()) {
          return {Value::Timestamp(now_)};
        }
        if (field.message_type() == google::protobuf::Duration::descriptor()) return Lengths();
        return {};
      default:
        return {};
    }
  }

  std::vector<Value> OwnFact() const {
    for (const v1::FactDeclaration& fact : policy_.policy().facts()) {
      if (fact.name() != place_.steps.back().key) continue;
      switch (fact.type()) {
        case v1::FACT_TYPE_INT:
          return Integers();
        case v1::FACT_TYPE_DOUBLE:
          return Numbers();
        case v1::FACT_TYPE_STRING:
          return Texts();
        case v1::FACT_TYPE_TIMESTAMP:
          return {Value::Timestamp(now_)};
        case v1::FACT_TYPE_DURATION:
          return Lengths();
        case v1::FACT_TYPE_STRING_LIST:
          return TextLists(fact.values());
        default:
          return {};
      }
    }
    return {};
  }

  // What the organization has of the kind.
  std::vector<std::string> Known() const {
    std::vector<std::string> ids;
    const std::string name = place_.field().name();
    if (name == "train") {
      for (const v1::Calendar* const calendar :
           {&directory_.calendar(), &policy_.policy().calendar()}) {
        for (const auto& train : calendar->trains()) ids.push_back(train.id());
      }
    } else if (name == "team") {
      for (const auto& team : directory_.teams()) ids.push_back(team.id());
    } else if (name == "services") {
      for (const auto& service : directory_.services()) ids.push_back(service.id());
    } else if (name == "digest") {
      ids.push_back("sha256:" + std::string(64, '0'));
    } else if (name == "revision") {
      ids.push_back(std::string(40, '0'));
    }
    return ids;
  }

  std::vector<Value> Texts() const {
    std::vector<Value> values;
    for (const std::string& text : Known()) values.push_back(Value::String(text));
    for (const std::string& text : literals_.texts) {
      if (!text.empty()) values.push_back(Value::String(text));
    }
    // Room for what is none of them: any text, and one that says something.
    if (values.size() > kMostOptions - 2) {
      values.erase(values.begin() + kMostOptions - 2, values.end());
    }
    values.push_back(Value::String(kAnyText));
    values.push_back(
        Value::String(FillerText(policy_.policy(), place_.statement(), place_.statement())));
    return values;
  }

  template <typename List>
  std::vector<Value> TextLists(const List& allowed) const {
    std::vector<Value> values = {Value::ListOf({})};
    for (const std::string& text : allowed) values.push_back(ListWith(Value::String(text)));
    for (const std::string& text : literals_.texts) {
      if (allowed.empty() && !text.empty()) values.push_back(ListWith(Value::String(text)));
    }
    if (values.size() > kMostOptions - 2) {
      values.erase(values.begin() + kMostOptions - 2, values.end());
    }
    if (allowed.empty()) values.push_back(ListWith(Value::String(kAnyText)));
    return values;
  }

  std::vector<Value> Lists() const {
    const FieldDescriptor& field = place_.field();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return TextLists(std::vector<std::string>());
    }
    std::vector<Value> values;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const auto* const type = field.enum_type();
      for (int i = 0; i < type->value_count(); ++i) {
        const int number = type->value(i)->number();
        if (number != 0) {
          values.push_back(ListWith(Value::Enum({.descriptor = type, .number = number})));
        }
      }
    } else if (field.message_type() == v1::AffectedService::descriptor()) {
      for (const std::string& id : Known()) values.push_back(ListWith(Value::String(id)));
    } else {
      return {};
    }
    return values;
  }

  std::vector<Value> Integers() const {
    std::set<int64_t> integers = {0};
    for (const int64_t integer : literals_.integers) {
      integers.insert(integer);
      if (integer > INT64_MIN) integers.insert(integer - 1);
      if (integer < INT64_MAX) integers.insert(integer + 1);
    }
    std::vector<Value> values;
    for (const int64_t integer : integers) values.push_back(Value::Int(integer));
    return values;
  }

  std::vector<Value> Numbers() const {
    std::set<double> numbers = {0};
    for (const int64_t integer : literals_.integers) numbers.insert(static_cast<double>(integer));
    for (const double number : literals_.numbers) numbers.insert(number);
    std::set<double> around = numbers;
    for (const double number : numbers) around.insert({number - 1, number + 1});
    std::vector<Value> values;
    for (const double number : around) values.push_back(Value::Double(number));
    return values;
  }

  std::vector<Value> Lengths() const {
    std::set<absl::Duration> lengths = {absl::ZeroDuration()};
    for (const std::string& text : literals_.texts) {
      const auto length = cel::ParseDuration(text);
      if (length.has_value()) lengths.insert({*length, *length + absl::Seconds(1)});
    }
    std::vector<Value> values;
    for (const absl::Duration length : lengths) values.push_back(Value::Duration(length));
    return values;
  }

  const CheckedPolicy& policy_;
  const v1::Directory& directory_;
  const FactPlace& place_;
  const Literals& literals_;
  const absl::Time now_;
};

}  // namespace

std::vector<Value> OptionsOf(const CheckedPolicy& policy, const BoundOrganization& organization,
                             const FactPlace& place, const Literals& literals, absl::Time now) {
  return Options(policy, organization, place, literals, now).All();
}

}  // namespace changepolicy
