// Columns with numbers and buffers spoiled at random. Whatever a consumer can see to be wrong is
// refused, and what is accepted reads as a slow reader of the specification reads it. Run with
// AddressSanitizer, no byte outside of the buffers is touched.
#include <cstring>
#include <limits>
#include <map>
#include <random>

#include "bindings/arrow/decide_column.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/arrow/made_column.h"
#include "tests/arrow/scene.h"

namespace changepolicy::bindings {
namespace {

constexpr int kMutations = 10'000;
constexpr int kBefore = 3;  // rows in front of the slice; one lies behind it

template <typename T>
T Get(MadeColumn* made, int buffer, int64_t index) {
  T value;
  std::memcpy(&value, made->buffer(buffer).data() + index * sizeof value, sizeof value);
  return value;
}

class Mutator {
 public:
  explicit Mutator(int seed) : random_(seed) {}

  int Number(int below) { return static_cast<int>(random_() % below); }

  Cells Rows() {
    Cells cells;
    for (int row = Number(12); row >= 0; --row) {
      std::string text;
      for (int i = Number(3) * Number(15); i > 0; --i) text += static_cast<char>('a' + Number(26));
      cells.push_back(Number(4) == 0 ? std::nullopt : std::optional(text));
    }
    return cells;
  }

  void Spoil(MadeColumn* made) {
    switch (Number(8)) {
      case 0:
        return Replace(&made->array.length);
      case 1:
        return Replace(&made->array.offset);
      case 2:
        return Replace(&made->array.null_count);
      case 3:
        made->array.n_buffers = Number(static_cast<int>(made->array.n_buffers) + 1);
        return;
      case 4:
        made->SetBuffer(Number(static_cast<int>(made->array.n_buffers)), nullptr);
        return;
      default:
        SpoilNumber(made);
    }
  }

 private:
  int64_t Odd() {
    constexpr int64_t kOdd[] = {-1,
                                0,
                                1,
                                2,
                                13,
                                std::numeric_limits<int32_t>::max(),
                                std::numeric_limits<int32_t>::min(),
                                std::numeric_limits<int64_t>::max(),
                                std::numeric_limits<int64_t>::min()};
    return kOdd[Number(std::size(kOdd))];
  }

  void Replace(int64_t* number) { *number = Number(2) == 0 ? Odd() : *number + Number(5) - 2; }

  // A number of some buffer, with as many bytes as those there have; or a bit of the bitmap.
  void SpoilNumber(MadeColumn* made) {
    const int which = Number(static_cast<int>(made->array.n_buffers));
    std::vector<uint8_t>& buffer = made->buffer(which);
    if (buffer.size() < 8) return;
    if (Number(2) == 0) {
      buffer[Number(static_cast<int>(buffer.size()))] ^= 1 << Number(8);
      return;
    }
    const int64_t odd = Number(2) == 0 ? Odd() : Number(60);
    const size_t width = Number(2) == 0 ? 4 : 8;
    std::memcpy(buffer.data() + width * Number(static_cast<int>(buffer.size() / width)), &odd,
                width);
  }

  std::mt19937 random_;
};

enum class Expected { kRead, kRefused, kUnpromised };

// What the specification says of a column, told slowly. `kUnpromised`: its producer says that the
// buffers are longer than they are, which nobody can see.
class SlowReader {
 public:
  SlowReader(std::string_view format, const Cells& cells, MadeColumn* made)
      : format_(format), made_(*made), held_(static_cast<int64_t>(cells.size()) + kBefore + 1) {}

  Expected Read(Cells* rows) {
    const ArrowArray& array = made_.array;
    const bool views = format_[0] == 'v';
    if (array.length < 0 || array.offset < 0 || array.null_count < -1 ||
        array.null_count > array.length || (views ? array.n_buffers < 3 : array.n_buffers != 3)) {
      return Expected::kRefused;
    }
    if (array.offset > held_ || array.length > held_ - array.offset) {
      constexpr int64_t kAddressable = std::numeric_limits<int64_t>::max() / 16 - 1;
      const bool overflows =
          array.offset > kAddressable || array.length > kAddressable - array.offset;
      return overflows ? Expected::kRefused : Expected::kUnpromised;
    }
    const auto* const bits = static_cast<const uint8_t*>(array.buffers[0]);
    int64_t nulls = 0;
    for (int64_t row = array.offset; row < array.offset + array.length; ++row) {
      const bool null = bits != nullptr && (bits[row / 8] >> (row % 8) & 1) == 0;
      nulls += null;
      rows->push_back(null ? std::nullopt : std::optional<std::string>(""));
    }
    if (array.null_count >= 0 && nulls != array.null_count) return Expected::kRefused;
    if (array.length == 0) return Expected::kRead;
    if (array.buffers[1] == nullptr) return Expected::kRefused;
    return views ? ReadViews(rows) : ReadOffsets(rows);
  }

 private:
  int64_t OffsetAt(int64_t row) {
    return format_ == "z" || format_ == "u" ? Get<int32_t>(&made_, 1, row)
                                            : Get<int64_t>(&made_, 1, row);
  }

