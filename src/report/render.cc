#include "report/render.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/hash.h"
#include "base/version.h"
#include "report/fill.h"
#include "report/words.h"
#include "rules/table_check.h"

namespace rollbook {
namespace {

constexpr std::string_view hidden = "(hidden)";

// Where a row is, and the values that its message needs.
struct Looked {
  std::uint64_t line = 0, record = 0;
  std::size_t cells = 0;
  std::vector<std::string> values;  // by column of the file
};

class Renderer {
 public:
  Renderer(Checked const& checked, Bundle const& bundle, CheckOptions const& options, Demographics demographics)
      : c_(checked), bundle_(bundle), options_(options), hides_demographics_(demographics == Demographics::Hidden) {}

  CheckReport render(std::string delivery) {
    report_.rollbook = program_version;
    report_.oneroster = bundle_.oneroster;
    report_.profile = options_.profile->name;
    report_.delivery = std::move(delivery);
    choose_causes();
    look_up_rows();
    list_files();
    for (auto const& finding : c_.package_findings) add_package_finding(finding);
    for (auto const& finding : c_.findings) add_finding(finding);
    list_causes();
    count();
    sort_findings();
    list_not_run();
    say_the_order();
    return std::move(report_);
  }

 private:
  TableData const& data(TableId table) const { return c_.roster[table]; }
  CauseEntry const& cause(std::uint32_t id) const { return (id & missing_bit) != 0 ? c_.missing[(id & ~missing_bit) - 1] : c_.row_causes[id - 1]; }

  void choose_causes() {
    auto const add = [&](std::vector<CauseEntry> const& from, bool missing) {
      for (std::uint32_t i = 0; i < from.size(); ++i)
        if (from[i].blocks > 0) causes_.push_back((i + 1) | (missing ? missing_bit : 0));
    };
    add(c_.row_causes, false);
    add(c_.missing, true);
    report_.causes_total = causes_.size();
    auto const order = [&](std::uint32_t id) {
      auto const& e = cause(id);
      return std::tuple(~e.blocks, e.table, e.row, e.asked_by, e.asked_at, e.asked_field, e.hash);
    };
    auto const shown = std::min(most_causes, causes_.size());
    std::partial_sort(causes_.begin(), causes_.begin() + static_cast<std::ptrdiff_t>(shown), causes_.end(),
                      [&](auto a, auto b) { return order(a) < order(b); });
    causes_.resize(shown);
  }

  // Reads again the rows that are shown; all others stay integers.
  void look_up_rows() {
    std::array<std::vector<csv::Place>, table_count> wanted;
    auto const want = [&](TableId table, csv::Place place) { wanted[static_cast<std::size_t>(table)].push_back(place); };
    auto const want_cause = [&](std::uint32_t id) {
      auto const& e = cause(id);
      if (e.row != no_row) want(e.table, place_of(data(e.table), e.row));
      else want(e.asked_by, e.asked_at);
    };
    for (auto const& f : c_.findings) {
      want(f.table, f.place);
      if (has_other_row(f)) want(f.table, {static_cast<std::uint32_t>(f.aux)});
      if (f.cause != no_cause) want_cause(f.cause);
    }
    for (auto id : causes_) want_cause(id);
    for (std::size_t t = 0; t < table_count; ++t) {
      auto& places = wanted[t];
      std::sort(places.begin(), places.end());
      places.erase(std::unique(places.begin(), places.end()), places.end());
      if (!places.empty()) look_up(c_.roster.tables[t], places);
    }
  }

  void look_up(TableData const& table, std::vector<csv::Place> const& places) {
    auto& looked = looked_[static_cast<std::size_t>(table.table->id)];
    std::string buffer;
    csv::Record record;
    for_places(table, places, options_.kernel, [&](csv::Place place, csv::Batch const& batch, std::uint32_t row, csv::Aside const* aside) {
      auto const& chunk = table.chunks[place.chunk()];
      Looked l;
      std::uint32_t line = 0, start = 0, extra = 0;
      if (row != no_row) line = batch.row_line[row], start = batch.row_start[row];
      else if (aside != nullptr) line = aside->line, start = aside->start;
      for (auto const& a : batch.aside)
        if (a.record < place.record()) extra += a.lines - 1;
      l.line = chunk.first_line + line + 1;
      l.record = l.line - chunk.first_extra - extra;
      if (row != no_row) {
        l.cells = batch.columns;
        for (std::uint32_t column = 0; column < batch.columns; ++column) l.values.emplace_back(csv::cell_value(batch.raw(row, column), buffer));
      } else {
        csv::read_record(batch.text, start, batch.columns, record);
        l.cells = record.size();
        for (std::size_t i = 0; i < std::min<std::size_t>(record.size(), batch.columns); ++i)
          l.values.emplace_back(csv::cell_value(csv::raw_cell(batch.text, record, i).substr(0, 4096), buffer));
      }
      looked.emplace(place.packed, std::move(l));
    });
  }

