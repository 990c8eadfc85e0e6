#include "rules/check.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "rules/found.h"
#include "rules/roster_rules.h"
#include "rules/table_check.h"

namespace rollbook {
namespace {

class Checker {
 public:
  Checker(Bundle const& bundle, CheckOptions const& options) : bundle_(bundle), state_(options, out_) {}

  Checked run(std::vector<BundleSpot> const& before) {
    out_.counts.resize(all_rules().size());
    for (auto const& spot : before) tell(spot.flaw, spot);
    if (before.empty()) {
      for (auto const& spot : bundle_.spots) tell(spot.flaw, spot);
      look_at_receiver();
      if (bundle_.version) look_at_needs();
    }
    if (bundle_.version) {
      out_.roster.version = *bundle_.version;
      open_tables();
      list_what_cannot_run();
      if (state_.options.found != nullptr) state_.options.found->settle(out_.counts);
      for (auto const* table : all_tables) {
        read_table(out_.roster[table->id]);
        ask_roster_rules(table->id);
        if (state_.options.found != nullptr && out_.roster[table->id].is_read())
          tell_found(*state_.options.found, out_, out_.roster[table->id], state_.options.kernel);
        if (auto* const onlooker = state_.options.onlooker; onlooker != nullptr && out_.roster[table->id].is_read())
          onlooker->table_ends(out_.roster[table->id], state_.left_out[static_cast<std::size_t>(table->id)]);
      }
      count_excluded();
      out_.missing = std::move(state_.missing.causes);
    }
    return std::move(out_);
  }

 private:
  void tell(BundleFlaw flaw, BundleSpot spot) { tell(rule_of(flaw), std::move(spot)); }

  void tell(RuleId rule, BundleSpot spot, Table const* table = nullptr, std::uint8_t field = no_field) {
    auto const severity = state_.levels.of(rule, table, field);
    if (severity == Severity::Off) return;
    ++out_.counts[rule][static_cast<std::size_t>(severity)];
    if (state_.options.found != nullptr) state_.options.found->place(rule, spot.file, spot.line);
    ++out_.by_file[{spot.file, rule, severity}];
    if (++told_[{rule, spot.file}] <= state_.options.max_findings) out_.package_findings.push_back({rule, severity, std::move(spot)});
  }

  void look_at_receiver() {
    auto const& profile = *state_.options.profile;
    if (profile.only_zip && !state_.options.zipped) tell(BundleFlaw::NotZipped, {BundleFlaw::NotZipped});
    if (profile.only_11 && bundle_.version == Version::V12)
      tell(BundleFlaw::WrongVersionForReceiver, {BundleFlaw::WrongVersionForReceiver, {}, {}, {}, bundle_.oneroster, {}});
  }

  void look_at_needs() {
    for (auto const table : state_.options.profile->needs)
      if (!bundle_.members[static_cast<std::size_t>(table)]) tell(BundleFlaw::NeededByReceiver, {BundleFlaw::NeededByReceiver, file_name(table)});
  }

  // Headers first, of all files: what is wrong with them decides what else can be said.
  void open_tables() {
    for (auto const* table : all_tables) {
      auto& data = out_.roster[table->id];
      auto const& member = bundle_.members[static_cast<std::size_t>(table->id)];
      data.table = table;
      data.mode = member ? member->mode : bundle_.modes[static_cast<std::size_t>(table->id)];
      if (!member || !is_in(table->in, *bundle_.version) || !member->readable) continue;
      constexpr std::uint64_t most_bytes = std::uint64_t{8} << 30;
      if (member->bytes.size() > most_bytes) {
        tell(BundleFlaw::FileTooLarge, {BundleFlaw::FileTooLarge, file_name(table->id), {}, {}, {}, "more than 8 GiB"});
        continue;
      }
      if (read_header(*table, *member, data)) data.member = &*member;
    }
    auto const readable = [&](TableId id) { return out_.roster[id].is_read(); };
    for (auto const* table : all_tables) {
      if (!readable(table->id) || out_.roster[table->id].mode != Mode::Bulk) continue;
      std::set<TableId> told;
      for (auto const& field : table->fields) {
        if (field.refers_to == TableId::None || !is_in(field.in, *bundle_.version) || field.refers_to == table->id) continue;
        bool const needed = is_required(field.need, *bundle_.version);
        if (needed && bundle_.modes[static_cast<std::size_t>(field.refers_to)] == Mode::Absent && told.insert(field.refers_to).second)
          tell(BundleFlaw::DependencyAbsent, {BundleFlaw::DependencyAbsent, file_name(table->id), {}, std::string(field.name), {}, file_name(field.refers_to)});
      }
    }
    // Since 1.2 roles say what 1.1 kept in the people's own rows, so people depend on them.
    if (*bundle_.version == Version::V12 && readable(TableId::Users) && out_.roster[TableId::Users].mode == Mode::Bulk &&
        bundle_.modes[static_cast<std::size_t>(TableId::Roles)] == Mode::Absent)
      tell(BundleFlaw::DependencyAbsent, {BundleFlaw::DependencyAbsent, file_name(TableId::Users), {}, {}, {}, file_name(TableId::Roles)});
  }

