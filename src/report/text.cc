#include "report/text.h"

#include <algorithm>

#include "report/groups.h"
#include "report/phrases.h"
#include "report/words.h"

namespace rollbook {
namespace {

constexpr std::size_t places_per_rule = 5;
constexpr std::size_t most_causes = 10;
constexpr std::size_t most_of_a_file_name = 40;  // of the first column of the table

constexpr std::string_view bold = "1", dim = "2", green = "32";

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Valid:
      return "1;32";
    case Verdict::Warnings:
      return "1;33";
    case Verdict::Invalid:
    case Verdict::Refused:
      return "1;31";
  }
  return bold;
}

// Lines of a limited width. Colour is the only escape code there is, and only `painted` can make it.
class Paper {
 public:
  Paper(TextOptions const& options, Sink const& sink) : options_(options), width_(std::max(options.width, 40u)), pieces_(sink) {}

  std::string painted(std::string_view colour, std::string_view text) const {
    if (!options_.colour || colour.empty()) return std::string(text);
    return ((std::string("\x1b[") += colour) += 'm').append(text) + "\x1b[0m";
  }

  // `start` begins the first line, as many columns of blanks begin the others. Takes visible text only.
  void paragraph(std::string_view start, std::string_view words, std::string_view colour = {}) {
    auto const indent = columns_of(start);
    write(start);
    auto column = indent;
    std::string line;
    auto const end_line = [&] {
      write(painted(colour, line));
      line.clear();
    };
    while (!words.empty()) {
      auto const end = std::min(words.find(' '), words.size());
      auto const word = words.substr(0, end);
      words.remove_prefix(std::min(end + 1, words.size()));
      auto const columns = columns_of(word);
      if (!line.empty() && column + 1 + columns > width_) {
        end_line();
        write("\n");
        write(std::string(indent, ' '));
        column = indent;
      }
      if (!line.empty()) line += ' ', ++column;
      line += word;
      column += columns;
    }
    end_line();
    write("\n");
  }

  void heading(std::string_view text) {
    write("\n");
    line(painted(bold, text));
  }
  void line(std::string_view text) {
    write(text);
    write("\n");
  }
  void write(std::string_view text) {
    pieces_.text += text;
    pieces_.hand_on_if_enough();
  }
  void finish() { pieces_.finish(); }

 private:
  TextOptions options_;
  unsigned width_;
  Pieces pieces_;
};

std::string left(std::string text, unsigned width) {
  auto const columns = columns_of(text);
  return text.append(columns < width ? width - columns : 0, ' ');
}

std::string right(std::string const& text, unsigned width) {
  auto const columns = columns_of(text);
  return std::string(columns < width ? width - columns : 0, ' ') + text;
}

void write_verdict(Paper& paper, CheckReport const& report) {
  auto const [word, sentence] = verdict_words(report);
  paper.paragraph("", word + ": " + sentence + ".", colour_of(report.verdict));
  paper.paragraph("", about(report), dim);
}

void write_files(Paper& paper, CheckReport const& report) {
  if (report.files.empty()) return;
  struct Line {
    std::string file, mode, rows, excluded;
    bool dimmed;
  };
  std::vector<Line> lines = {{"File", "Mode", "Rows", "Excluded", false}};
  unsigned file_width = 0, rows_width = 0, excluded_width = 0;
  for (auto const& file : report.files) {
    auto const is_table = !file.mode.empty() && file.mode != "absent";
    lines.push_back({visible(file.file, most_of_a_file_name), file.mode.empty() ? "-" : visible(file.mode, 12), is_table ? with_separators(file.rows) : "-",
                     is_table ? with_separators(file.excluded) : "-", !is_table});
  }
  for (auto const& line : lines) {
    file_width = std::max(file_width, columns_of(line.file));
    rows_width = std::max(rows_width, columns_of(line.rows));
    excluded_width = std::max(excluded_width, columns_of(line.excluded));
  }
  paper.write("\n");
  for (auto const& line : lines) {
    auto const text =
        left(line.file, file_width) + "  " + left(line.mode, 6) + "  " + right(line.rows, rows_width) + "  " + right(line.excluded, excluded_width);
    paper.line(paper.painted(&line == &lines.front() ? bold : line.dimmed ? dim : std::string_view{}, text));
  }
}

