// XML as records: the rule, and what hostile texts get.
#include "libchangepolicy/foreign/xml.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/document.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;

// The tree in few characters: {key: value}, [a, b], 'text'.
std::string Shown(const Node& node) {
  if (node.kind == Node::Kind::kScalar) return StrCat("'", node.text, "'");
  std::string text;
  for (const Node& item : node.items) StrAppend(&text, text.empty() ? "" : ", ", Shown(item));
  for (const Entry& entry : node.entries) {
    StrAppend(&text, text.empty() ? "" : ", ", entry.key, ": ", Shown(entry.value));
  }
  return node.kind == Node::Kind::kList ? StrCat("[", text, "]") : StrCat("{", text, "}");
}

std::string Read(std::string_view xml, const XmlOptions& options = {}) {
  const DocumentResult read = ReadXml(xml, "f.xml", options);
  EXPECT_NE(read.document == nullptr, read.issues.empty());
  return read.document == nullptr ? ToText(read.issues) : Shown(read.document->root);
}

TEST(XmlTest, TheRule) {
  EXPECT_EQ(Read("<a/>"), "{a: {}}");
  EXPECT_EQ(Read("<a x='1' y=''/>"), "{a: {@x: '1', @y: ''}}");
  EXPECT_EQ(Read("<a><b/><c/><b z='2'/></a>"), "{a: {b: [{}, {@z: '2'}], c: [{}]}}");
  EXPECT_EQ(Read("<a> \n <b> t </b>\n</a>"), "{a: {b: [{#text: ' t '}]}}");
  EXPECT_EQ(Read("<a>1 &lt; <![CDATA[2 & 3]]><!-- no --><?no?></a>"), "{a: {#text: '1 < 2 & 3'}}");
  EXPECT_EQ(Read("<n:a xmlns:n='u' n:x='1'><n:b/></n:a>"), "{a: {@n:x: '1', b: [{}]}}");
  EXPECT_EQ(Read("<p:a/>"), "{a: {}}");
  EXPECT_EQ(Read("<a x='&#65;&quot;'/>"), "{a: {@x: 'A\"'}}");
}

TEST(XmlTest, EncodingsBecomeUtf8) {
  EXPECT_EQ(Read("\xEF\xBB\xBF<a>\xC3\xA4</a>"), "{a: {#text: '\xC3\xA4'}}");
  EXPECT_EQ(Read("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>"),
            "{a: {#text: '\xC3\xA4'}}");
  EXPECT_THAT(Read("<a>\xE4</a>"), HasSubstr("f.xml:1:"));
}

TEST(XmlTest, WhatIsNotWellFormedIsNamedWithItsLine) {
  EXPECT_THAT(Read("<a>\n<b>\n"), HasSubstr("f.xml:3:"));
  EXPECT_THAT(Read("<a>\n</b>"), HasSubstr("f.xml:2:"));
  EXPECT_THAT(Read("<a/><b/>"), HasSubstr("f.xml:1:"));
  EXPECT_THAT(Read("<a x='1' x='2'/>"), HasSubstr("f.xml:1:"));
  EXPECT_THAT(Read("hello"), HasSubstr("f.xml:1:"));
  EXPECT_THAT(Read("<a>\x01</a>"), HasSubstr("f.xml:1:"));
  EXPECT_EQ(Read(""), "f.xml: error: it is empty");
  EXPECT_EQ(Read(" \n"), "f.xml: error: it is empty");
  EXPECT_THAT(Read("<!-- only -->"), HasSubstr("f.xml:"));
}

TEST(XmlTest, ADoctypeMayOnlyNameADtd) {
  EXPECT_EQ(Read("<!DOCTYPE a SYSTEM 'http://example.invalid/a.dtd'><a/>"), "{a: {}}");
  EXPECT_EQ(Read("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "{a: {}}");
  EXPECT_EQ(Read("<!DOCTYPE a><a/>"), "{a: {}}");
}

TEST(XmlTest, DeclarationsAreRefused) {
  for (const auto& [declaration, name] : {
           std::pair("<!ENTITY e 'x'>", "entity `e`"),
           std::pair("<!ENTITY e SYSTEM 'file:///etc/passwd'>", "entity `e`"),
           std::pair("<!ENTITY % e SYSTEM 'http://example.invalid/'>", "entity `e`"),
           std::pair("<!ENTITY e SYSTEM 'x' NDATA n>", "entity `e`"),
           std::pair("<!ELEMENT a ANY>", "element `a`"),
           std::pair("<!ATTLIST a status CDATA 'passed'>", "attribute `status`"),
           std::pair("<!ATTLIST a status (passed|failed) 'passed'>", "attribute `status`"),
           std::pair("<!NOTATION n SYSTEM 'x'>", "notation `n`"),
       }) {
    EXPECT_THAT(Read(StrCat("<!DOCTYPE a [", declaration, "]><a>&e;</a>")),
                HasSubstr(StrCat("its DOCTYPE declares the ", name)));
  }
  EXPECT_THAT(Read("<!DOCTYPE a [%e;]><a/>"), HasSubstr("`&e;` is no entity"));
}

TEST(XmlTest, EntitiesThatExpandAreRefusedAtOnce) {
  std::string laughs = "<!DOCTYPE a [<!ENTITY l0 'ha'>";
  for (int i = 1; i < 20; ++i) {
    StrAppend(&laughs, "<!ENTITY l", i, " '");
    for (int j = 0; j < 10; ++j) StrAppend(&laughs, "&l", i - 1, ";");
    laughs += "'>";
  }
  EXPECT_THAT(Read(laughs + "]><a>&l19;</a>"), HasSubstr("declares the entity `l0`"));
}

TEST(XmlTest, UnknownEntitiesAreRefusedAlsoWhereADtdCouldHaveThem) {
  EXPECT_THAT(Read("<a>&e;</a>"), HasSubstr("f.xml:1:"));
  EXPECT_THAT(Read("<!DOCTYPE a SYSTEM 'a.dtd'><a>&e;</a>"), HasSubstr("`&e;` is no entity"));
  EXPECT_THAT(Read("<!DOCTYPE a SYSTEM 'a.dtd'><a x='&e;'/>"), HasSubstr("`&e;` is no entity"));
}

TEST(XmlTest, Limits) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_THAT(Read(deep), HasSubstr("more than 48 levels deep"));
  EXPECT_EQ(Read("<a><a/></a>", {.max_depth = 2}), "{a: {a: [{}]}}");
  EXPECT_THAT(Read("<a><a><a/></a></a>", {.max_depth = 2}), HasSubstr("2 levels deep"));
  EXPECT_EQ(Read("<a x='1'/>", {.max_parts = 2}), "{a: {@x: '1'}}");
  EXPECT_THAT(Read("<a x='1'><b/></a>", {.max_parts = 2}), HasSubstr("more than 2 elements"));
  EXPECT_THAT(Read("<a></a>", {.max_bytes = 6}), HasSubstr("more than 6 bytes"));
}

TEST(XmlTest, WhateverByteIsChangedItIsReadOrRefused) {
  const std::string whole =
      "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'd'><a x='&lt;'><b>t</b><![CDATA[c]]></a>";
  for (size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      Read(changed);
    }
    Read(whole.substr(0, i));
  }
}

}  // namespace
}  // namespace changepolicy
