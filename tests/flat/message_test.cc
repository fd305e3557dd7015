// The accessors of generated classes, their lists, and the arena below them.
#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "changepolicy/v1/cel.flat.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.flat.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.flat.h"
#include "gtest/gtest.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/model_tables.h"

namespace changepolicy::flat {
namespace {

using ::testing::ElementsAre;

static_assert(std::is_trivially_destructible_v<ChangeRequest>);
static_assert(std::is_trivially_copyable_v<ChangeRequest>);
static_assert(!std::is_polymorphic_v<ChangeRequest>);

TEST(MessageTest, AllZeroIsEmpty) {
  const ChangeRequest change;
  const std::string bytes(reinterpret_cast<const char*>(&change), sizeof(change));
  EXPECT_EQ(bytes, std::string(sizeof(change), '\0'));
  EXPECT_EQ(change.id(), "");
  EXPECT_FALSE(change.has_title());
  EXPECT_FALSE(change.has_schedule());
  EXPECT_EQ(change.schedule().start().seconds(), 0);
  EXPECT_EQ(&change.schedule(), &ChangeRequest().schedule());
  EXPECT_EQ(change.approvals_size(), 0);
  EXPECT_FALSE(change.facts().contains("x"));
}

TEST(MessageTest, SetsAndClears) {
  Arena arena;
  ChangeRequest change;
  change.set_title("");
  EXPECT_TRUE(change.has_title());
  change.clear_title();
  EXPECT_FALSE(change.has_title());
  change.set_state(v1::CHANGE_STATE_DRAFT);
  EXPECT_EQ(change.state(), v1::CHANGE_STATE_DRAFT);
  change.clear_state();
  EXPECT_EQ(change.state(), v1::CHANGE_STATE_UNSPECIFIED);
  Schedule* const schedule = change.mutable_schedule(&arena);
  EXPECT_EQ(change.mutable_schedule(&arena), schedule);
  schedule->mutable_start(&arena)->set_seconds(7);
  EXPECT_EQ(change.schedule().start().seconds(), 7);
  change.clear_schedule();
  EXPECT_FALSE(change.has_schedule());
  EXPECT_FALSE(change.mutable_schedule(&arena)->has_start());
  Schedule borrowed;
  change.set_schedule(&borrowed);
  EXPECT_EQ(&change.schedule(), &borrowed);
  change.Clear();
  EXPECT_FALSE(change.has_schedule());
}

TEST(MessageTest, AOneofHoldsOne) {
  Arena arena;
  CelValue value;
  EXPECT_EQ(value.kind_case(), CelValue::KIND_NOT_SET);
  value.set_int64_value(0);
  EXPECT_EQ(value.kind_case(), CelValue::kInt64Value);
  value.mutable_enum_value(&arena)->set_value(3);
  EXPECT_EQ(value.kind_case(), CelValue::kEnumValue);
  EXPECT_FALSE(value.has_int64_value());
  value.set_string_value("x");
  EXPECT_FALSE(value.has_enum_value());
  EXPECT_EQ(value.enum_value().value(), 0);
  EXPECT_EQ(value.mutable_enum_value(&arena)->value(), 0);
  EXPECT_EQ(value.string_value(), "");
  value.clear_kind();
  EXPECT_EQ(value.kind_case(), CelValue::KIND_NOT_SET);
}

TEST(MessageTest, ListsOfValues) {
  Arena arena;
  ChangeRequest change;
  for (const char* const asset : {"c", "a", "b", "e", "d"}) change.add_assets(asset, &arena);
  EXPECT_EQ(change.assets(2), "b");
  EXPECT_THAT(change.assets(), ElementsAre("c", "a", "b", "e", "d"));
  std::sort(change.mutable_assets()->begin(), change.mutable_assets()->end());
  EXPECT_THAT(change.assets(), ElementsAre("a", "b", "c", "d", "e"));
  change.mutable_assets()->Truncate(2);
  change.set_assets(0, "z");
  EXPECT_THAT(change.assets(), ElementsAre("z", "b"));
  change.add_kinds(v1::CHANGE_KIND_CONFIGURATION, &arena);
  EXPECT_EQ(change.kinds(0), v1::CHANGE_KIND_CONFIGURATION);
  change.clear_assets();
  EXPECT_TRUE(change.assets().empty());
}

TEST(MessageTest, BorrowedListsAreCopiedBeforeTheyGrow) {
  Arena arena;
  std::vector<std::string_view> constant = {"a", "b"};
  ChangeRequest change;
  change.mutable_assets()->Borrow(constant.data(), 2);
  EXPECT_EQ(change.assets().data(), constant.data());
  change.add_assets("c", &arena);
  EXPECT_THAT(change.assets(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(constant, ElementsAre("a", "b"));
}

TEST(MessageTest, ListsOfMessagesKeepTheirAddresses) {
  Arena arena;
  ChangeRequest change;
  std::vector<Approval*> added;
  const std::vector<std::string> names = {"c", "a", "b", "e", "d", "f", "g"};
  for (const std::string& name : names) {
    added.push_back(change.add_approvals(&arena));
    added.back()->set_id(name);
  }
  change.mutable_approvals()->Sort(
      [](const Approval& a, const Approval& b) { return a.id() < b.id(); });
  std::string order;
  for (const Approval& approval : change.approvals()) order += approval.id();
  EXPECT_EQ(order, "abcdefg");
  EXPECT_EQ(change.mutable_approvals(2), added[0]);
  for (Approval& approval : *change.mutable_approvals()) approval.set_by("ann");
  EXPECT_EQ(added[6]->by(), "ann");
  Approval other;
  change.add_approvals(&other, &arena);
  EXPECT_EQ(&change.approvals(7), &other);
  EXPECT_EQ(change.approvals().end() - change.approvals().begin(), 8);
}

TEST(MessageTest, MapsAreTakenApart) {
  Arena arena;
  Struct object;
  object.add_fields("b", &arena)->mutable_value(&arena)->set_number_value(2);
  object.add_fields("a", &arena)->mutable_value(&arena)->set_number_value(1);
  EXPECT_EQ(object.add_fields("b", &arena)->value().number_value(), 2);
  std::string read;
  for (const auto& [key, value] : object.fields()) {
    read += std::string(key) + std::to_string(static_cast<int>(value.number_value()));
  }
  EXPECT_EQ(read, "a1b2");
}

TEST(ArenaTest, GivesZeroAgainAfterReset) {
  Arena arena;
  for (int turn = 0; turn < 4; ++turn) {
    for (size_t size : {1, 8, 100, 5000, 20000}) {
      char* const room = static_cast<char*>(arena.Allocate(size));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(room) % 8, 0u);
      EXPECT_EQ(std::string_view(room, size), std::string(size, '\0'));
      std::fill_n(room, size, 'x');
    }
    arena.Reset();
  }
}

TEST(ArenaTest, KeepsOneBlockOfTheSizeOfAll) {
  Arena arena;
  for (int i = 0; i < 100; ++i) arena.Allocate(1000);
  const size_t capacity = arena.capacity();
  arena.Reset();
  for (int i = 0; i < 100; ++i) arena.Allocate(1000);
  EXPECT_EQ(arena.capacity(), capacity);
}

TEST(ArenaTest, ExtendsOnlyWhatIsLast) {
  Arena arena;
  void* const first = arena.Allocate(16);
  EXPECT_TRUE(arena.Extend(first, 16, 32));
  void* const second = arena.Allocate(16);
  EXPECT_EQ(static_cast<char*>(second), static_cast<char*>(first) + 32);
  EXPECT_FALSE(arena.Extend(first, 32, 64));
  EXPECT_FALSE(arena.Extend(second, 16, 1 << 20));
}

TEST(ArenaTest, CopiesText) {
  Arena arena;
  std::string text = "text";
  const std::string_view copy = arena.Copy(text);
  text = "else";
  EXPECT_EQ(copy, "text");
  EXPECT_EQ(arena.Copy(""), "");
}

TEST(TableTest, FindsMessagesAndFields) {
  const MessageTable* const table = FindTable("changepolicy.v1.ChangeRequest");
  ASSERT_EQ(table, &ChangeRequest::table());
  EXPECT_EQ(FindTable("changepolicy.v1.Nothing"), nullptr);
  EXPECT_EQ(FindTable(""), nullptr);
  EXPECT_EQ(FindTable("zzz"), nullptr);
  const FieldTable* const field = table->FindByName("claimed_category");
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(field->number, 5u);
  EXPECT_EQ(field->json_name, "claimedCategory");
  EXPECT_EQ(field->world, v1::WORLD_RECORD);
  EXPECT_FALSE(field->set_like);
  EXPECT_TRUE(table->FindByName("services")->set_like);
  EXPECT_EQ(table->FindByName("services")->message, &AffectedService::table());
  EXPECT_EQ(table->FindByName("service"), nullptr);
  EXPECT_EQ(table->FindByNumber(5), field);
  EXPECT_EQ(table->FindByNumber(26), nullptr);
  EXPECT_EQ(table->FindByNumber(1000), nullptr);
}

TEST(TableTest, AgreesWithTheDescriptors) {
  for (size_t i = 0; i < kModelTableCount; ++i) {
    const MessageTable& table = *kModelTables[i];
    const google::protobuf::Descriptor* const descriptor = DescriptorOf(table);
    ASSERT_NE(descriptor, nullptr) << table.full_name;
    ASSERT_EQ(static_cast<int>(table.field_count), descriptor->field_count());
    EXPECT_EQ(FindTable(table.full_name), &table);
    for (uint32_t f = 0; f < table.field_count; ++f) {
      const FieldTable& field = table.fields[f];
      const google::protobuf::FieldDescriptor* const same = DescriptorOf(table, field);
      ASSERT_NE(same, nullptr) << table.full_name << " " << field.name;
      EXPECT_EQ(same->name(), field.name);
      EXPECT_EQ(same->is_repeated(), field.repeated());
      EXPECT_EQ(table.FindByNumber(field.number), &field);
      const v1::FactOptions& fact = same->options().GetExtension(v1::fact);
      EXPECT_EQ(fact.set_like(), field.set_like);
      EXPECT_EQ(fact.world(), field.world);
    }
  }
}

}  // namespace
}  // namespace changepolicy::flat