  // False when the file must not be read further.
  bool read_header(Table const& table, Member const& member, TableData& data) {
    auto const text = member.bytes.substr(0, csv::max_line + 1);
    csv::Record record;
    auto const head = find_header(text);
    csv::read_record(text, head.start, 0, record);
    if (head.lines_before > 0) tell(BundleFlaw::BlankLines, {BundleFlaw::BlankLines, file_name(table.id), 1, {}, std::to_string(head.lines_before), {}});
    auto const file = file_name(table.id);
    bool readable = true;
    auto const bad_text = std::any_of(record.spots.begin(), record.spots.end(), [](csv::Spot s) { return s.damage == csv::Damage::InvalidUtf8; });
    auto const looks_like = bad_text ? std::string(csv::guess_legacy_encoding(text.substr(0, record.next))) : std::string();
    if (bad_text) tell(BundleFlaw::NotUtf8, {BundleFlaw::NotUtf8, file, {}, {}, {}, looks_like});
    for (auto const& spot : record.spots) {
      auto const flaw = spot.damage == csv::Damage::UnclosedQuote    ? Flaw::UnclosedQuote
                        : spot.damage == csv::Damage::InvalidUtf8    ? Flaw::InvalidUtf8
                        : spot.damage == csv::Damage::NulByte        ? Flaw::NulByte
                        : spot.damage == csv::Damage::TooLong        ? Flaw::LineTooLong
                        : spot.damage == csv::Damage::TextAfterQuote ? Flaw::TextAfterQuote
                        : spot.damage == csv::Damage::LineBreak      ? Flaw::LineBreak
                                                                     : Flaw::ControlCharacter;
      readable &= flaw == Flaw::LineBreak || flaw == Flaw::ControlCharacter;
      tell(rule_of(flaw), {BundleFlaw::Count_, file, head.lines_before + 1, "the header", {}, looks_like});
    }
    data.layout = read_layout(header_of(member.bytes), table, *bundle_.version, data.mode == Mode::Delta);
    data.first_record = record.next;
    data.header_lines = head.lines_before + record.lines;
    data.states_nothing =
        member.bytes.size() - data.first_record < 4096 && member.bytes.substr(data.first_record).find_first_not_of("\r\n") == std::string_view::npos;
    for (auto const& spot : data.layout.spots) {
      auto const rule = rule_of(spot.flaw);
      tell(rule, {BundleFlaw::Count_, file, head.lines_before + 1, spot.column, {}, spot.suggestion}, &table);
      readable &= spot.flaw != HeaderFlaw::MissingRequired && spot.flaw != HeaderFlaw::Duplicate;
    }
    return readable;
  }

  // References that cannot be followed without the stored roster.
  void list_what_cannot_run() {
    for (auto const* table : all_tables) {
      auto const& data = out_.roster[table->id];
      if (!data.is_read()) continue;
      std::set<std::string> reasons;
      for (auto const& field : table->fields) {
        if (field.refers_to == TableId::None || !is_in(field.in, *bundle_.version)) continue;
        auto const& target = out_.roster[field.refers_to];
        if (data.mode == Mode::Delta) reasons.insert("delta-row");
        else if (!target.is_read() || target.states_nothing) reasons.insert("target-file-absent");
        else if (target.mode == Mode::Delta) reasons.insert("target-file-delta");
      }
      for (auto const& reason : reasons) out_.not_run.push_back({table->id, reason});
    }
  }

