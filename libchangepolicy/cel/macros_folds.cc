// Macros over lists and maps: those of the standard, and the two-variable comprehensions.
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

NodeId Has(Expansion& e) {
  Node& field = e.builder()[e.arg(0)];
  if (field.kind != NodeKind::kSelect || field.test_only) {
    return e.Complain(e.arg(0), "`has` needs the selection of a field",
                      "write `has(message.field)`");
  }
  field.test_only = true;
  field.begin = e.call().span.begin;
  field.end = e.call().span.end;
  return e.arg(0);
}

template <size_t kVariables>
NodeId All(Expansion& e) {
  std::string first, second;
  if (!e.Variables(kVariables, &first, &second)) return kNoNode;
  const NodeId initial = e.Value(true);
  const NodeId condition = e.Call("@not_strictly_false", {e.Accumulator()});
  const NodeId step = e.Call("_&&_", {e.Accumulator(), e.arg(kVariables)});
  return e.Fold(first, second, initial, condition, step, e.Accumulator());
}

template <size_t kVariables>
NodeId Exists(Expansion& e) {
  std::string first, second;
  if (!e.Variables(kVariables, &first, &second)) return kNoNode;
  const NodeId initial = e.Value(false);
  const NodeId condition = e.Call("@not_strictly_false", {e.Call("!_", {e.Accumulator()})});
  const NodeId step = e.Call("_||_", {e.Accumulator(), e.arg(kVariables)});
  return e.Fold(first, second, initial, condition, step, e.Accumulator());
}

template <size_t kVariables>
NodeId ExistsOne(Expansion& e) {
  std::string first, second;
  if (!e.Variables(kVariables, &first, &second)) return kNoNode;
  const NodeId initial = e.Value(int64_t{0});
  const NodeId more = e.Call("_+_", {e.Accumulator(), e.Value(int64_t{1})});
  const NodeId step = e.Call("_?_:_", {e.arg(kVariables), more, e.Accumulator()});
  const NodeId result = e.Call("_==_", {e.Accumulator(), e.Value(int64_t{1})});
  return e.Fold(first, second, initial, e.Value(true), step, result);
}

// [f for each element], or for those that pass a filter.
template <size_t kVariables>
NodeId MapList(Expansion& e) {
  std::string first, second;
  if (!e.Variables(kVariables, &first, &second)) return kNoNode;
  const bool filtered = e.call().args.size() == kVariables + 2;
  const NodeId initial = e.List({});
  const NodeId element = e.List({e.arg(kVariables + (filtered ? 1 : 0))});
  NodeId step = e.Call("_+_", {e.Accumulator(), element});
  if (filtered) step = e.Call("_?_:_", {e.arg(kVariables), step, e.Accumulator()});
  return e.Fold(first, second, initial, e.Value(true), step, e.Accumulator());
}

NodeId Filter(Expansion& e) {
  std::string first, second;
  if (!e.Variables(1, &first, &second)) return kNoNode;
  const NodeId initial = e.List({});
  const NodeId element = e.List({e.Ident(first)});
  const NodeId more = e.Call("_+_", {e.Accumulator(), element});
  const NodeId step = e.Call("_?_:_", {e.arg(1), more, e.Accumulator()});
  return e.Fold(first, second, initial, e.Value(true), step, e.Accumulator());
}

// A map built entry by entry; `@map_insert` refuses a key that is there already.
template <bool kWholeEntries>
NodeId TransformMap(Expansion& e) {
  std::string first, second;
  if (!e.Variables(2, &first, &second)) return kNoNode;
  const bool filtered = e.call().args.size() == 4;
  const NodeId value = e.arg(filtered ? 3 : 2);
  const NodeId initial = e.builder().Add({.kind = NodeKind::kMap}, e.call().span);
  std::vector<NodeId> inserted = {e.Accumulator()};
  if (!kWholeEntries) inserted.push_back(e.Ident(first));
  inserted.push_back(value);
  NodeId step = e.Call("@map_insert", std::move(inserted));
  if (filtered) step = e.Call("_?_:_", {e.arg(2), step, e.Accumulator()});
  return e.Fold(first, second, initial, e.Value(true), step, e.Accumulator());
}

}  // namespace

void AddStandardMacros(MacroTable* table) {
  const MacroTable rows = {
      {"has", "", 1, Has},
      {"all", "*", 2, All<1>},
      {"exists", "*", 2, Exists<1>},
      {"exists_one", "*", 2, ExistsOne<1>},
      {"existsOne", "*", 2, ExistsOne<1>},
      {"map", "*", 2, MapList<1>},
      {"map", "*", 3, MapList<1>},
      {"filter", "*", 2, Filter},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

void AddTwoVariableMacros(MacroTable* table) {
  const MacroTable rows = {
      {"all", "*", 3, All<2>},
      {"exists", "*", 3, Exists<2>},
      {"exists_one", "*", 3, ExistsOne<2>},
      {"existsOne", "*", 3, ExistsOne<2>},
      {"transformList", "*", 3, MapList<2>},
      {"transformList", "*", 4, MapList<2>},
      {"transformMap", "*", 3, TransformMap<false>},
      {"transformMap", "*", 4, TransformMap<false>},
      {"transformMapEntry", "*", 3, TransformMap<true>},
      {"transformMapEntry", "*", 4, TransformMap<true>},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
