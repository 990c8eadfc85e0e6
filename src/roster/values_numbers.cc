// Dates, timestamps, years and numbers.
#include <charconv>
#include <limits>

#include "roster/cells.h"

namespace rollbook {
namespace {

int digits(char const* at, int count) {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    if (at[i] < '0' || at[i] > '9') return -1;
    value = value * 10 + (at[i] - '0');
  }
  return value;
}

int days_in(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

// 8/27/2018, 27.08.2018, 2018/08/27, 8-27-18: dates as a spreadsheet shows them. Also a good date with a time behind it.
bool looks_reformatted(std::string_view cell) {
  int numbers = 0, separators = 0;
  bool in_number = false;
  for (auto c : cell.substr(0, 10)) {
    if (cells::is_digit(c)) numbers += !in_number, in_number = true;
    else if (c == '/' || c == '.' || c == '-') ++separators, in_number = false;
    else return numbers == 3 && separators == 2;
  }
  return numbers == 3 && separators == 2 && cell.size() >= 6;
}

}  // namespace

DateValue read_date(std::string_view cell) {
  if (cell.size() == 10 && cell[4] == '-' && cell[7] == '-') {
    auto const year = digits(cell.data(), 4), month = digits(cell.data() + 5, 2), day = digits(cell.data() + 8, 2);
    if (year >= 0 && month >= 0 && day >= 0) {
      if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return {invalid, Flaw::DateImpossible};
      return {year * 10000 + month * 100 + day, Flaw::Count_};
    }
  }
  return {invalid, looks_reformatted(cell) ? Flaw::DateReformatted : Flaw::DateMalformed};
}

namespace cells {

// A value that cannot be read, and the spreadsheet that is to blame for it, if it is.
void tell(Column const& column, std::uint32_t row, std::string_view cell, Flaw flaw) {
  if (is_excel_error(cell)) column.flaw(row, Flaw::ExcelError);
  column.flaw(row, flaw);
}

void read_dates(Column const& column) {
  auto& values = column.out.column[column.field];
  values.resize(column.batch.rows);
  // Dates repeat: term starts, birthdays in a file sorted by grade. Ten bytes are compared before a date is read.
  std::uint64_t above_head = 0;
  std::uint16_t above_tail = 0;
  std::int32_t above = invalid;
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) {
      values[row] = blank;
      return column.no_value(row);
    }
    if (cell.size() == 10) [[likely]] {
      auto const head = load8(cell.data());
      std::uint16_t tail;
      std::memcpy(&tail, cell.data() + 8, 2);
      if (above != invalid && head == above_head && tail == above_tail) {
        values[row] = above;
        return;
      }
      above_head = head;
      above_tail = tail;
    }
    auto const date = read_date(cell);
    if (cell.size() == 10) above = date.value;
    values[row] = date.value;
    if (date.flaw != Flaw::Count_) [[unlikely]]
      tell(column, row, cell, date.flaw);
  });
}

void read_timestamps(Column const& column) {
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) return column.no_value(row);
    if (!column.reading.delta) return column.flaw(row, Flaw::FilledInBulk);
    bool const date = cell.size() >= 10 && read_date(cell.substr(0, 10)).flaw == Flaw::Count_;
    auto const time = date ? cell.substr(10) : std::string_view{};
    auto const clock = [&](std::size_t at) {
      if (time.size() < at + 8) return false;
      auto const h = digits(time.data() + at, 2), m = digits(time.data() + at + 3, 2), s = digits(time.data() + at + 6, 2);
      return h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s <= 60 && time[at + 2] == ':' && time[at + 5] == ':';
    };
    if (date && time.size() == 14 && time[0] == 'T' && clock(1) && time[9] == '.' && digits(time.data() + 10, 3) >= 0 && time[13] == 'Z') return;
    // Without milliseconds, with a space, or just the day: still one meaning. Another time zone is none of these.
    auto behind = time.size() > 9 ? time.substr(9) : std::string_view{};
    if (!behind.empty() && behind.back() == 'Z') behind.remove_suffix(1);
    bool const fraction = behind.empty() || (behind[0] == '.' && behind.size() > 1 && std::all_of(behind.begin() + 1, behind.end(), is_digit));
    bool const loose = date && (time.empty() || ((time[0] == 'T' || time[0] == ' ') && clock(1) && fraction));
    column.flaw(row, loose ? Flaw::TimestampLoose : Flaw::TimestampMalformed);
  });
}

void read_years(Column const& column) {
  auto& values = column.out.column[column.field];
  values.resize(column.batch.rows);
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) {
      values[row] = blank;
      return column.no_value(row);
    }
    auto const year = cell.size() == 4 ? digits(cell.data(), 4) : -1;
    values[row] = year < 0 ? invalid : year;
    if (year < 0) tell(column, row, cell, Flaw::YearMalformed);
  });
}

namespace {

// 1,234 or 1,234.5: grouping commas.
bool has_thousands_separator(std::string_view cell) {
  auto const comma = cell.find(',');
  return comma != std::string_view::npos && comma > 0 && cell.find_first_not_of("0123456789,.-") == std::string_view::npos && cell.size() >= comma + 4;
}

}  // namespace

void read_whole_numbers(Column const& column) {
  auto& values = column.out.column[column.field];
  values.resize(column.batch.rows);
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) {
      values[row] = blank;
      return column.no_value(row);
    }
    auto const bare = cell.substr(cell.front() == '-' ? 1 : 0);
    bool const form = !bare.empty() && std::all_of(bare.begin(), bare.end(), is_digit) && (bare.size() == 1 || bare.front() != '0') && bare.size() <= 9;
    values[row] = invalid;
    if (form) std::from_chars(cell.data(), cell.data() + cell.size(), values[row]);
    else tell(column, row, cell, has_thousands_separator(cell) ? Flaw::ThousandsSeparator : Flaw::IntMalformed);
  });
}

void read_numbers(Column const& column) {
  auto& values = column.out.number[column.field];
  values.assign(column.batch.rows, std::numeric_limits<double>::quiet_NaN());
  column.out.column[column.field].clear();
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view cell) {
    if (cell.empty()) return column.no_value(row);
    double number = 0;
    auto const [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    bool const form = error == std::errc{} && end == cell.data() + cell.size() && cell.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    if (form) values[row] = number;
    else tell(column, row, cell, has_thousands_separator(cell) ? Flaw::ThousandsSeparator : Flaw::FloatMalformed);
  });
}

}  // namespace cells
}  // namespace rollbook
