#include "diff/same_lines.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/workers.h"
#include "csv/stretch.h"

namespace rollbook {
namespace {

// Lines that are aligned at once: few at first, for nearly every difference is one changed row.
constexpr std::size_t windows[] = {4, 32, 256};

struct Line {
  std::string_view text;  // without its line end
  std::string_view id;
  std::uint64_t offset, line;
};

// The next lines of a side, at most `most`.
void read_lines(std::string_view file, std::uint64_t at, std::uint64_t end, std::uint64_t line, std::size_t most, std::vector<Line>& out) {
  out.clear();
  while (at < end && out.size() < most) {
    auto const* found = static_cast<char const*>(std::memchr(file.data() + at, '\n', end - at));
    auto const stop = found == nullptr ? end : static_cast<std::uint64_t>(found - file.data());
    auto text = file.substr(at, stop - at);
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    out.push_back({text, text.substr(0, text.find(',')), at, line++});
    at = stop + 1;
  }
}

class Matcher {
 public:
  Matcher(std::string_view before, std::string_view after, csv::Kernel kernel) : a_(before), b_(after), kernel_(kernel) {}

  // Matches before[a, a_end) with after[b, b_end).
  SameLines run(std::uint64_t a, std::uint64_t a_end, std::uint64_t a_line, std::uint64_t b, std::uint64_t b_end, std::uint64_t b_line) {
    SameLines out;
    while (a < a_end && b < b_end) {
      auto const stretch = csv::same_stretch(kernel_, a_.data() + a, b_.data() + b, std::min(a_end - a, b_end - b));
      if (!stretch.plain) return out;
      out.same += stretch.lines;
      a += stretch.bytes, b += stretch.bytes, a_line += stretch.lines, b_line += stretch.lines;
      if (a >= a_end || b >= b_end) break;
      std::pair<std::size_t, std::size_t> left{};
      for (auto const most : windows) {
        read_lines(a_, a, a_end, a_line, most, old_lines_);
        read_lines(b_, b, b_end, b_line, most, new_lines_);
        left = align();
        if (left != std::pair(old_lines_.size(), new_lines_.size())) break;
      }
      auto const [i, j] = left;
      if (!leave(old_lines_, i, out.old_rows) || !leave(new_lines_, j, out.new_rows)) return out;
      a = next(old_lines_, i, a_end), b = next(new_lines_, j, b_end);
      a_line += i, b_line += j;
      if (out.old_rows.size() + out.new_rows.size() > 4096 && out.old_rows.size() + out.new_rows.size() > out.same / 4) return out;  // too little in common
    }
    for (auto* side : {&a_, &b_}) {
      auto& at = side == &a_ ? a : b;
      auto& line = side == &a_ ? a_line : b_line;
      auto const end = side == &a_ ? a_end : b_end;
      auto& rows = side == &a_ ? out.old_rows : out.new_rows;
      auto& lines = side == &a_ ? old_lines_ : new_lines_;
      while (at < end) {
        read_lines(*side, at, end, line, windows[2], lines);
        auto const count = lines.size();
        if (!leave(lines, count, rows) || rows.size() > (std::size_t{1} << 22)) return out;
        at = next(lines, count, end);
        line += count;
      }
    }
    out.usable = true;
    return out;
  }

 private:
  // How many lines to leave over on each side until both begin with the same text again; at least one of them.
  std::pair<std::size_t, std::size_t> align() const {
    for (std::size_t sum = 0; sum < old_lines_.size() + new_lines_.size(); ++sum)
      for (std::size_t i = sum < new_lines_.size() ? 0 : sum - new_lines_.size() + 1; i <= sum && i < old_lines_.size(); ++i) {
        auto const& was = old_lines_[i];
        auto const& is = new_lines_[sum - i];
        if (was.id != is.id) continue;
        if (was.text == is.text && sum > 0) return {i, sum - i};
        return {i + 1, sum - i + 1};  // the same record, changed
      }
    return {old_lines_.size(), new_lines_.size()};
  }

  static bool leave(std::vector<Line> const& lines, std::size_t count, std::vector<LeftOver>& rows) {
    for (std::size_t i = 0; i < count; ++i) {
      if (lines[i].text.empty() || lines[i].text.front() == ',') return false;
      if (std::count(lines[i].text.begin(), lines[i].text.end(), '"') % 2 != 0) return false;  // it may go over several lines
      rows.push_back({lines[i].offset, lines[i].line});
    }
    return true;
  }

  static std::uint64_t next(std::vector<Line> const& lines, std::size_t count, std::uint64_t end) {
    return count < lines.size() ? lines[count].offset : lines.empty() ? end : std::min<std::uint64_t>(end, next_behind(lines.back(), end));
  }
  static std::uint64_t next_behind(Line const& line, std::uint64_t end) {
    auto const* after = line.text.data() + line.text.size();
    auto offset = line.offset + line.text.size();
    while (offset < end && *after != '\n') ++after, ++offset;
    return offset + 1;
  }