  Looked const& at(TableId table, csv::Place place) const { return looked_[static_cast<std::size_t>(table)].at(place.packed); }

  static bool has_other_row(Finding const& f) { return all_rules()[f.rule].names_other_row && f.aux != ~std::uint64_t{0}; }

  // Value of a column; secrets stay hidden.
  std::string value_of(TableData const& table, Looked const& row, std::size_t column) const {
    if (column >= row.values.size()) return {};
    auto const field = table.layout.field_of[column];
    bool const secret = field != no_field && table.table->fields[field].privacy == Privacy::Secret;
    constexpr std::uint8_t own_fields = 3;  // sourcedId, status, dateLastModified say nothing of the person
    bool const restricted = hides_demographics_ && table.table->id == TableId::Demographics && (field == no_field || field >= own_fields);
    if ((secret || restricted) && !row.values[column].empty()) return std::string(hidden);
    return row.values[column];
  }
  std::string value_of_field(TableData const& table, Looked const& row, std::size_t field) const {
    auto const column = field < table.table->fields.size() ? table.layout.column_of[field] : no_column;
    return column == no_column ? std::string() : value_of(table, row, static_cast<std::size_t>(column));
  }

  // The item of a list (or the whole value) whose hash is `hash`.
  std::string item_with(std::string const& value, std::uint64_t hash) const {
    std::size_t at = 0;
    while (at <= value.size()) {
      auto const comma = std::min(value.find(',', at), value.size());
      auto const item = std::string(trimmed(std::string_view(value).substr(at, comma - at)));
      if (!item.empty() && hash_of_id(item, options_.seed) == hash) return item;
      at = comma + 1;
    }
    return value;
  }

  void add_package_finding(PackageFinding const& f) {
    auto const& info = *all_rules()[f.rule].info;
    CheckReport::Finding out;
    out.rule = &info;
    out.severity = f.severity;
    out.file = f.spot.file;
    out.line = f.spot.line;
    out.record = f.spot.line;
    out.column = f.spot.column;
    out.value = f.spot.value;
    auto const words = [&](std::string_view name) -> std::string {
      if (name == "file") return f.spot.file;
      if (name == "column") return f.spot.column;
      if (name == "value") return f.spot.value;
      if (name == "detail") return f.spot.detail;
      if (name == "oneroster") return bundle_.oneroster;
      if (name == "suggestion") {
        if (f.spot.detail.empty()) return {};
        if (info.code == "HDR004") return " Was " + f.spot.detail + " meant?";
        if (info.code == "HDR001" || info.code == "HDR002") return " Is \"" + f.spot.detail + "\" it?";
        return f.spot.detail;
      }
      return {};
    };
    out.message = fill(info.message, words);
    out.why = fill(info.why, words);
    out.fix = fill(info.fix, words);
    report_.findings.push_back(std::move(out));
  }

  void add_finding(Finding const& f) {
    auto const& info = *all_rules()[f.rule].info;
    auto const& table = data(f.table);
    auto const& row = at(f.table, f.place);
    CheckReport::Finding out;
    out.rule = &info;
    out.severity = f.severity;
    out.file = file_name(f.table);
    out.line = row.line;
    out.record = row.record;
    auto const* field = f.field != no_field ? &table.table->fields[f.field] : nullptr;
    out.column = field != nullptr ? std::string(field->name) : "";
    out.sourced_id = value_of_field(table, row, 0);
    out.value = field != nullptr ? value_of_field(table, row, f.field) : "";
    if (info.code.starts_with("REF") && f.cause == no_cause && f.aux != 0) out.value = item_with(out.value, f.aux);
    else if (f.cause != no_cause && (f.cause & missing_bit) != 0) out.value = item_with(out.value, cause(f.cause).hash);
    if (field != nullptr && field->type == Type::EnumList) out.value = wrong_item(*field->words, out.value);
    auto const words = [&](std::string_view name) { return word_for(name, f, info, table, row, field, out); };
    out.message = fill(info.message, words);
    out.why = fill(info.why, words);
    out.fix = fill(info.fix, words);
    if (f.cause != no_cause) out.caused_by = describe_cause(f.cause);
    report_.findings.push_back(std::move(out));
  }

