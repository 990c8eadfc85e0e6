#include "report/html.h"

#include <algorithm>
#include <span>

#include "base/escape.h"
#include "report/groups.h"
#include "report/html_style.h"
#include "report/phrases.h"
#include "report/words.h"

namespace rollbook {
namespace {

// Markup can only be written in this file, as a literal; whatever comes from elsewhere has to go through `say`.
struct Markup {
  consteval Markup(char const* literal) : text(literal) {}
  std::string_view text;
};

class Page {
 public:
  explicit Page(Sink const& sink) : pieces_(sink) {}

  Page& add(Markup markup) { return ours(markup.text); }
  // For the style and the pictures, which are constants as well.
  Page& ours(std::string_view constant) {
    pieces_.text += constant;
    pieces_.hand_on_if_enough();
    return *this;
  }
  Page& say(std::string_view text, std::size_t most = most_of_a_message) {
    append_html(pieces_.text, visible(text, most));
    return *this;
  }
  Page& number(std::uint64_t number) { return say(with_separators(number)); }
  Page& icon(std::string_view name) { return add("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#icon-").say(name).add("\"/></svg>"); }
  void finish() { pieces_.finish(); }

 private:
  Pieces pieces_;
};

std::string_view icon_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Valid:
      return "valid";
    case Verdict::Warnings:
      return "warning";
    case Verdict::Invalid:
      return "error";
    case Verdict::Refused:
      return "refused";
  }
  return "";
}

void write_head(Page& page, CheckReport const& report) {
  page.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  // Should a value ever get past the escaping, it still could not run, load or send anything.
  page.add(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "base-uri 'none'; form-action 'none'\">\n");
  page.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
  page.add("<title>").say(verdict_words(report).word).add(": ").say(report.delivery, most_of_a_name);
  page.add("</title>\n<style>").ours(html_style).add("</style>\n</head>\n<body>\n").ours(html_icons).add("\n<main>\n");
}

void write_verdict(Page& page, CheckReport const& report) {
  auto const [word, sentence] = verdict_words(report);
  page.add("<header>\n<h1>Check of <bdi>").say(report.delivery, most_of_a_name).add("</bdi></h1>\n<p class=\"quiet\">");
  page.say(report.oneroster.empty() ? "Version of OneRoster not known" : "OneRoster " + report.oneroster);
  page.add(" · profile ").say(report.profile).add(" · Rollbook ").say(report.rollbook).add("</p>\n</header>\n");
  page.add("<section class=\"verdict ").say(name_of(report.verdict)).add("\" aria-label=\"Verdict\">\n<p class=\"word\">");
  page.icon(icon_of(report.verdict)).add(" ").say(word).add("</p>\n<p>").say(sentence, 2 * most_of_a_message).add(".</p>\n<p>");
  page.say(advice(report)).add("</p>\n</section>\n");
}

void write_counts(Page& page, CheckReport const& report) {
  auto const& counts = report.counts;
  auto const count = [&](std::string_view kind, std::string_view words, std::uint64_t number) {
    page.add("<div class=\"").say(kind).say(number > 0 ? " some" : "").add("\"><dt>").icon(kind).add(" ").say(words);
    page.add("</dt><dd>").number(number).add("</dd></div>\n");
  };
  page.add("<dl class=\"counts\">\n");
  count("error", counts.error == 1 ? "error" : "errors", counts.error);
  count("waiting", report.waiting_rows == 1 ? "row waiting" : "rows waiting", report.waiting_rows);
  count("warning", counts.warning == 1 ? "warning" : "warnings", counts.warning);
  count("note", counts.info == 1 ? "note" : "notes", counts.info);
  page.add("</dl>\n");
}

void write_files(Page& page, CheckReport const& report) {
  if (report.files.empty()) return;
  page.add(
      "<section>\n<h2 id=\"files\">Files</h2>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"files\" tabindex=\"0\">\n"
      "<table class=\"files\">\n<caption>What was delivered, and how many rows would be left out</caption>\n<thead><tr>"
      "<th scope=\"col\">File</th><th scope=\"col\">Mode</th><th scope=\"col\" class=\"number\">Rows</th>"
      "<th scope=\"col\" class=\"number\">Excluded</th><th scope=\"col\" class=\"number\">Size</th></tr></thead>\n<tbody>\n");
  for (auto const& file : report.files) {
    auto const absent = file.mode == "absent";
    auto const is_table = !absent && !file.mode.empty();
    page.add("<tr><th scope=\"row\">").say(file.file, most_of_a_name);
    page.add("</th><td data-label=\"mode\">").say(file.mode.empty() ? "–" : file.mode);
    page.add("</td><td class=\"number\" data-label=\"rows\">").say(is_table ? with_separators(file.rows) : "–");
    page.add("</td><td class=\"number\" data-label=\"excluded\">").say(is_table ? with_separators(file.excluded) : "–");
    page.add("</td><td class=\"number\" data-label=\"size\">").say(absent ? "–" : size_in_words(file.bytes)).add("</td></tr>\n");
  }
  page.add("</tbody>\n</table>\n</div>\n</section>\n");
}