  std::string_view a_, b_;
  csv::Kernel kernel_;
  std::vector<Line> old_lines_, new_lines_;
};

// Start of the line behind `at`.
std::uint64_t line_behind(std::string_view file, std::uint64_t at) {
  auto const found = file.find('\n', at);
  return found == std::string_view::npos ? file.size() : found + 1;
}

struct Cut {
  std::uint64_t a, b;
};

// A place where both files have the same line, about at the given part of the old one.
bool cut_at(std::string_view a, std::string_view b, std::uint64_t a_start, std::uint64_t b_start, double part, Cut& cut) {
  auto at = line_behind(a, a_start + static_cast<std::uint64_t>(static_cast<double>(a.size() - a_start) * part));
  auto const middle = b_start + static_cast<std::uint64_t>(static_cast<double>(b.size() - b_start) * part);
  // The churn before this place moves it a little; look near by first.
  for (auto const reach : {std::uint64_t{1} << 16, std::uint64_t{1} << 20, b.size() / 32}) {
    auto const from = middle > b_start + reach ? middle - reach : b_start;
    auto const haystack = b.substr(from, 2 * reach);
    for (int tries = 0; tries < 4 && at < a.size(); ++tries) {
      auto const end = line_behind(a, at);
      auto const found = haystack.find(a.substr(at, end - at));
      if (end > at + 8 && found != std::string_view::npos && (from + found == b_start || b[from + found - 1] == '\n')) {
        cut = {at, from + found};
        return true;
      }
      at = end;
    }
  }
  return false;
}

}  // namespace

SameLines match_lines(std::string_view before, std::uint64_t before_start, std::string_view after, std::uint64_t after_start, std::uint64_t line,
                      unsigned workers, csv::Kernel kernel, WillRead const& will_read) {
  // Cut into parts that are matched on their own. Lines of later parts are numbered once the earlier ones are counted.
  std::vector<Cut> cuts{{before_start, after_start}};
  auto const parts = before.size() < (std::size_t{8} << 20) ? 1u : workers * 4;
  for (unsigned p = 1; p < parts; ++p) {
    Cut cut{};
    if (cut_at(before, after, before_start, after_start, static_cast<double>(p) / parts, cut) && cut.a > cuts.back().a && cut.b > cuts.back().b)
      cuts.push_back(cut);
  }
  cuts.push_back({before.size(), after.size()});
  std::vector<SameLines> found(cuts.size() - 1);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> hopeless{false};
  run_workers(std::min<unsigned>(workers, static_cast<unsigned>(found.size())), [&](unsigned) {
    for (std::size_t p; (p = next.fetch_add(1)) < found.size() && !hopeless;) {
      if (will_read) {
        will_read(before.data() + cuts[p].a, cuts[p + 1].a - cuts[p].a);
        will_read(after.data() + cuts[p].b, cuts[p + 1].b - cuts[p].b);
      }
      found[p] = Matcher(before, after, kernel).run(cuts[p].a, cuts[p + 1].a, 0, cuts[p].b, cuts[p + 1].b, 0);
      if (!found[p].usable) hopeless = true;
    }
  });
  SameLines all;
  if (hopeless) return all;
  all.usable = true;
  auto old_line = line, new_line = line;
  for (auto& part : found) {
    for (auto& row : part.old_rows) row.line += old_line;
    for (auto& row : part.new_rows) row.line += new_line;
    old_line += part.same + part.old_rows.size();
    new_line += part.same + part.new_rows.size();
    all.same += part.same;
    all.old_rows.insert(all.old_rows.end(), part.old_rows.begin(), part.old_rows.end());
    all.new_rows.insert(all.new_rows.end(), part.new_rows.begin(), part.new_rows.end());
  }
  return all;
}

bool stands_elsewhere(std::string_view file, std::uint64_t start, std::vector<std::string> ids, std::vector<LeftOver> const& left_over, unsigned workers) {
  if (ids.empty()) return false;
  std::sort(ids.begin(), ids.end());
  // A bit for the first and last bytes of each id and its length: few other lines have it set.
  constexpr unsigned bits = 22;
  std::vector<std::uint64_t> seen((std::size_t{1} << bits) / 64);
  auto const place = [](std::string_view id) {
    std::uint64_t head = 0, tail = 0;
    std::memcpy(&head, id.data(), std::min<std::size_t>(8, id.size()));
    std::memcpy(&tail, id.data() + id.size() - std::min<std::size_t>(8, id.size()), std::min<std::size_t>(8, id.size()));
    return static_cast<std::size_t>(((head * 0x9e3779b97f4a7c15u) ^ (tail * 0xc2b2ae3d27d4eb4fu) ^ id.size() * 0x165667b19e3779f9u) >> (64 - bits));
  };
  for (auto const& id : ids) seen[place(id) / 64] |= std::uint64_t{1} << (place(id) % 64);
  auto const was_left_over = [&](std::uint64_t offset) {
    auto const at = std::lower_bound(left_over.begin(), left_over.end(), offset, [](LeftOver const& row, std::uint64_t wanted) { return row.offset < wanted; });
    return at != left_over.end() && at->offset == offset;
  };
  constexpr std::uint64_t part = std::uint64_t{4} << 20;
  auto const parts = (file.size() - start + part - 1) / part;
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> found{false};
  run_workers(static_cast<unsigned>(std::min<std::uint64_t>(workers, std::max<std::uint64_t>(1, parts))), [&](unsigned) {
    for (std::uint64_t p; (p = next.fetch_add(1)) < parts && !found;) {
      auto at = p == 0 ? start : line_behind(file, start + p * part - 1);
      for (auto const end = std::min<std::uint64_t>(file.size(), start + (p + 1) * part); at < end;) {
        auto const* const line_end = static_cast<char const*>(std::memchr(file.data() + at, '\n', file.size() - at));
        auto const stop = line_end == nullptr ? file.size() : static_cast<std::uint64_t>(line_end - file.data());
        auto const line = file.substr(at, stop - at);
        auto const id = line.substr(0, line.find(','));
        if (!id.empty() && id.front() == '"') found = true;  // quoted ids are for the careful way
        if (!id.empty() && (seen[place(id) / 64] >> (place(id) % 64) & 1) != 0 && std::binary_search(ids.begin(), ids.end(), id) && !was_left_over(at))
          found = true;
        at = stop + 1;
      }
    }
  });
  return found;
}

}  // namespace rollbook
