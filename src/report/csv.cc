#include "report/csv.h"

#include <algorithm>

#include "base/escape.h"
#include "report/phrases.h"

namespace rollbook {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// "-5", "0.25": a spreadsheet may calculate with these as much as it likes.
bool is_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  auto const point = text.find('.');
  auto const whole = text.substr(0, point);
  auto const part = point == std::string_view::npos ? "0" : text.substr(point + 1);
  return !whole.empty() && !part.empty() && std::ranges::all_of(whole, is_digit) && std::ranges::all_of(part, is_digit);
}

// A spreadsheet runs a cell that begins like this, quoted or not; the wide forms count in East Asian versions.
bool begins_like_a_formula(std::string_view text) {
  constexpr std::string_view beginnings[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return text.starts_with(beginning); });
}

void append_number(std::string& out, std::optional<std::uint64_t> number) {
  if (number) out += std::to_string(*number);
}

void append_finding(std::string& out, CheckReport::Finding const& finding) {
  auto const text = [&](std::string_view cell) { append_report_cell(out += ',', cell); };
  append_report_cell(out, finding.rule->code);
  text(name_of(finding.severity));
  text(finding.file);
  append_number(out += ',', finding.line);
  append_number(out += ',', finding.record);
  text(finding.column);
  text(finding.sourced_id);
  text(finding.value);
  text(finding.message);
  text(finding.why);
  text(finding.fix);
  text(finding.caused_by ? finding.caused_by->code + ": " + place(*finding.caused_by) : "");
  out += "\r\n";
}

}  // namespace

// An apostrophe in front keeps a formula asleep.
void append_report_cell(std::string& out, std::string_view text) {
  auto const asleep = begins_like_a_formula(text) && !is_number(text);
  auto const quoted = text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) out += '"';
  if (asleep) out += '\'';
  each_point(text, [&](char32_t point) {
    if (point == '"') out += '"';
    // Other control characters stop many readers, NUL above all; their pictures tell as much. JSON has the true bytes.
    auto const belongs = !is_control(point) || point == '\t' || point == '\r' || point == '\n';
    append_point(out, belongs ? point : point < 0x20 ? 0x2400 + point : replacement_character);
  });
  if (quoted) out += '"';
}

void write_csv(CheckReport const& report, Sink const& sink) {
  Pieces pieces(sink);
  pieces.text = "code,severity,file,line,record,column,sourcedId,value,message,why,fix,caused_by\r\n";
  for (auto const& finding : report.findings) {
    append_finding(pieces.text, finding);
    pieces.hand_on_if_enough();
  }
  pieces.finish();
}

}  // namespace rollbook
