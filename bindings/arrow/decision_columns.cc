#include "bindings/arrow/decision_columns.h"

#include <string>
#include <utility>
#include <vector>

#include "bindings/arrow/unmet.h"
#include "changepolicy/v1/decision.flat.h"
#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/flat/projection.h"

namespace changepolicy::bindings {
namespace {

struct Field {
  const char* name;
  const char* format;
};

constexpr size_t kLongestError = 4000;

// In the order of ForEach.
constexpr Field kFields[DecisionColumns::kColumns] = {
    {"id", "u"},           {"verdict", "u"},    {"category", "u"},
    {"risk_score", "i"},   {"risk_level", "u"}, {"missing_roles", "+l"},
    {"unmet_gates", "+l"}, {"decision", "z"},   {"error", "u"},
};

// What the columns are made of. Most of a Decision is the facts that its rules read, which no
// column but that of the bytes has.
const flat::Projection& ReadFields() {
  static const flat::Projection& fields = *[] {
    const std::string paths[] = {
        "subject_kind",
        "subject_id",
        "verdict",
        "detail",
        "risk.level",
        "risk.score",
        "outcomes.rule",
        "outcomes.status",
        "categorization.category",
        "categorization.release_kind",
        "outcomes.approval.slots",
    };
    return new flat::Projection(flat::Projection::Make(flat::Decision::table(), paths).value());
  }();
  return fields;
}

// Names of the enum's values by number, made once: a lookup by reflection makes its text anew.
template <typename Enum>
const std::vector<std::string>& NamesOfValues() {
  static const auto& names = *[] {
    auto* const made = new std::vector<std::string>();
    const google::protobuf::EnumDescriptor& type = *google::protobuf::GetEnumDescriptor<Enum>();
    for (int number = 0; number < type.value_count(); ++number) {
      made->push_back(ValueName(type, number));
    }
    return made;
  }();
  return names;
}

// The short name; null where the value says nothing.
template <typename Enum>
void AppendName(Enum value, TextBuilder* column) {
  const auto number = static_cast<size_t>(value);
  const std::vector<std::string>& names = NamesOfValues<Enum>();
  if (number == 0) {
    column->AppendNull();
  } else if (number < names.size()) {
    column->Append(names[number]);
  } else {
    column->Append(ValueName(value));
  }
}

// A column of text holds UTF-8, and a message may quote bytes that are none. Long ones are cut, so
// that rows that cannot be read do not make the answer large.
std::string ShownError(std::string_view text) {
  const bool cut = text.size() > kLongestError;
  if (cut) {
    size_t length = kLongestError;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
    text = text.substr(0, length);
  }
  std::string clean;
  size_t bad = 0;
  while (!IsUtf8(text, &bad)) {
    clean += text.substr(0, bad);
    clean += "\uFFFD";
    text.remove_prefix(bad + 1);
  }
  clean += text;
  if (cut) clean += "...";
  return clean;
}

}  // namespace

template <typename Body, typename... Others>
void DecisionColumns::ForEach(Body body, Others&... others) {
  body(others.id_...);
  body(others.verdict_...);
  body(others.category_...);
  body(others.risk_score_...);
  body(others.risk_level_...);
  body(others.missing_roles_...);
  body(others.unmet_gates_...);
  body(others.decision_...);
  body(others.error_...);
}

absl::Status DecisionColumns::AppendDecision(std::string_view bytes, flat::Arena* arena) {
  arena->Reset();
  auto* const read = arena->New<flat::Decision>();
  flat::ParseResult result;
  if (!flat::Parse(bytes, ReadFields().table(), read, arena, &result)) {
    return Internal("the decision cannot be read back");
  }
  const flat::Decision& decision = *read;
  ++length_;
  id_.Append(decision.subject_id());
  AppendName(decision.verdict(), &verdict_);
  if (decision.subject_kind() == v1::SUBJECT_KIND_RELEASE) {
    AppendName(decision.categorization().release_kind(), &category_);
  } else {
    AppendName(decision.categorization().category(), &category_);
  }
  if (decision.has_risk()) {
    risk_score_.Append(decision.risk().score());
  } else {
    risk_score_.AppendNull();
  }
  AppendName(decision.risk().level(), &risk_level_);
  if (decision.detail() == v1::DETAIL_VERDICT) {
    missing_roles_.AppendNull();  // nothing of people is told, which is not that nobody is missing
  } else {
    missing_roles_.Append(MissingRoles(decision));
  }
  unmet_gates_.Append(UnmetGates(decision));
  decision_.Append(bytes);
  error_.AppendNull();
  return absl::OkStatus();
}

void DecisionColumns::AppendError(std::string_view id, std::string_view message) {
  ++length_;
  if (id.empty()) {
    id_.AppendNull();
  } else {
    id_.Append(id);
  }
  verdict_.AppendNull();
  category_.AppendNull();
  risk_score_.AppendNull();
  risk_level_.AppendNull();
  missing_roles_.AppendNull();
  unmet_gates_.AppendNull();
  decision_.AppendNull();
  error_.Append(ShownError(message));
}

void DecisionColumns::Append(const DecisionColumns& more) {
  length_ += more.length_;
  ForEach([](auto& column, const auto& other) { column.Append(other); }, *this, more);
}

void DecisionColumns::Reserve(int64_t rows, const Sizes& sizes) {
  int column = 0;
  ForEach([&](auto& builder) { builder.Reserve(rows, sizes[column++]); }, *this);
}

DecisionColumns::Sizes DecisionColumns::sizes() const {
  Sizes sizes;
  int column = 0;
  ForEach([&](const auto& builder) { sizes[column++] = builder.bytes(); }, *this);
  return sizes;
}

ArrowArray DecisionColumns::Finish() {
  std::vector<ArrowArray> children;
  children.reserve(kColumns);
  ForEach([&](auto& builder) { children.push_back(builder.Finish()); }, *this);
  return StructArray(std::exchange(length_, 0), std::move(children));
}

ArrowSchema DecisionColumns::Schema() {
  std::vector<ArrowSchema> children;
  children.reserve(kColumns);
  for (const Field& field : kFields) {
    std::vector<ArrowSchema> items;
    if (std::string_view(field.format) == "+l") items.push_back(Type("u", "item", true));
    children.push_back(Type(field.format, field.name, true, std::move(items)));
  }
  return Type("+s", "", false, std::move(children));
}

}  // namespace changepolicy::bindings
