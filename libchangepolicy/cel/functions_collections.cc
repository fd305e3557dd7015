// size().
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

namespace {

Value SizeOfString(CallContext& context, Args args) {
  const std::string& text = args[0].string_value();
  if (!context.Charge(text.size() / 64)) return Value::Null();
  return Value::Int(static_cast<int64_t>(CountCodePoints(text)));
}
Value SizeOfBytes(CallContext&, Args args) {
  return Value::Int(static_cast<int64_t>(args[0].bytes_value().size()));
}
Value SizeOfList(CallContext&, Args args) {
  return Value::Int(static_cast<int64_t>(args[0].list().size()));
}
Value SizeOfMap(CallContext&, Args args) {
  return Value::Int(static_cast<int64_t>(args[0].map().size()));
}

}  // namespace

void AddCollections(FunctionTable* table) {
  const FunctionTable rows = {
      {"size(string) -> int", SizeOfString, "how many code points the text has", cost::kSize},
      {"size(bytes) -> int", SizeOfBytes, "how many bytes there are", cost::kSize},
      {"size(list(A)) -> int", SizeOfList, "how many elements the list has", cost::kSize},
      {"size(map(A, B)) -> int", SizeOfMap, "how many entries the map has", cost::kSize},
      {"string.size() -> int", SizeOfString, "how many code points it has", cost::kSize},
      {"bytes.size() -> int", SizeOfBytes, "how many bytes there are", cost::kSize},
      {"list(A).size() -> int", SizeOfList, "how many elements it has", cost::kSize},
      {"map(A, B).size() -> int", SizeOfMap, "how many entries it has", cost::kSize},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

void AddMapInsertion(FunctionTable* table) {
  // The evaluator knows them.
  table->push_back({"@map_insert(map(A, B), A, B) -> map(A, B)", nullptr,
                    "the map with one more entry; an error where the key is there already"});
  table->push_back({"@map_insert(map(A, B), map(A, B)) -> map(A, B)", nullptr,
                    "the entries of both; an error where both have a key"});
}

}  // namespace changepolicy::cel