  void read_table(TableData& data) {
    if (!data.is_read()) return;
    Reading reading;
    reading.version = *bundle_.version;
    reading.delta = data.mode == Mode::Delta;
    reading.seed = state_.options.seed;
    reading.places_kept = static_cast<std::size_t>(state_.options.max_findings);
    for (auto const* target : all_tables) {
      auto const& t = out_.roster[target->id];
      if (reading.delta || !t.is_read() || t.states_nothing || t.mode != Mode::Bulk || target->id >= data.table->id) continue;
      auto const type = field_index(*target, "type");
      reading.targets[static_cast<std::size_t>(target->id)] = {&t.index, t.also.empty() ? nullptr : &t.also, t.root.empty() ? nullptr : t.root.data(),
                                                               type == npos || t.kept.column[type].empty() ? nullptr : t.kept.column[type].data()};
    }
    state_.facts.wanted = {.texts = level_of("AMP008") != Severity::Off,
                           .classes = level_of("AMP006") != Severity::Off,
                           .enrolled = out_.roster[TableId::Results].is_read(),
                           .seed = reading.seed};
    auto const before = out_.counts;
    check_table(data, reading, state_);
    count_for(data.table->id, before);
    derive(data.table->id, state_.facts, out_.roster);
    if (data.rows == 0) {
      bool const everybody = data.mode == Mode::Bulk && (data.table->id == TableId::Users || data.table->id == TableId::Orgs);
      auto const flaw = everybody ? BundleFlaw::NobodyThere : BundleFlaw::HeaderOnly;
      tell(flaw, {flaw, file_name(data.table->id), {}, {}, {}, {}});
    }
  }

  Severity level_of(std::string_view code) const { return state_.levels.of(rule_by_code(code)); }

  void ask_roster_rules(TableId after) {
    for (auto const* rule : roster_rules) {
      auto const& data = out_.roster[rule->table];
      if (rule->after != after || !data.is_read()) continue;
      auto const id = rule_of(rule->info);
      auto const field = rule->blamed.empty() ? no_field : static_cast<std::uint8_t>(field_index(*data.table, rule->blamed));
      auto const severity = state_.levels.of(id, data.table, field);
      if (severity == Severity::Off) continue;
      std::vector<std::pair<csv::Place, std::uint64_t>> told;
      rule->find(out_.roster, state_.facts, [&](std::uint32_t row, std::uint32_t other) {
        if (row == no_row) return tell(id, {BundleFlaw::Count_, file_name(rule->table), {}, std::string(rule->blamed), {}, {}}, data.table, field);
        told.emplace_back(place_of(data, row), other == no_row ? ~std::uint64_t{0} : place_of(data, other).packed);
      });
      std::sort(told.begin(), told.end());
      std::vector<Tally> tally;
      tally.emplace_back(all_rules().size(), state_.options.max_findings, state_.options.only);
      if (state_.options.marks != nullptr) tally[0].mark_up_to(state_.options.marks->left());
      for (auto const& [place, other] : told) {
        tally[0].add({id, severity, field, rule->table, place, no_cause, other});
        if (severity >= Severity::Error) state_.leave_out(rule->table, place);
      }
      if (state_.options.marks != nullptr) state_.options.marks->take(data, std::move(tally[0].marks), tally[0].lost_marks);
      auto const before = out_.counts;
      Tally::merge(tally, out_.findings, out_.counts);
      count_for(rule->table, before);
    }
  }

  // What was counted since `before` is about rows of this table.
  void count_for(TableId table, std::vector<SeverityCounts> const& before) {
    for (RuleId rule = 0; rule < before.size(); ++rule)
      for (std::size_t s = 0; s < before[rule].size(); ++s)
        if (auto const more = out_.counts[rule][s] - before[rule][s]; more > 0) out_.by_file[{file_name(table), rule, static_cast<Severity>(s)}] += more;
  }

  void count_excluded() {
    for (std::size_t t = 0; t < table_count; ++t)
      for (std::size_t k = 0; k < state_.left_out[t].size(); ++k) {
        auto const &own = state_.left_out[t][k], &waiting = state_.waiting[t][k];
        for (std::size_t i = 0; i < std::max(own.size(), waiting.size()); ++i)
          out_.roster.tables[t].excluded += static_cast<std::uint64_t>(std::popcount((i < own.size() ? own[i] : 0) | (i < waiting.size() ? waiting[i] : 0)));
      }
  }

  Bundle const& bundle_;
  Checked out_;
  CheckState state_;
  std::map<std::pair<RuleId, std::string>, std::uint64_t> told_;
};

}  // namespace

Checked check(Bundle const& bundle, std::vector<BundleSpot> const& before, CheckOptions const& options) { return Checker(bundle, options).run(before); }

}  // namespace rollbook
