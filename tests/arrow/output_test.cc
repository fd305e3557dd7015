// What is handed over lives until it is released, in whatever order its parts are. Build with
// AddressSanitizer to see that nothing is left and nothing is used afterwards.
#include <cstring>
#include <vector>

#include "bindings/arrow/decide_column.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/arrow/made_column.h"
#include "tests/arrow/scene.h"

namespace changepolicy::bindings {
namespace {

using testing::ElementsAre;

// Rows 1 and 3 of the scene: one with lists, one that is null.
void Ask(ArrowSchema* schema, ArrowArray* array) {
  const MadeColumn made("z", {NthBytes(1), std::nullopt});
  ASSERT_TRUE(
      DecideColumn(TheEngine(), AboutChanges(), made.column(), nullptr, schema, array).ok());
}

// As the specification moves a structure: copied, and marked as released where it was.
template <typename Structure>
Structure Moved(Structure* from) {
  Structure moved = *from;
  from->release = nullptr;
  return moved;
}

template <typename Structure>
void Release(Structure* structure) {
  structure->release(structure);
  EXPECT_EQ(structure->release, nullptr);
}

TEST(Output, HasTheDocumentedType) {
  ArrowSchema schema;
  ASSERT_TRUE(DecisionColumnsSchema(&schema).ok());
  EXPECT_STREQ(schema.format, "+s");
  std::vector<std::string> columns;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    columns.push_back(std::string(child.name) + " " + child.format);
    EXPECT_EQ(child.flags, ARROW_FLAG_NULLABLE);
    EXPECT_EQ(child.dictionary, nullptr);
    EXPECT_EQ(child.n_children, child.format[0] == '+' ? 1 : 0);
    if (child.n_children == 1) {
      EXPECT_STREQ(child.children[0]->format, "u");
    }
  }
  EXPECT_THAT(columns,
              ElementsAre("id u", "verdict u", "category u", "risk_score i", "risk_level u",
                          "missing_roles +l", "unmet_gates +l", "decision z", "error u"));
  Release(&schema);
}

TEST(Output, OfNoRowsHasEveryColumn) {
  const MadeColumn made("z", {});
  Answer answer;
  ASSERT_TRUE(DecideColumn(TheEngine(), AboutChanges(), made.column(), nullptr, &answer.schema,
                           &answer.array)
                  .ok());
  EXPECT_EQ(answer.array.length, 0);
  EXPECT_EQ(answer.array.n_children, answer.schema.n_children);
  for (int64_t i = 0; i < answer.array.n_children; ++i) {
    const ArrowArray& child = *answer.array.children[i];
    EXPECT_EQ(child.length, 0);
    EXPECT_EQ(child.null_count, 0);
    for (int64_t b = 1; b < child.n_buffers; ++b) EXPECT_NE(child.buffers[b], nullptr);
  }
}

TEST(Output, IsReleasedWhole) {
  ArrowSchema schema;
  ArrowArray array;
  Ask(&schema, &array);
  Release(&array);
  Release(&schema);
}

TEST(Output, CanBeMoved) {
  ArrowSchema schema;
  ArrowArray array;
  Ask(&schema, &array);
  ArrowArray moved = Moved(&array);
  ArrowSchema moved_schema = Moved(&schema);
  EXPECT_EQ(TextAt(*moved.children[0], 0), "CHG-1");
  Release(&moved);
  Release(&moved_schema);
}

// Each child in turn outlives its parent, and the texts of a list their list.
TEST(Output, CanBeTakenApart) {
  for (int64_t child = 0; child < 9; ++child) {
    ArrowSchema schema;
    ArrowArray array;
    Ask(&schema, &array);
    ArrowArray kept = Moved(array.children[child]);
    ArrowSchema type = Moved(schema.children[child]);
    Release(&array);
    Release(&schema);
    EXPECT_EQ(kept.length, 2);
    if (type.n_children == 1) {
      ASSERT_EQ(ListAt(kept, 1), std::nullopt);
      ArrowArray items = Moved(kept.children[0]);
      ArrowSchema item = Moved(type.children[0]);
      Release(&kept);
      Release(&type);
      EXPECT_FALSE(TextAt(items, 0)->empty());
      EXPECT_STREQ(item.name, "item");
      Release(&items);
      Release(&item);
    } else {
      Release(&kept);
      Release(&type);
    }
  }
}

TEST(Output, AllChildrenCanBeTaken) {
  ArrowSchema schema;
  ArrowArray array;
  Ask(&schema, &array);
  std::vector<ArrowArray> kept;
  for (int64_t i = 0; i < array.n_children; ++i) kept.push_back(Moved(array.children[i]));
  Release(&array);
  Release(&schema);
  EXPECT_EQ(TextAt(kept[0], 0), "CHG-1");
  for (ArrowArray& child : kept) Release(&child);
}

TEST(Output, IsUntouchedByACallThatFails) {
  ArrowSchema schema;
  ArrowArray array;
  std::memset(&schema, 0x5A, sizeof schema);
  std::memset(&array, 0x5A, sizeof array);
  const ArrowSchema schema_before = schema;
  const ArrowArray array_before = array;
  const MadeColumn made("z", {NthBytes(1)});
  ColumnQuestion question = AboutChanges();
  question.max_column_bytes = 1;
  EXPECT_FALSE(DecideColumn(TheEngine(), question, made.column(), nullptr, &schema, &array).ok());
  EXPECT_EQ(std::memcmp(&schema, &schema_before, sizeof schema), 0);
  EXPECT_EQ(std::memcmp(&array, &array_before, sizeof array), 0);
}

TEST(Output, LeavesTheInputToItsOwner) {
  const MadeColumn made("z", {NthBytes(1)});
  Answer answer;
  ASSERT_TRUE(DecideColumn(TheEngine(), AboutChanges(), made.column(), nullptr, &answer.schema,
                           &answer.array)
                  .ok());
  EXPECT_NE(made.array.release, nullptr);
  EXPECT_NE(made.schema.release, nullptr);
}

}  // namespace
}  // namespace changepolicy::bindings