  std::string word_for(std::string_view name, Finding const& f, RuleInfo const& info, TableData const& table, Looked const& row, Field const* field,
                       CheckReport::Finding const& out) const {
    auto const target = field != nullptr ? field->refers_to : TableId::None;
    if (name == "column") return field != nullptr ? out.column : "A cell";
    if (name == "value") return shortened(out.value);
    if (name == "file") return out.file;
    if (name == "one") return std::string(table.table->one);
    if (name == "cells") return std::to_string(row.cells);
    if (name == "columns") return std::to_string(table.layout.columns.size());
    if (name == "oneroster") return bundle_.oneroster;
    if (name == "target" && target != TableId::None) return file_name(target);
    if (name == "target_one" && target != TableId::None) return std::string(table_of(target).one);
    if (name == "target_type" && field != nullptr) return std::string(field->target_type);
    if (name == "words" && field != nullptr && field->words != nullptr) return list_words(*field->words);
    if (name == "word" && out.value == hidden) return "the word as the specification spells it";
    if (name == "word" && field != nullptr && field->words != nullptr) return word_meant(*field->words, out.value);
    if (name == "lower") return lower(out.value);
    if (name == "trimmed") return std::string(trimmed(out.value));
    if (name == "detail") {
      if (has_other_row(f)) return std::to_string(at(f.table, {static_cast<std::uint32_t>(f.aux)}).line);
      if (info.code == "EXC004") return std::to_string(f.aux) + " digits";
      if (info.code == "CSV006") return std::string(csv::guess_legacy_encoding(out.value));
      return {};
    }
    auto const index = field_index(*table.table, name);
    return index == npos ? std::string() : shortened(value_of_field(table, row, index));
  }

  std::string list_words(Vocabulary const& vocabulary) const {
    std::string out;
    for (std::size_t i = 0; i < vocabulary.words.size(); ++i)
      if (vocabulary.has(i, c_.roster.version)) out += (out.empty() ? "" : ", ") + std::string(vocabulary.words[i]);
    return out;
  }

  // The item of a list that is none of the words, or not spelled like one.
  std::string wrong_item(Vocabulary const& vocabulary, std::string const& list) const {
    for (std::size_t at = 0; at <= list.size();) {
      auto const comma = std::min(list.find(',', at), list.size());
      auto const item = std::string(trimmed(std::string_view(list).substr(at, comma - at)));
      bool known = false;
      for (std::size_t i = 0; i < vocabulary.words.size(); ++i) known |= vocabulary.has(i, c_.roster.version) && vocabulary.words[i] == item;
      if (!known && !item.empty() && !item.starts_with("ext:")) return item;
      at = comma + 1;
    }
    return list;
  }

  static std::string word_meant(Vocabulary const& vocabulary, std::string_view value) {
    for (auto const word : vocabulary.words)
      if (lower(word) == lower(value)) return std::string(word);
    return std::string(vocabulary.words.front());
  }

  // Messages stay readable whatever is in a cell.
  static std::string shortened(std::string const& value) {
    if (value.size() <= 120) return value;
    auto end = std::size_t{117};
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
    return value.substr(0, end) + "…";
  }

  CheckReport::CausedBy describe_cause(std::uint32_t id) const {
    auto const& e = cause(id);
    CheckReport::CausedBy out;
    out.code = e.rule == no_rule ? "" : std::string(all_rules()[e.rule].info->code);
    out.table = table_of(e.table).name;
    out.file = file_name(e.table);
    if (e.row != no_row) {
      auto const& row = at(e.table, place_of(data(e.table), e.row));
      out.line = row.line;
      out.sourced_id = value_of_field(data(e.table), row, 0);
    } else {
      auto const& asking = data(e.asked_by);
      out.sourced_id = item_with(value_of_field(asking, at(e.asked_by, e.asked_at), e.asked_field), e.hash);
    }
    return out;
  }

  void list_causes() {
    for (auto id : causes_) {
      auto by = describe_cause(id);
      report_.causes.push_back({std::move(by.code), std::move(by.table), std::move(by.sourced_id), std::move(by.file), by.line, cause(id).blocks});
    }
    // Several missing records of one cell are told apart by their ids, not by their hashes, which differ from run to run.
    auto const order = [](CheckReport::Cause const& c) {
      return std::tuple(~c.blocks, c.line.value_or(~std::uint64_t{0}), std::string_view(c.file), std::string_view(c.sourced_id));
    };
    std::sort(report_.causes.begin(), report_.causes.end(), [&](auto const& a, auto const& b) { return order(a) < order(b); });
  }

