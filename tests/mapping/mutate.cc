#include "tests/mapping/mutate.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "google/protobuf/struct.pb.h"

namespace changepolicy {

namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;

// A value in a map or list.
struct Spot {
  Struct* map = nullptr;      // that it is in, by `key`
  ListValue* list = nullptr;  // or that, by `index`
  std::string key;
  int index = 0;
  Value* value = nullptr;
  std::string path;   // without indices
  std::string place;  // with them
};

void Collect(Value* value, const std::string& path, const std::string& place,
             std::vector<Spot>* spots) {
  if (value->has_struct_value()) {
    // A map of protobuf has no order of its own.
    std::vector<std::string> keys;
    for (const auto& [key, inner] : value->struct_value().fields()) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    for (const std::string& key : keys) {
      Spot spot{.map = value->mutable_struct_value(), .key = key};
      spot.value = &(*spot.map->mutable_fields())[key];
      spot.path = path.empty() ? key : path + "." + key;
      spot.place = place + "." + key;
      spots->push_back(spot);
      Collect(spot.value, spot.path, spot.place, spots);
    }
  } else if (value->has_list_value()) {
    for (int i = 0; i < value->list_value().values_size(); ++i) {
      Spot spot{.list = value->mutable_list_value(), .index = i};
      spot.value = spot.list->mutable_values(i);
      spot.path = path;
      spot.place = place + "[" + std::to_string(i) + "]";
      spots->push_back(spot);
      Collect(spot.value, spot.path, spot.place, spots);
    }
  }
}

std::vector<Spot> SpotsOf(std::vector<ForeignRecord>* records,
                          const std::function<bool(const Spot&)>& wanted) {
  std::vector<Spot> spots;
  for (size_t i = 0; i < records->size(); ++i) {
    Collect(&(*records)[i].content, "", "#" + std::to_string(i), &spots);
  }
  std::erase_if(spots, [&](const Spot& spot) { return !wanted(spot); });
  return spots;
}

bool IsKey(const Spot& spot) { return spot.map != nullptr; }
bool IsElement(const Spot& spot) { return spot.list != nullptr; }
bool IsText(const Spot& spot) { return spot.value->has_string_value(); }
bool IsLongList(const Spot& spot) {
  return spot.value->has_list_value() && spot.value->list_value().values_size() > 1;
}

Value Text(std::string text) {
  Value value;
  value.set_string_value(std::move(text));
  return value;
}

Value Number(double number) {
  Value value;
  value.set_number_value(number);
  return value;
}

// As deep as the readers of files let through.
Value Deep(int depth) {
  Value value = Text("deep");
  for (int i = 0; i < depth; ++i) {
    Value outer;
    if (i % 2 == 0) {
      *outer.mutable_list_value()->add_values() = std::move(value);
    } else {
      (*outer.mutable_struct_value()->mutable_fields())["user"] = std::move(value);
    }
    value = std::move(outer);
  }
  return value;
}

Value OfAnotherType(const Value& value) {
  Value other;
  switch (value.kind_case()) {
    case Value::kNumberValue:
      return Text(std::to_string(static_cast<int64_t>(value.number_value())));
    case Value::kStringValue:
      return Number(7);
    case Value::kBoolValue:
      return Text(value.bool_value() ? "true" : "false");
    case Value::kStructValue:
      *other.mutable_list_value()->add_values() = value;
      return other;
    case Value::kListValue:
      if (value.list_value().values_size() > 0) return value.list_value().values(0);
      return Text("");
    default:
      other.set_bool_value(true);
      return other;
  }
}

class Mutator {
 public:
  Mutator(std::mt19937_64* random, std::vector<ForeignRecord>* records)
      : random_(random), records_(records) {}

  Mutation Run() {
    while (true) {
      const Mutation mutation = Try(Below(19));
      if (!mutation.what.empty()) return mutation;
    }
  }

 private:
  size_t Below(size_t end) { return (*random_)() % end; }

