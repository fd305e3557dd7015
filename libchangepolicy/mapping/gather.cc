#include "libchangepolicy/mapping/gather.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/mapping/written.h"

namespace changepolicy {

using cel::Value;

namespace {

// After the name of an expression that should have given something else.
std::string Instead(const Value& value, std::string_view wanted) {
  return value.is_error() ? StrCat(": ", value.error().message)
                          : StrCat(" gives no ", wanted, ": ", value.ToString());
}

Value Evaluate(const cel::Expression& expression, const std::string& file, const Value& content,
               const FunctionHost& host) {
  cel::Activation activation;
  activation.Set("record", content);
  activation.Set("file", Value::String(file));
  activation.SetHost(&host);
  return cel::Evaluate(expression, activation);
}

// A system that delivers a message twice has said it once.
void FoldRepeated(std::vector<Piece>* pieces) {
  std::map<std::string, size_t> first;
  std::vector<Piece> kept;
  for (Piece& piece : *pieces) {
    const std::string_view element = std::string_view(piece.name).substr(piece.record->file.size());
    const std::optional<std::string> text = JsonText(piece.record->content);
    if (text.has_value()) {
      const auto [found, is_new] = first.emplace(StrCat(element, *text), kept.size());
      if (!is_new) {
        kept[found->second].repeats.push_back(piece.record->file);
        continue;
      }
    }
    kept.push_back(std::move(piece));
  }
  *pieces = std::move(kept);
}

void SortByOrder(std::vector<Piece>* pieces) {
  std::stable_sort(pieces->begin(), pieces->end(),
                   [](const Piece& a, const Piece& b) { return a.at < b.at; });
}

}  // namespace

std::vector<std::string> Mapping::SourcesOf(
    const ForeignRecord& record, const std::function<bool(const v1::Source& source)>& named) const {
  std::vector<std::string> ids;
  ReadLog log;
  std::set<UnmappedWord> unmapped;
  const FunctionHost host{&proto_, &unmapped, &log};
  for (const v1::Source& source : proto_.sources()) {
    if (!named(source)) continue;
    const std::optional<cel::Expression>& when = sources_.at(source.id()).when;
    const bool is_taken =
        when.has_value()
            ? Evaluate(*when, record.file, AdaptRecord(record.content, record.file, "", &log), host)
                  .is_true()
            : ids.empty();
    if (is_taken) ids.push_back(source.id());
  }
  return ids;
}

Gatherer::Gatherer(const Mapping& mapping,
                   const std::map<std::string, std::vector<ForeignRecord>>& records,
                   const FunctionHost& host, ReadLog* log)
    : mapping_(mapping), records_(records), host_(host), log_(*log) {
  const auto& sources = mapping.proto().sources();
  for (int i = 0; i < sources.size(); ++i) {
    if (i == 0) {
      IndexPrimaries(sources[i]);
    } else {
      IndexJoined(sources[i]);
    }
  }
}

Value Gatherer::Ask(const cel::Expression& expression, const Piece& piece) const {
  return Evaluate(expression, piece.name, piece.content, host_);
}

std::vector<Piece> Gatherer::PiecesOf(const v1::Source& source) const {
  std::vector<Piece> pieces;
  const auto found = records_.find(source.id());
  if (found == records_.end()) return pieces;
  const std::optional<cel::Expression>& each = mapping_.sources_.at(source.id()).each;
  for (const ForeignRecord& record : found->second) {
    Piece whole{record.file, &record, AdaptRecord(record.content, record.file, "", &log_),
                "",          {},      {}};
    if (!each.has_value()) {
      pieces.push_back(std::move(whole));
      continue;
    }
    const Value list = Ask(*each, whole);
    if (!list.Is(Value::Kind::kList)) {
      whole.problem = StrCat("`each` of source `", source.id(), "`", Instead(list, "list"));
      pieces.push_back(std::move(whole));
      continue;
    }
    for (size_t i = 0; i < list.list().size(); ++i) {
      pieces.push_back({StrCat(record.file, "[", i, "]"), &record, list.list().At(i), "", {}, {}});
    }
  }
  for (Piece& piece : pieces) {
    if (piece.problem.empty()) SetOrder(source, &piece);
  }
  return pieces;
}

void Gatherer::SetOrder(const v1::Source& source, Piece* piece) const {
  const std::optional<cel::Expression>& order = mapping_.sources_.at(source.id()).order;
  if (!order.has_value()) return;
  const Value value = Ask(*order, *piece);
  if (value.Is(Value::Kind::kTimestamp)) {
    piece->at = value.timestamp_value();
  } else if (value.Is(Value::Kind::kDouble)) {
    piece->at = value.double_value();
  } else if (value.Is(Value::Kind::kInt)) {
    piece->at = static_cast<double>(value.int_value());
  } else if (value.Is(Value::Kind::kString)) {
    piece->at = value.string_value();
  } else {
    piece->problem = StrCat("`order` of source `", source.id(), "`",
                            Instead(value, "timestamp, number or text"));
  }
}

std::optional<std::string> Gatherer::TextOf(const std::optional<cel::Expression>& expression,
                                            std::string_view what, const std::string& source,
                                            const Piece& piece, std::string* problem) const {
  if (!expression.has_value()) return "";
  const Value value = Ask(*expression, piece);
  if (value.Is(Value::Kind::kString)) return value.string_value();
  *problem = StrCat("`", what, "` of source `", source, "`", Instead(value, "text"));
  return std::nullopt;
}

void Gatherer::IndexPrimaries(const v1::Source& source) {
  const auto& sources = mapping_.proto().sources();
  const bool needs_key =
      source.order().empty()
          ? std::any_of(sources.begin() + 1, sources.end(),
                        [](const v1::Source& each) { return !each.key().empty(); })
          : true;
  std::map<std::string, size_t> by_key;
  std::vector<Piece> pieces = PiecesOf(source);
  if (!source.order().empty()) FoldRepeated(&pieces);
  for (Piece& piece : pieces) {
    std::string key, problem;
    if (needs_key && piece.problem.empty()) {
      std::optional<std::string> told =
          TextOf(mapping_.sources_.at(source.id()).key, "key", source.id(), piece, &problem);
      if (told.has_value()) key = *std::move(told);
    }
    const bool has_versions = !source.order().empty() && piece.problem.empty() && problem.empty();
    if (has_versions) {
      const auto [found, is_new] = by_key.emplace(key, primaries_.size());
      if (!is_new) {
        primaries_[found->second].versions.push_back(std::move(piece));
        continue;
      }
    }
    primaries_.push_back({{std::move(piece)}, std::move(key), std::move(problem)});
  }
  for (Primary& primary : primaries_) SortByOrder(&primary.versions);
}

// Only joined sources need a key.
void Gatherer::IndexJoined(const v1::Source& source) {
  std::vector<Piece> pieces = PiecesOf(source);
  if (source.many()) FoldRepeated(&pieces);
  for (Piece& piece : pieces) {
    std::optional<std::string> key;
    if (piece.problem.empty()) {
      key =
          TextOf(mapping_.sources_.at(source.id()).key, "key", source.id(), piece, &piece.problem);
    }
    if (key.has_value()) {
      joined_[source.id()][*key].push_back(std::move(piece));
    } else {
      unusable_.push_back(std::move(piece));
    }
  }
  for (auto& [key, belonging] : joined_[source.id()]) SortByOrder(&belonging);
}

std::optional<std::vector<Piece>> Gatherer::Joined(const v1::Source& source, const Primary& primary,
                                                   std::string* problem) const {
  std::string key;
  if (!source.of().empty()) {
    std::optional<std::string> told =
        TextOf(mapping_.sources_.at(source.id()).of, "of", source.id(), primary.last(), problem);
    if (!told.has_value()) return std::nullopt;
    key = *std::move(told);
  } else if (!source.key().empty()) {
    if (!primary.problem.empty()) return std::nullopt;  // which is said already
    key = primary.key;
  }
  const auto of_source = joined_.find(source.id());
  if (of_source == joined_.end()) return std::vector<Piece>();
  const auto found = of_source->second.find(key);
  return found == of_source->second.end() ? std::vector<Piece>() : found->second;
}

}  // namespace changepolicy