  void list_files() {
    if (bundle_.manifest_file) report_.files.push_back({"manifest.csv", "", 0, 0, bundle_.manifest_file->bytes.size() + bundle_.manifest_file->skipped});
    for (auto const* table : all_tables) {
      auto const& member = bundle_.members[static_cast<std::size_t>(table->id)];
      if (!member || (bundle_.version && !is_in(table->in, *bundle_.version))) continue;
      auto const& d = data(table->id);
      report_.waiting_rows += d.waiting;
      report_.files.push_back({file_name(table->id), std::string(name_of(member->mode)), d.rows, d.excluded, member->bytes.size() + member->skipped});
    }
  }

  void count() {
    std::map<std::pair<RuleId, Severity>, std::uint64_t> shown;
    for (auto const& f : c_.findings) ++shown[{f.rule, f.severity}];
    for (auto const& f : c_.package_findings) ++shown[{f.rule, f.severity}];
    bool refused = false, wrong = false;
    for (RuleId rule = 0; rule < c_.counts.size(); ++rule)
      for (std::size_t s = 1; s < c_.counts[rule].size(); ++s) {
        auto const n = c_.counts[rule][s];
        if (n == 0) continue;
        auto const severity = static_cast<Severity>(s);
        auto const& info = *all_rules()[rule].info;
        report_.rules.push_back({&info, severity, n, shown[{rule, severity}]});
        refused |= severity == Severity::Refused;
        wrong |= severity >= Severity::Error;
        (severity >= Severity::Error     ? info.dependent ? report_.counts.dependent : report_.counts.error
         : severity == Severity::Warning ? report_.counts.warning
                                         : report_.counts.info) += n;
      }
    for (auto const& [key, n] : c_.by_file) report_.by_file.push_back({all_rules()[std::get<RuleId>(key)].info, std::get<Severity>(key), std::get<0>(key), n});
    std::stable_sort(report_.by_file.begin(), report_.by_file.end(), [](auto const& a, auto const& b) { return a.rule->code < b.rule->code; });
    std::stable_sort(report_.rules.begin(), report_.rules.end(), [](auto const& a, auto const& b) { return a.severity > b.severity; });
    report_.verdict = refused ? Verdict::Refused : wrong ? Verdict::Invalid : report_.counts.warning > 0 ? Verdict::Warnings : Verdict::Valid;
  }

  void sort_findings() {
    std::map<std::string, std::size_t> place;
    for (auto const& file : report_.files) place.emplace(file.file, place.size() + 1);
    auto const order = [&](CheckReport::Finding const& f) {
      auto const found = place.find(f.file);
      return std::tuple(f.file.empty()         ? 0
                        : found == place.end() ? place.size() + 1
                                               : found->second,
                        f.line.value_or(0), f.rule->code, std::string_view(f.column), std::string_view(f.value));
    };
    std::stable_sort(report_.findings.begin(), report_.findings.end(), [&](auto const& a, auto const& b) { return order(a) < order(b); });
  }

  void list_not_run() {
    for (auto const& n : c_.not_run)
      report_.rules_not_run.push_back({std::string(all_rules()[rule_of(Flaw::Dangling)].info->code), file_name(n.table), n.reason});
  }

  // In which order to fix: what stops everything, then tables from the top of the tree down.
  void say_the_order() {
    auto& order = report_.order;
    for (auto const& r : report_.rules)
      if (r.severity == Severity::Refused) {
        order.push_back("First what stops the whole delivery (" + std::string(r.rule->code) + " " + std::string(r.rule->name) + "); then check again.");
        break;
      }
    std::array<std::uint64_t, table_count> blocks{};
    for (auto const* entries : {&c_.row_causes, &c_.missing})
      for (auto const& e : *entries) blocks[static_cast<std::size_t>(e.table)] += e.blocks;
    for (std::size_t t = 0; t < table_count; ++t)
      if (blocks[t] > 0)
        order.push_back("Then " + file_name(static_cast<TableId>(t)) + ": its missing and damaged records keep rows of other tables waiting (" +
                        with_separators(blocks[t]) + " waits in all).");
    if (!order.empty() && order.front().starts_with("Then")) order.front().replace(0, 4, "First");
    if (report_.counts.error > 0 && !order.empty()) order.push_back("Then the other errors, file by file.");
  }

  Checked const& c_;
  Bundle const& bundle_;
  CheckOptions const& options_;
  bool hides_demographics_;
  CheckReport report_;
  std::vector<std::uint32_t> causes_;
  std::array<std::map<std::uint32_t, Looked>, table_count> looked_;
};

}  // namespace

CheckReport render(Checked const& checked, Bundle const& bundle, CheckOptions const& options, std::string delivery, Demographics demographics) {
  return Renderer(checked, bundle, options, demographics).render(std::move(delivery));
}

}  // namespace rollbook