  // Nothing where there is no place for it.
  Mutation Try(size_t kind) {
    switch (kind) {
      case 0:
      case 1:
        return RemoveKeys(1);
      case 2:
        return RemoveKeys(2 + Below(3));
      case 3:
        return Change(Says::kLess, "renamed", IsKey, [this](const Spot& spot) { Rename(spot); });
      case 4:
        return Change(
            Says::kLess, "emptied", [](const Spot& s) { return s.value->has_struct_value(); },
            [](const Spot& spot) { spot.value->mutable_struct_value()->clear_fields(); });
      case 5:
        return Change(Says::kLess, "reordered", IsLongList, [this](const Spot& spot) {
          auto& values = *spot.value->mutable_list_value()->mutable_values();
          std::shuffle(values.pointer_begin(), values.pointer_end(), *random_);
        });
      case 6:
        if (records_->size() < 2) return {};
        std::shuffle(records_->begin(), records_->end(), *random_);
        return {Says::kLess, "records in another order", {}};
      case 7:
        return Change(Says::kNone, "null", IsKey, [](const Spot& spot) {
          spot.value->set_null_value(google::protobuf::NULL_VALUE);
        });
      case 8:
        return Change(
            Says::kNone, "empty list", [](const Spot& s) { return s.value->has_list_value(); },
            [](const Spot& spot) { spot.value->mutable_list_value()->clear_values(); });
      case 9:
        return Change(Says::kFewer, "an element less", IsElement, [](const Spot& spot) {
          spot.list->mutable_values()->DeleteSubrange(spot.index, 1);
        });
      case 10: {
        if (records_->size() < 2) return {};
        const size_t index = Below(records_->size());
        records_->erase(records_->begin() + static_cast<std::ptrdiff_t>(index));
        return {Says::kFewer, "without record " + std::to_string(index), {}};
      }
      case 11:
        return SetTo(Text(""), "empty text", IsText);
      case 12:
        return SetTo(Text("zz-unknown"), "unknown word", IsText);
      case 13:
        return Change(Says::kOther, "cut", IsText, [this](const Spot& spot) {
          std::string text = spot.value->string_value();
          text.resize(text.empty() ? 0 : Below(text.size()));
          // What is no UTF-8 does not come through the readers.
          while (!text.empty() && (text.back() & 0x80) != 0) text.pop_back();
          spot.value->set_string_value(text);
        });
      case 14:
        return Change(Says::kOther, "of another type", IsKey,
                      [](const Spot& spot) { *spot.value = OfAnotherType(Value(*spot.value)); });
      case 15:
        return Change(Says::kOther, "twice", IsElement, [](const Spot& spot) {
          const Value copy = *spot.value;
          *spot.list->add_values() = copy;
        });
      case 16: {
        static constexpr double kNumbers[] = {1e308, -1, 0, 9007199254740993.0, 0.5, 1e19, -1e19};
        return SetTo(Number(kNumbers[Below(std::size(kNumbers))]), "odd number",
                     [](const Spot& s) { return s.value->has_number_value(); });
      }
      case 17:
        return SetTo(Deep(90), "very deep", IsKey);
      default: {
        static const std::string kTexts[] = {std::string("a\0b", 3), "\xc3\xa4\xe2\x82\xac",
                                             "\xf0\x9f\x9a\x80",     std::string(100'000, 'x'),
                                             "2026-02-30T25:61:61Z", "../../etc/passwd"};
        return SetTo(Text(kTexts[Below(std::size(kTexts))]), "odd text", IsText);
      }
    }
  }

  Mutation Change(Says says, const std::string& what,
                  const std::function<bool(const Spot&)>& wanted,
                  const std::function<void(const Spot&)>& change) {
    const std::vector<Spot> spots = SpotsOf(records_, wanted);
    if (spots.empty()) return {};
    const Spot& spot = spots[Below(spots.size())];
    const Mutation mutation{says, what + " " + spot.place, {spot.path}};
    change(spot);
    return mutation;
  }

  Mutation SetTo(const Value& value, const std::string& what,
                 const std::function<bool(const Spot&)>& wanted) {
    return Change(Says::kOther, what, wanted, [&](const Spot& spot) { *spot.value = value; });
  }

  Mutation RemoveKeys(size_t count) {
    Mutation mutation{Says::kLess, "without", {}};
    for (; count > 0; --count) {
      const size_t keys = CountKeys(*records_);
      if (keys == 0) break;
      const Mutation one = RemoveKey(Below(keys), records_);
      mutation.what += one.what.substr(std::string_view("without").size());
      mutation.paths.push_back(one.paths[0]);
    }
    return mutation.paths.empty() ? Mutation() : mutation;
  }

  void Rename(const Spot& spot) {
    const Value value = *spot.value;
    spot.map->mutable_fields()->erase(spot.key);
    (*spot.map->mutable_fields())[spot.key + "_x"] = value;
  }

  std::mt19937_64* const random_;
  std::vector<ForeignRecord>* const records_;
};

}  // namespace

size_t CountKeys(const std::vector<ForeignRecord>& records) {
  std::vector<ForeignRecord> copy = records;
  return SpotsOf(&copy, IsKey).size();
}

Mutation RemoveKey(size_t number, std::vector<ForeignRecord>* records) {
  const Spot spot = SpotsOf(records, IsKey)[number];
  spot.map->mutable_fields()->erase(spot.key);
  return {Says::kLess, "without " + spot.place, {spot.path}};
}

Mutation Mutate(std::mt19937_64* random, std::vector<ForeignRecord>* records) {
  return Mutator(random, records).Run();
}

}  // namespace changepolicy