  Expected ReadOffsets(Cells* rows) {
    const int64_t first = made_.array.offset;
    const int64_t last = first + made_.array.length;
    if (OffsetAt(first) < 0) return Expected::kRefused;
    for (int64_t row = first; row < last; ++row) {
      if (OffsetAt(row + 1) < OffsetAt(row)) return Expected::kRefused;
    }
    if (made_.array.buffers[2] == nullptr) {
      return OffsetAt(last) == 0 ? Expected::kRead : Expected::kRefused;
    }
    const std::vector<uint8_t>& bytes = made_.buffer(2);
    if (OffsetAt(last) > static_cast<int64_t>(bytes.size())) return Expected::kUnpromised;
    for (int64_t row = first; row < last; ++row) {
      std::optional<std::string>& cell = (*rows)[row - first];
      if (cell.has_value()) {
        cell = std::string(bytes.begin() + OffsetAt(row), bytes.begin() + OffsetAt(row + 1));
      }
    }
    return Expected::kRead;
  }

  Expected ReadViews(Cells* rows) {
    const ArrowArray& array = made_.array;
    const int64_t buffers = array.n_buffers - 3;
    // With another number of buffers the sizes are read from one that holds something else.
    if (buffers != held_buffers()) {
      if (buffers > 0) return Expected::kUnpromised;
    } else if (buffers > 0 && array.buffers[2 + buffers] == nullptr) {
      return Expected::kRefused;
    }
    for (int64_t i = 0; i < buffers; ++i) {
      const int64_t size = SizeOf(i);
      if (size < 0 || (size > 0 && array.buffers[2 + i] == nullptr)) return Expected::kRefused;
    }
    for (int64_t i = 0; i < buffers; ++i) {
      if (SizeOf(i) > static_cast<int64_t>(made_.buffer(static_cast<int>(2 + i)).size())) {
        return Expected::kUnpromised;
      }
    }
    for (int64_t row = 0; row < array.length; ++row) {
      std::optional<std::string>& cell = (*rows)[row];
      if (!cell.has_value()) continue;
      const int64_t view = (array.offset + row) * 4;
      const int64_t length = Get<int32_t>(&made_, 1, view);
      if (length < 0) return Expected::kRefused;
      const auto* const inside =
          reinterpret_cast<const char*>(made_.buffer(1).data()) + view * 4 + 4;
      if (length <= 12) {
        cell = std::string(inside, length);
        continue;
      }
      const int64_t buffer = Get<int32_t>(&made_, 1, view + 2);
      const int64_t offset = Get<int32_t>(&made_, 1, view + 3);
      if (buffer < 0 || buffer >= buffers || offset < 0 || offset + length > SizeOf(buffer)) {
        return Expected::kRefused;
      }
      const std::vector<uint8_t>& bytes = made_.buffer(static_cast<int>(2 + buffer));
      cell = std::string(bytes.begin() + offset, bytes.begin() + offset + length);
      if (!cell->starts_with(std::string_view(inside, 4))) return Expected::kRefused;
    }
    return Expected::kRead;
  }

  int64_t held_buffers() const { return made_.buffers() - 3; }
  int64_t SizeOf(int64_t i) { return Get<int64_t>(&made_, made_.buffers() - 1, i); }

  const std::string_view format_;
  MadeColumn& made_;
  const int64_t held_;
};

class Hostile : public testing::TestWithParam<std::string> {};

TEST_P(Hostile, IsRefusedOrReadRight) {
  std::map<Expected, int> seen;
  for (int seed = 0; seed < kMutations; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    Mutator mutator(seed);
    const Cells cells = mutator.Rows();
    MadeColumn made(GetParam(), cells, kBefore);
    mutator.Spoil(&made);
    Cells rows;
    const Expected expected = SlowReader(GetParam(), cells, &made).Read(&rows);
    ++seen[expected];
    if (expected == Expected::kUnpromised) continue;
    const absl::StatusOr<BytesColumn> read = BytesColumn::Create("subjects", true, made.column());
    ASSERT_EQ(read.ok(), expected == Expected::kRead) << read.status();
    if (!read.ok()) continue;
    ASSERT_EQ(read->size(), static_cast<int64_t>(rows.size()));
    for (int64_t row = 0; row < read->size(); ++row) ASSERT_EQ((*read)[row], rows[row]) << row;
    // Nothing of the scene's: each row has its error.
    if (seed % 50 == 0) {
      Answer answer;
      ASSERT_TRUE(DecideColumn(TheEngine(), AboutChanges(true), made.column(), nullptr,
                               &answer.schema, &answer.array)
                      .ok());
      EXPECT_EQ(answer["error"].null_count, 0);
    }
  }
  // The mutations are worth something: many are refused and many are not.
  EXPECT_GT(seen[Expected::kRefused], kMutations / 5);
  EXPECT_GT(seen[Expected::kRead], kMutations / 5);
  EXPECT_LT(seen[Expected::kUnpromised], kMutations / 3);
}

INSTANTIATE_TEST_SUITE_P(Formats, Hostile, testing::Values("z", "Z", "u", "U", "vz", "vu"));

}  // namespace
}  // namespace changepolicy::bindings