void write_causes(Page& page, CheckReport const& report) {
  if (report.causes.empty() && report.order.empty()) return;
  constexpr std::size_t most = 50;
  auto const shown = std::min(report.causes.size(), most);
  auto const all = std::max<std::uint64_t>(report.causes_total, report.causes.size());
  auto const has_group = [&](std::string_view code) { return std::ranges::any_of(report.rules, [&](auto const& rule) { return rule.rule->code == code; }); };
  page.add("<section>\n<h2>Fix these first</h2>\n<div class=\"card\">\n");
  if (shown > 0) page.add("<ol>\n");
  for (auto const& cause : std::span(report.causes).first(shown)) {
    page.add("<li>").say(sentence(cause)).add(" ");
    if (has_group(cause.code)) page.add("<a href=\"#rule-").say(cause.code).add("\">").say(cause.code).add("</a>");
    page.add("</li>\n");
  }
  if (shown > 0) page.add("</ol>\n");
  if (all > shown) page.add("<p class=\"quiet\">… and ").number(all - shown).add(" more that block fewer rows.</p>\n");
  if (!report.order.empty()) page.add("<ul>\n");
  for (auto const& step : report.order) page.add("<li>").say(step).add("</li>\n");
  if (!report.order.empty()) page.add("</ul>\n");
  page.add("</div>\n</section>\n");
}

// The most rows that every rule may have so that all together stay below the bound: no rule starves another.
std::size_t fair_share(std::vector<Group> const& groups) {
  auto const rows = [&](std::size_t share) {
    std::size_t all = 0;
    for (auto const& group : groups) all += std::min(group.findings.size(), share);
    return all;
  };
  auto share = html_rows_per_rule;
  while (share > 0 && rows(share) > html_rows_in_all) --share;
  return share;
}

void write_row(Page& page, Group const& group, CheckReport::Finding const& finding) {
  auto const where = place(finding);
  page.add("<tr><th scope=\"row\">").say(where.empty() ? "the delivery" : where).add("</th><td>");
  if (!finding.column.empty()) page.add("<code>").say(finding.column, most_of_a_name).add("</code>");
  if (!finding.column.empty() && !finding.value.empty()) page.add(" ");
  if (!finding.value.empty()) page.add("“<bdi>").say(finding.value, most_of_a_name).add("</bdi>”");
  page.add("</td><td>").say(finding.message);
  if (finding.caused_by) page.add(" <span class=\"quiet\">It waits for ").say(place(*finding.caused_by)).add(".</span>");
  if (group.common_why.empty() && !finding.why.empty()) page.add("<p class=\"quiet\">Why: ").say(finding.why).add("</p>");
  if (group.common_fix.empty() && !finding.fix.empty()) page.add("<p class=\"quiet\">Fix: ").say(finding.fix).add("</p>");
  page.add("</td></tr>\n");
}

void write_group(Page& page, Group const& group, std::size_t share, bool open) {
  auto const& rule = *group.rule->rule;
  auto const shown = std::min(group.findings.size(), share);
  page.add("<details id=\"rule-").say(rule.code).add("\" class=\"").say(group.kind->icon).add("\"").say(open ? " open" : "").add(">\n");
  page.add("<summary><span class=\"tag\">").icon(group.kind->icon).add(" ").say(group.kind->word).add("</span> <h3>");
  page.say(name_in_words(rule.name)).add(" <span class=\"quiet\">").say(rule.code).add("</span></h3> <span class=\"number\">");
  page.say(counted(group.rule->count, "time")).add("</span></summary>\n<dl class=\"advice\">\n");
  auto const advise = [&](std::string_view about_what, std::string_view words) {
    if (!words.empty()) page.add("<dt>").say(about_what).add("</dt><dd>").say(words).add("</dd>\n");
  };
  advise("Why", group.common_why);
  advise("Fix", group.common_fix);
  advise("Rule", demanded_by(rule.origin));
  page.add("</dl>\n<table class=\"findings\">\n<caption>").say(name_in_words(rule.name)).add(": showing ").number(shown).add(" of ");
  page.number(group.rule->count)
      .add(
          "</caption>\n<thead><tr><th scope=\"col\" class=\"where\">Where</th><th scope=\"col\" class=\"field\">"
          "Field and value</th><th scope=\"col\">What is wrong</th></tr></thead>\n<tbody>\n");
  for (std::size_t i = 0; i < shown; ++i) write_row(page, group, *group.findings[i]);
  page.add("</tbody>\n</table>\n</details>\n");
}

void write_findings(Page& page, CheckReport const& report) {
  if (report.rules.empty()) return;
  auto const groups = groups_of(report);
  auto const share = fair_share(groups);
  page.add("<section>\n<h2>What was found</h2>\n");
  auto const cut = [&](Group const& group) { return group.rule->count > std::min(group.findings.size(), share); };
  if (std::ranges::any_of(groups, cut)) {
    page.add("<p class=\"quiet\">All counts are exact. To open quickly, this page lists at most ").number(share);
    page.add(" places for each rule.</p>\n");
  }
  for (auto const& group : groups) write_group(page, group, share, &group == &groups.front());
  page.add("</section>\n");
}

void write_not_run(Page& page, CheckReport const& report) {
  if (report.rules_not_run.empty()) return;
  page.add("<section>\n<h2>What could not be checked</h2>\n<div class=\"card\">\n<ul>\n");
  for (auto const& sentence : not_run_sentences(report)) page.add("<li>").say(sentence, 4 * most_of_a_message).add("</li>\n");
  page.add("</ul>\n</div>\n</section>\n");
}

}  // namespace

void write_html(CheckReport const& report, Sink const& sink) {
  Page page(sink);
  write_head(page, report);
  write_verdict(page, report);
  write_counts(page, report);
  write_files(page, report);
  write_causes(page, report);
  write_findings(page, report);
  write_not_run(page, report);
  page.add("<footer><p>Made by Rollbook from the files alone; nothing was changed or sent.</p></footer>\n</main>\n</body>\n</html>\n");
  page.finish();
}

}  // namespace rollbook