void write_causes(Paper& paper, CheckReport const& report) {
  if (report.causes.empty() && report.order.empty()) return;
  paper.heading("Fix these first");
  auto const shown = std::min(report.causes.size(), most_causes);
  auto const number_width = static_cast<unsigned>(std::to_string(shown).size());
  for (std::size_t i = 0; i < shown; ++i) paper.paragraph("  " + right(std::to_string(i + 1), number_width) + ". ", sentence(report.causes[i]));
  auto const all = std::max<std::uint64_t>(report.causes_total, report.causes.size());
  if (all > shown) paper.paragraph("  ", "… and " + with_separators(all - shown) + " more that block fewer rows", dim);
  for (auto const& step : report.order) paper.paragraph("  - ", visible(step, most_of_a_message));
}

void write_place(Paper& paper, Group const& group, CheckReport::Finding const& finding) {
  auto words = place(finding);
  if (!words.empty()) words += ": ";
  words += visible(finding.message, most_of_a_message);
  if (finding.caused_by) words += " It waits for " + place(*finding.caused_by) + ".";
  paper.paragraph("    - ", words);
  if (group.common_why.empty() && !finding.why.empty()) paper.paragraph("      Why: ", visible(finding.why, most_of_a_message));
  if (group.common_fix.empty() && !finding.fix.empty()) paper.paragraph("      Fix: ", visible(finding.fix, most_of_a_message));
}

void write_rest(Paper& paper, Group const& group, std::size_t printed) {
  auto const& rule = *group.rule;
  if (rule.count <= printed) return;
  auto words = "… and " + with_separators(rule.count - printed) + " more";
  if (rule.shown >= rule.count) words += "; --format json or csv lists them";
  else if (rule.shown > printed) words += "; --format json or csv lists the first " + with_separators(rule.shown);
  paper.paragraph("    ", words, dim);
}

void write_group(Paper& paper, Group const& group) {
  auto const rule = group.rule;
  auto const kind = group.kind;
  auto const& findings = group.findings;
  paper.write("\n");
  auto const label = std::string(kind->symbol) + " " + std::string(kind->word);
  auto const name = std::string(rule->rule->code) + " " + std::string(rule->rule->name);
  paper.line(paper.painted(kind->colour, label) + "  " + paper.painted(bold, name) + "  " + counted(rule->count, "time"));
  if (auto const who = demanded_by(rule->rule->origin); !who.empty()) paper.paragraph("    ", "(" + std::string(who) + ")", dim);
  if (auto const why = group.common_why; !why.empty()) paper.paragraph("    Why: ", visible(why, most_of_a_message));
  if (auto const fix = group.common_fix; !fix.empty()) paper.paragraph("    Fix: ", visible(fix, most_of_a_message));
  auto const printed = std::min(findings.size(), places_per_rule);
  for (std::size_t i = 0; i < printed; ++i) write_place(paper, group, *findings[i]);
  write_rest(paper, group, printed);
}

void write_findings(Paper& paper, CheckReport const& report) {
  if (report.rules.empty()) return;
  paper.heading("What was found");
  for (auto const& group : groups_of(report)) write_group(paper, group);
}

void write_not_run(Paper& paper, CheckReport const& report) {
  if (report.rules_not_run.empty()) return;
  paper.heading("What could not be checked");
  for (auto const& sentence : not_run_sentences(report)) paper.paragraph("  - ", sentence);
}

void write_closing(Paper& paper, CheckReport const& report) {
  auto const all_well = report.verdict == Verdict::Valid && report.rules_not_run.empty();
  auto words = tally(report);
  if (!words.empty()) words += ". ";
  paper.write("\n");
  paper.paragraph("", words += advice(report), all_well ? green : std::string_view{});
}

}  // namespace

void write_text(CheckReport const& report, TextOptions const& options, Sink const& sink) {
  Paper paper(options, sink);
  write_verdict(paper, report);
  write_files(paper, report);
  write_causes(paper, report);
  write_findings(paper, report);
  write_not_run(paper, report);
  write_closing(paper, report);
  paper.finish();
}

}  // namespace rollbook
