// Bytes to messages and back, by flat messages and by protobuf's on a reused arena, over thousands
// of distinct changes.
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "flat_changes.h"
#include "google/protobuf/arena.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/flat/projection.h"
#include "libchangepolicy/flat/sort.h"

namespace changepolicy {
namespace {

constexpr unsigned kCount = 4096;

const std::vector<std::string>& Inputs() {
  static const auto& inputs = *new std::vector<std::string>(MadeChanges(kCount));
  return inputs;
}

void Check(bool holds) {
  if (holds) return;
  std::cerr << "a change was refused\n";
  std::exit(1);
}

void CountBytes(benchmark::State& state) {
  size_t bytes = 0;
  for (const std::string& input : Inputs()) bytes += input.size();
  state.counters["bytes"] = static_cast<double>(bytes) / kCount;
}

// An arena whose first block is large enough for a change.
struct ProtobufArena {
  ProtobufArena() : memory(1 << 16), arena(memory.data(), memory.size()) {}
  std::vector<char> memory;
  google::protobuf::Arena arena;
};

void ParseByProtobuf(benchmark::State& state) {
  const std::vector<std::string>& inputs = Inputs();
  ProtobufArena made;
  size_t next = 0;
  for (auto _ : state) {
    const std::string& bytes = inputs[next++ % kCount];
    made.arena.Reset();
    auto* const change = google::protobuf::Arena::CreateMessage<v1::ChangeRequest>(&made.arena);
    Check(change->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    benchmark::DoNotOptimize(change);
  }
  CountBytes(state);
}
BENCHMARK(ParseByProtobuf);

void ParseFlat(benchmark::State& state) {
  const std::vector<std::string>& inputs = Inputs();
  flat::Arena arena;
  flat::ParseResult result;
  size_t next = 0;
  for (auto _ : state) {
    arena.Reset();
    auto* const change = arena.New<flat::ChangeRequest>();
    Check(flat::Parse(inputs[next++ % kCount], change, &arena, &result));
    benchmark::DoNotOptimize(change);
  }
  CountBytes(state);
}
BENCHMARK(ParseFlat);

void ParseFlatAndSort(benchmark::State& state) {
  const std::vector<std::string>& inputs = Inputs();
  flat::Arena arena;
  flat::Buffer buffer;
  flat::ParseResult result;
  size_t next = 0;
  for (auto _ : state) {
    arena.Reset();
    auto* const change = arena.New<flat::ChangeRequest>();
    Check(flat::Parse(inputs[next++ % kCount], change, &arena, &result));
    flat::SortSetLikes(change, &arena, &buffer);
    benchmark::DoNotOptimize(change);
  }
  CountBytes(state);
}
BENCHMARK(ParseFlatAndSort);

// The fields that a policy of a few rules reads.
void ParseProjected(benchmark::State& state) {
  const std::vector<std::string> paths = {"id",           "claimed_category", "services.id",
                                          "impact",       "urgency",          "schedule",
                                          "approvals.by", "approvals.kind"};
  const auto projection = flat::Projection::Make(flat::ChangeRequest::table(), paths);
  Check(projection.ok());
  const std::vector<std::string>& inputs = Inputs();
  flat::Arena arena;
  flat::ParseResult result;
  size_t next = 0;
  for (auto _ : state) {
    arena.Reset();
    auto* const change = arena.New<flat::ChangeRequest>();
    Check(flat::Parse(inputs[next++ % kCount], projection->table(), change, &arena, &result));
    benchmark::DoNotOptimize(change);
  }
  CountBytes(state);
}
BENCHMARK(ParseProjected);

void SerializeByProtobuf(benchmark::State& state) {
  std::vector<v1::ChangeRequest> changes;
  for (unsigned i = 0; i < kCount; ++i) changes.push_back(MadeChange(i));
  std::vector<char> buffer(1 << 16);
  size_t next = 0;
  for (auto _ : state) {
    const v1::ChangeRequest& change = changes[next++ % kCount];
    Check(change.SerializeToArray(buffer.data(), static_cast<int>(buffer.size())));
    benchmark::DoNotOptimize(buffer.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state);
}
BENCHMARK(SerializeByProtobuf);

void EncodeFlat(benchmark::State& state) {
  const std::vector<std::string>& inputs = Inputs();
  flat::Arena arena;
  flat::ParseResult result;
  std::vector<flat::ChangeRequest> changes(kCount);
  for (unsigned i = 0; i < kCount; ++i) Check(flat::Parse(inputs[i], &changes[i], &arena, &result));
  flat::Buffer buffer;
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(flat::Encode(changes[next++ % kCount], &buffer));
    benchmark::ClobberMemory();
  }
  CountBytes(state);
}
BENCHMARK(EncodeFlat);

}  // namespace
}  // namespace changepolicy
