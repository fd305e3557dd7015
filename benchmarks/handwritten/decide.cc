#include "benchmarks/handwritten/decide.h"

#include "benchmarks/handwritten/message_writer.h"
#include "benchmarks/handwritten/wire_writer.h"
#include "benchmarks/handwritten/write.h"

namespace changepolicy::handwritten {
namespace {

// Enough for a change and its Decision, so that the arena asks for no more.
constexpr size_t kBlock = 1 << 18;

google::protobuf::ArenaOptions OptionsFor(std::vector<char>* block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block->data();
  options.initial_block_size = block->size();
  return options;
}

bool Parse(std::string_view bytes, v1::ChangeRequest* change) {
  constexpr size_t kLongest = 1 << 20;
  return bytes.size() <= kLongest &&
         change->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

Decider::Decider(const Tables& tables)
    : block_(kBlock),
      arena_(OptionsFor(&block_)),
      case_(tables),
      writer_(std::make_unique<WireWriter>(&case_)) {}

Decider::~Decider() = default;

std::optional<std::string_view> Decider::OnHeap(std::string_view bytes, absl::Time now) {
  v1::ChangeRequest change;
  if (!Parse(bytes, &change) || !case_.Judge(change, absl::ToUnixNanos(now))) return std::nullopt;
  v1::Decision decision;
  MessageWriter writer(&case_, &decision);
  WriteDecision(&case_, &writer);
  if (!decision.SerializeToString(&bytes_)) return std::nullopt;
  return bytes_;
}

std::optional<std::string_view> Decider::OnArena(std::string_view bytes, absl::Time now) {
  arena_.Reset();
  auto* const change = google::protobuf::Arena::CreateMessage<v1::ChangeRequest>(&arena_);
  if (!Parse(bytes, change) || !case_.Judge(*change, absl::ToUnixNanos(now))) return std::nullopt;
  auto* const decision = google::protobuf::Arena::CreateMessage<v1::Decision>(&arena_);
  MessageWriter writer(&case_, decision);
  WriteDecision(&case_, &writer);
  if (!decision->SerializeToString(&bytes_)) return std::nullopt;
  return bytes_;
}

std::optional<std::string_view> Decider::Prepared(std::string_view bytes, absl::Time now) {
  arena_.Reset();
  auto* const change = google::protobuf::Arena::CreateMessage<v1::ChangeRequest>(&arena_);
  if (!Parse(bytes, change) || !case_.Judge(*change, absl::ToUnixNanos(now))) return std::nullopt;
  WriteDecision(&case_, writer_.get());
  return writer_->bytes();
}

}  // namespace changepolicy::handwritten
