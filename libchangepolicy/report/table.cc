#include "libchangepolicy/report/table.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

constexpr size_t kTerminal = 100;
constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 12;

struct Range {
  uint32_t first, last;
};

// Combining marks, joiners and variation selectors.
constexpr Range kNoWidth[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
                              {0x064B, 0x065F}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
                              {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
                              {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
// Wide and full-width characters of East Asia, and pictograms.
constexpr Range kTwoWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <size_t N>
bool IsIn(uint32_t c, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

// The code point at the front of the text, which is taken off; a byte that begins none by itself.
uint32_t TakeCodePoint(std::string_view* text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>((*text)[i]); };
  const uint32_t lead = byte(0);
  const size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 1;
  uint32_t code = length == 1 ? lead : lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if (i >= text->size() || (byte(i) & 0xC0) != 0x80) {
      text->remove_prefix(1);
      return lead;
    }
    code = code << 6 | (byte(i) & 0x3F);
  }
  text->remove_prefix(length);
  return code;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    if (blank != 0) words.push_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  }
  return words;
}

std::vector<std::string> Wrap(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return {std::string(text)};
  std::vector<std::string> lines(1);
  for (const std::string_view word : Words(text)) {
    std::string& line = lines.back();
    if (!line.empty() && DisplayWidth(line) + 1 + DisplayWidth(word) > width) {
      lines.emplace_back(word);
    } else {
      StrAppend(&line, line.empty() ? "" : " ", word);
    }
  }
  return lines;
}

// Widths that fit into `room` where words allow it.
std::vector<size_t> Widths(const std::vector<Table::Row>& rows, const std::vector<size_t>& lines,
                           size_t room) {
  std::vector<size_t> widths, least;
  auto line = lines.begin();
  for (size_t at = 0; at < rows.size(); ++at) {
    if (line != lines.end() && *line == at) {
      ++line;
      continue;
    }
    const Table::Row& row = rows[at];
    widths.resize(std::max(widths.size(), row.size()));
    least.resize(widths.size(), kNarrowest);
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i].text));
      for (const std::string_view word : Words(row[i].text)) {
        least[i] = std::max(least[i], DisplayWidth(word));
      }
    }
  }
  if (widths.empty()) return widths;
  size_t all = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  while (all > room) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= least[i]) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;
    --widths[widest];
    --all;
  }
  return widths;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const uint32_t c = TakeCodePoint(&text);
    const bool plain = c >= 0x20 && c < 0x7F;
    width += plain ? 1 : IsIn(c, kNoWidth) ? 0 : IsIn(c, kTwoWide) ? 2 : 1;
  }
  return width;
}

std::string Pad(std::string_view text, size_t width) {
  std::string padded(text);
  const size_t taken = DisplayWidth(text);
  if (taken < width) padded.append(width - taken, ' ');
  return padded;
}

std::string Painter::operator()(std::string_view code, std::string_view text) const {
  return on_ && !code.empty() ? StrCat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
}

std::string Table::Text(size_t indent, const Painter& paint) const {
  if (rows_.empty()) return "";
  const std::vector<size_t> widths = Widths(rows_, lines_, kTerminal - indent);
  std::string text;
  auto line_over = lines_.begin();
  for (size_t index = 0; index < rows_.size(); ++index) {
    const Row& row = rows_[index];
    if (line_over != lines_.end() && *line_over == index) {
      ++line_over;
      StrAppend(&text, index == 0 ? "" : "\n", std::string(indent, ' '),
                paint(row[0].color, row[0].text), "\n");
      continue;
    }
    std::vector<std::vector<std::string>> cells;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(Wrap(row[i].text, widths[i]));
      height = std::max(height, cells.back().size());
    }
    for (size_t at = 0; at < height; ++at) {
      std::string line;
      size_t blanks = indent;  // before the next text, so that no line ends with them
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string part = at < cells[i].size() ? cells[i][at] : "";
        if (!part.empty()) {
          StrAppend(&line, std::string(blanks, ' '), paint(row[i].color, part));
          blanks = 0;
        }
        blanks += widths[i] + kGap - std::min(widths[i], DisplayWidth(part));
      }
      StrAppend(&text, line, "\n");
    }
  }
  return text;
}

}  // namespace changepolicy
