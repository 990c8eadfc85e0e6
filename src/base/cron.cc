#include "base/cron.h"

#include <array>
#include <span>

namespace rollbook {
namespace {

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view called;
  int least, most;
  std::span<std::string_view const> names = {};  // the first is called `least`
};
constexpr std::array<Field, 5> fields = {
    Field{"minute", 0, 59}, {"hour", 0, 23}, {"day of the month", 1, 31}, {"month", 1, 12, months}, {"day of the week", 0, 7, weekdays}};
constexpr Field weekday_field = fields[4];

using Bits = std::uint64_t;

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> all;
  for (;;) {
    auto const at = text.find(between);
    all.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return all;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> all;
  for (auto const word : parts_of(text, ' '))
    if (!word.empty()) all.push_back(word);
  return all;
}

bool same_name(std::string_view text, std::string_view name) {
  if (text.size() != name.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] | 0x20) != name[i]) return false;
  return true;
}

std::optional<int> value_of(Field const& field, std::string_view text) {
  for (std::size_t i = 0; i < field.names.size(); ++i)
    if (same_name(text, field.names[i])) return field.least + static_cast<int>(i);
  if (text.empty() || text.size() > 2) return std::nullopt;
  int value = 0;
  for (auto const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value >= field.least && value <= field.most ? std::optional(value) : std::nullopt;
}

// *, 5, 1-5, */15, 8-18/2
std::optional<Bits> item_of(Field const& field, std::string_view text) {
  auto const slash = text.find('/');
  auto const range = text.substr(0, slash);
  auto const dash = range.find('-');
  int step = 1;
  if (slash != std::string_view::npos) {
    auto const given = value_of({"", 1, 59}, text.substr(slash + 1));
    if (!given || (range != "*" && dash == std::string_view::npos)) return std::nullopt;  // of 5/15 everybody thinks something else
    step = *given;
  }
  auto from = std::optional(field.least), to = std::optional(field.most);
  if (range != "*") {
    from = value_of(field, range.substr(0, dash));
    to = dash == std::string_view::npos ? from : value_of(field, range.substr(dash + 1));
    if (to == 0 && from && *from > 0 && field.most == 7) to = 7;  // sat-sun
  }
  if (!from || !to || *from > *to) return std::nullopt;
  Bits bits = 0;
  for (int value = *from; value <= *to; value += step) bits |= Bits{1} << value;
  return bits;
}

std::optional<Bits> bits_of(Field const& field, std::string_view text) {
  Bits bits = 0;
  for (auto const part : parts_of(text, ',')) {
    auto const item = item_of(field, part);
    if (!item) return std::nullopt;
    bits |= *item;
  }
  return bits;
}

// From 0 for Sunday (and 7) to bit 0 for Monday.
unsigned from_monday(Bits bits) { return static_cast<unsigned>((bits >> 1 | (bits & 1) << 6) & 0x7f); }

bool ever_comes(Schedule const& schedule) {
  if (schedule.either_day) return true;
  constexpr std::array<int, 12> longest = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (unsigned month = 1; month <= 12; ++month)
    for (int day = 1; day <= longest[month - 1]; ++day)
      if ((schedule.months >> month & 1u) != 0 && (schedule.days >> day & 1u) != 0) return true;
  return false;
}

}  // namespace

bool looks_like_cron(std::string_view text) { return words_of(text).size() == fields.size(); }

std::optional<Schedule> cron_of(std::string_view text, std::string& wrong) {
  auto const words = words_of(text);
  if (words.size() != fields.size()) {
    wrong = "a cron expression has five fields: minute, hour, day of the month, month, day of the week";
    return std::nullopt;
  }
  std::array<Bits, 5> bits{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto const read = bits_of(fields[i], words[i]);
    if (!read) {
      auto const& [called, least, most, names] = fields[i];
      wrong = "\"" + std::string(words[i]) + "\" is no " + std::string(called) + " of a cron expression: " + std::to_string(least) + " to " +
              std::to_string(most) + (names.empty() ? "" : " or names as " + std::string(names[1])) + ", ranges as 1-5, lists as 1,3, steps as */2";
      return std::nullopt;
    }
    bits[i] = *read;
  }
  Schedule schedule;
  for (int hour = 0; hour < 24; ++hour)
    for (int minute = 0; minute < 60; ++minute)
      if ((bits[1] >> hour & 1) != 0 && (bits[0] >> minute & 1) != 0) schedule.minutes.push_back(hour * 60 + minute);
  schedule.days = static_cast<unsigned>(bits[2]);
  schedule.months = static_cast<unsigned>(bits[3]);
  schedule.weekdays = from_monday(bits[4]);
  schedule.either_day = words[2][0] != '*' && words[4][0] != '*';
  if (!ever_comes(schedule)) {
    wrong = "no year has such a day";
    return std::nullopt;
  }
  return schedule;
}

std::optional<unsigned> weekdays_of(std::string_view field) {
  auto const bits = bits_of(weekday_field, field);
  return bits ? std::optional(from_monday(*bits)) : std::nullopt;
}

}  // namespace rollbook
