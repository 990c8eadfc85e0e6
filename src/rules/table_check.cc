#include "rules/table_check.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>

#include "base/hash.h"
#include "base/workers.h"

namespace rollbook {
namespace {

Flaw flaw_of(csv::Damage damage) {
  switch (damage) {
    case csv::Damage::UnclosedQuote:
      return Flaw::UnclosedQuote;
    case csv::Damage::TextAfterQuote:
      return Flaw::TextAfterQuote;
    case csv::Damage::StrayQuote:
      return Flaw::StrayQuote;
    case csv::Damage::LineBreak:
      return Flaw::LineBreak;
    case csv::Damage::NulByte:
      return Flaw::NulByte;
    case csv::Damage::InvalidUtf8:
      return Flaw::InvalidUtf8;
    case csv::Damage::ControlCharacter:
      return Flaw::ControlCharacter;
    case csv::Damage::CellCount:
      return Flaw::CellCount;
    case csv::Damage::TooLong:
      return Flaw::LineTooLong;
  }
  return Flaw::CellCount;
}

// The kept columns of one chunk, by record.
using ChunkColumns = KeptColumns;

struct Worker {
  std::array<Widths, max_fields> widths;
  Facts facts;
  std::vector<std::uint8_t> wrong;                               // per row of the batch: has it an error of its own (1), does it depend (2)
  std::vector<RuleId> first_rule;                                // per row: its first own error
  std::vector<std::pair<csv::Place, RuleId>> own_errors;         // only of tables that others refer to
  std::vector<std::pair<csv::Place, std::uint32_t>> dependent;   // and their causes, likewise
  std::vector<std::pair<std::uint32_t, std::uint32_t>> waiting;  // causes and rows of this batch
  std::vector<std::uint64_t> cause_blocks;                       // by row cause
  std::string bad_utf8;                                          // some of its first, to guess what it is
  std::uint32_t bad_chunk = no_row;
  std::vector<Pending> pending;
  std::vector<std::pair<std::uint64_t, csv::Place>> also;
  std::vector<std::pair<std::uint32_t, Mark>> missing;  // rows that need a record that is nowhere, by their cause
  std::uint64_t only_waiting = 0;                       // rows without an error of their own that wait for others
  std::uint64_t blank_lines = 0;
  std::uint32_t blank_chunk = no_row, blank_line = 0;
};

class TableCheck {
 public:
  TableCheck(TableData& data, Reading const& reading, CheckState& state)
      : data_(data), reading_(reading), state_(state), referred_to_(is_referred_to(data.table->id)), tallies_() {}

  void run() {
    auto const columns = static_cast<std::uint32_t>(data_.layout.columns.size());
    ChunkReader reader(*data_.member, data_.first_record, columns, state_.options.kernel, state_.options.will_read, state_.options.fetch);
    auto const worker_count = std::max(1u, std::min(state_.options.workers, reader.count()));
    workers_ = std::vector<Worker>(worker_count);
    for (unsigned w = 0; w < worker_count; ++w) tallies_.emplace_back(all_rules().size(), state_.options.max_findings, state_.options.only);
    if (state_.options.marks != nullptr)
      for (auto& tally : tallies_) tally.mark_up_to(state_.options.marks->left() / worker_count);
    ids_ = std::span(state_.ids).first(worker_count);
    for (auto& ids : ids_) ids.start(partition_bits_for(data_.member->bytes.size()), state_.options.will_fill, referred_to_);
    for (auto& worker : workers_) worker.facts.wanted = state_.facts.wanted;
    data_.chunks.resize(reader.count());
    for (auto* all : {&state_.left_out, &state_.waiting}) (*all)[static_cast<std::size_t>(data_.table->id)].resize(reader.count());
    kept_.resize(referred_to_ ? reader.count() : 0);
    if (state_.options.onlooker != nullptr) state_.options.onlooker->table_begins(data_, worker_count);

    std::atomic<std::uint32_t> next{0};
    run_workers(worker_count, [&](unsigned w) {
      // Nobody leaves off in the middle: whoever reads the next chunk waits for the end of this one.
      for (std::uint32_t k; !left_off() && (k = next.fetch_add(1)) < reader.count();) {
        data_.chunks[k] = reader.read(k, state_.buffers[w].scratch);
        check_chunk(k, state_.buffers[w], workers_[w], tallies_[w], ids_[w]);
        if (state_.options.onlooker != nullptr)
          state_.options.onlooker->chunk(data_, k, w, state_.buffers[w].scratch.batch, state_.buffers[w].values, workers_[w].wrong);
        if (state_.options.progress) state_.options.progress(data_.chunks[k].end - data_.chunks[k].start);
      }
    });
    number_rows();
    index_ids();
    keep_columns();
    settle_causes();
    settle_pending();
    tell_lost_zeros();
    tallies_.emplace_back(all_rules().size(), state_.options.max_findings, state_.options.only);
    if (state_.options.marks != nullptr) tallies_.back().mark_up_to(state_.options.marks->left());
    for (auto const& finding : late_) tallies_.back().add(finding);
    if (state_.options.marks != nullptr) hand_marks_over(*state_.options.marks);
    Tally::merge(tallies_, state_.out.findings, state_.out.counts);
    state_.missing.end_of_file(state_.out.findings, state_.out.counts);
    tell_blank_lines();
    tell_encoding();
    for (auto& worker : workers_) {
      state_.facts.append(std::move(worker.facts));
      data_.waiting += worker.only_waiting;
    }
  }

 private:
  bool left_off() const { return state_.options.leave_off && state_.options.leave_off(); }

  // One chunk: cells to values, flaws to findings, rows to rules.
  void check_chunk(std::uint32_t k, WorkerBuffers& buffers, Worker& w, Tally& tally, IdCollector& ids) {
    auto const& batch = buffers.scratch.batch;
    auto& values = buffers.values;
    read_values(batch, k, *data_.table, data_.layout, reading_, w.widths, values);
    w.wrong.assign(batch.rows, 0);
    w.first_rule.assign(w.wrong.size(), no_rule);
    for (auto const& spot : values.flaws)
      if (spot.field < 3 || values.deleted.empty() || values.deleted[spot.row] == 0)
        tell_flaw(spot, csv::Place::of(k, batch.row_record[spot.row]), w, tally, spot.row);
    for (auto const& aside : batch.aside) tell_damage(aside, k, batch, w, tally);
    ask_row_rules(data_.table->id, batch, values, state_.out.roster, state_.levels, [&](RuleId rule, std::uint32_t row, std::uint8_t field) {
      tell({rule, state_.levels.of(rule, data_.table, field), field, data_.table->id, csv::Place::of(k, batch.row_record[row]), no_cause, 0}, w, tally, row);
    });
    gather(data_.table->id, batch, k, values, state_.out.roster, w.facts);
    for (std::uint32_t row = 0; row < batch.rows; ++row)
      if (values.id_hash[row] != 0) ids.add(values.id_hash[row], csv::Place::of(k, batch.row_record[row]));
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      if (w.wrong[row] == 0) continue;
      w.only_waiting += w.wrong[row] == 2;
      auto const place = csv::Place::of(k, batch.row_record[row]);
      if ((w.wrong[row] & Onlooker::own_error) != 0) state_.leave_out(data_.table->id, place);
      else state_.let_wait(data_.table->id, place);
      if (referred_to_ && w.first_rule[row] != no_rule) w.own_errors.emplace_back(place, w.first_rule[row]);
    }
    count_waiting(w);
    w.pending.insert(w.pending.end(), values.pending.begin(), values.pending.end());
    w.also.insert(w.also.end(), values.also.begin(), values.also.end());
    if (batch.blank_lines > 0) {
      w.blank_lines += batch.blank_lines;
      if (w.blank_chunk == no_row) w.blank_chunk = k, w.blank_line = batch.first_blank;
    }
    if (referred_to_) keep_chunk(k, batch, values);
    tally.end_of_chunk();
    if (state_.options.found != nullptr) tally.tell(*state_.options.found);
  }

  void tell(Finding const& finding, Worker& w, Tally& tally, std::uint32_t row) {
    if (finding.severity == Severity::Off) return;
    tally.add(finding);
    if (finding.severity < Severity::Error || row == no_row) return;
    w.wrong[row] |= 1;
    if (w.first_rule[row] == no_rule) w.first_rule[row] = finding.rule;
  }

  void tell_flaw(FlawSpot const& spot, csv::Place place, Worker& w, Tally& tally, std::uint32_t row) {
    auto const rule = rule_of(spot.flaw);
    Finding finding{rule, state_.levels.of(rule, data_.table, spot.field), spot.field, data_.table->id, place, no_cause, spot.aux};
    if (finding.severity == Severity::Off) return;
    auto const target = spot.field < data_.table->fields.size() ? data_.table->fields[spot.field].refers_to : TableId::None;
    switch (spot.flaw) {
      case Flaw::DanglingOptional:
        if (finding.severity < Severity::Error) return tell(finding, w, tally, row);
        [[fallthrough]];  // to the letter even an optional reference must resolve
      case Flaw::Dangling: {
        auto const cause = state_.missing.note(target, spot.aux, finding);
        note_missing(cause, finding, w, tally);
        return depend(finding.severity, place, cause, w, row);
      }
      case Flaw::DependsOnExcluded:
      case Flaw::OptionalOnExcluded: {
        finding.cause = reading_.targets[static_cast<std::size_t>(target)].root[spot.aux];
        finding.aux = 0;
        tally.add(finding);
        if (spot.flaw == Flaw::OptionalOnExcluded) return;
        return depend(finding.severity, place, finding.cause, w, row);
      }
      default:
        return tell(finding, w, tally, row);
    }
  }

  void note_missing(std::uint32_t cause, Finding const& finding, Worker& w, Tally const& tally) const {
    if (!tally.marks_rows()) return;
    if (w.missing.size() < state_.options.marks->left() / workers_.size())
      w.missing.push_back({cause, {finding.place.packed, finding.rule, finding.severity, finding.field}});
    else state_.options.marks->lose();
  }

  // Of the rows that need the same missing record the first one tells so, the others wait (MissingRecords): which is the first is known now.
  void hand_marks_over(Marks& marks) {
    std::vector<std::pair<std::uint32_t, Mark>> missing;
    for (auto& w : workers_) missing.insert(missing.end(), w.missing.begin(), w.missing.end());
    std::sort(missing.begin(), missing.end(), [](auto const& a, auto const& b) {
      return std::tuple(a.first, a.second.row, a.second.field) < std::tuple(b.first, b.second.row, b.second.field);
    });
    std::vector<Mark> settled;
    for (std::size_t i = 0; i < missing.size(); ++i) {
      settled.push_back(missing[i].second);
      if (i > 0 && missing[i - 1].first == missing[i].first) settled.back().rule = rule_of(Flaw::WaitsForMissing);
    }
    marks.take(data_, std::move(settled), 0);
    for (auto& tally : tallies_) marks.take(data_, std::move(tally.marks), tally.lost_marks);
  }

  void depend(Severity severity, csv::Place place, std::uint32_t cause, Worker& w, std::uint32_t row) {
    if (severity < Severity::Error) return;
    if (w.wrong[row] == 0 && referred_to_) w.dependent.emplace_back(place, cause);
    w.wrong[row] |= 2;
    w.waiting.emplace_back(cause, row);
  }

  // A row that waits for the same cause in several ways is one row.
  void count_waiting(Worker& w) {
    if (w.waiting.empty()) return;
    std::sort(w.waiting.begin(), w.waiting.end());
    w.waiting.erase(std::unique(w.waiting.begin(), w.waiting.end()), w.waiting.end());
    if (w.cause_blocks.size() < state_.out.row_causes.size()) w.cause_blocks.resize(state_.out.row_causes.size());
    for (std::size_t i = 0; i < w.waiting.size();) {
      auto const cause = w.waiting[i].first;
      auto const first = i;
      while (i < w.waiting.size() && w.waiting[i].first == cause) ++i;
      if ((cause & missing_bit) != 0) state_.missing.blocks(cause, i - first);
      else w.cause_blocks[cause - 1] += i - first;
    }
    w.waiting.clear();
  }

  void tell_damage(csv::Aside const& aside, std::uint32_t k, csv::Batch const& batch, Worker& w, Tally& tally) {
    auto const place = csv::Place::of(k, aside.record);
    auto const row = aside.in_grid
                         ? static_cast<std::uint32_t>(std::lower_bound(batch.row_record.begin(), batch.row_record.begin() + batch.rows, aside.record) -
                                                      batch.row_record.begin())
                         : no_row;
    auto worst = Severity::Off;
    auto worst_rule = no_rule;
    bool const other_damage = std::any_of(aside.spots.begin(), aside.spots.end(), [](csv::Spot s) {
      return s.damage == csv::Damage::UnclosedQuote || s.damage == csv::Damage::TextAfterQuote || s.damage == csv::Damage::TooLong;
    });
    for (auto const& spot : aside.spots) {
      if (spot.damage == csv::Damage::CellCount && other_damage) continue;  // the slip follows from the damage
      auto const rule = rule_of(flaw_of(spot.damage));
      auto const field = spot.damage == csv::Damage::CellCount || spot.damage == csv::Damage::TooLong || spot.cell >= data_.layout.field_of.size()
                             ? no_field
                             : data_.layout.field_of[spot.cell];
      auto const severity = state_.levels.of(rule, data_.table, field);
      tell({rule, severity, field, data_.table->id, place, no_cause, 0}, w, tally, row);
      if (severity > worst) worst = severity, worst_rule = rule;
      if (spot.damage == csv::Damage::InvalidUtf8 && (w.bad_chunk == no_row || w.bad_chunk == k) && w.bad_utf8.size() < 65536)
        w.bad_chunk = k, w.bad_utf8.append(batch.text.substr(aside.start, std::min<std::uint32_t>(aside.next - aside.start, 4096)));
    }
    if (aside.in_grid) return;
    state_.leave_out(data_.table->id, place);
    if (referred_to_) w.own_errors.emplace_back(place, worst_rule);
    // The record whose id can be read in its place is protected: rows that refer to it wait, they do not dangle.
    if (data_.layout.column_of[0] == 0 && !aside.first_cell.empty()) w.also.emplace_back(hash_of_id(aside.first_cell, reading_.seed), place);
  }

  void keep_chunk(std::uint32_t k, csv::Batch const& batch, Values const& values) {
    auto& kept = kept_[k];
    for (std::size_t f = 3; f < data_.table->fields.size(); ++f) {
      if (data_.layout.column_of[f] == no_column || !is_kept(data_.table->id, data_.table->fields[f].name)) continue;
      auto const type = data_.table->fields[f].type;
      if (type == Type::RefList) {
        auto const& ends = values.item_ends[f];
        kept.items[f] = values.items[f];
        kept.item_ends[f].assign(batch.records, 0);
        for (std::uint32_t row = 0; row < batch.rows; ++row) kept.item_ends[f][batch.row_record[row]] = ends[row];
        for (std::uint32_t r = 1; r < batch.records; ++r)
          kept.item_ends[f][r] = std::max(kept.item_ends[f][r], kept.item_ends[f][r - 1]);  // records aside have no items
      } else if (type == Type::Float) {
        kept.number[f].assign(batch.records, std::numeric_limits<double>::quiet_NaN());
        for (std::uint32_t row = 0; row < batch.rows; ++row) kept.number[f][batch.row_record[row]] = values.number[f][row];
      } else if (type != Type::String && type != Type::DateTime && !has_lists(type)) {
        kept.column[f].assign(batch.records, blank);
        for (std::uint32_t row = 0; row < batch.rows; ++row) kept.column[f][batch.row_record[row]] = values.column[f][row];
      }
    }
  }

  void number_rows() {
    std::uint64_t line = data_.header_lines, extra = data_.header_lines - 1;
    data_.first_row.resize(data_.chunks.size() + 1);
    std::uint32_t row = 0;
    for (std::size_t k = 0; k < data_.chunks.size(); ++k) {
      auto& chunk = data_.chunks[k];
      data_.first_row[k] = row;
      chunk.first_line = line;
      chunk.first_extra = extra;
      row += chunk.records;
      line += chunk.lines;
      extra += chunk.extra_lines;
    }
    data_.first_row[data_.chunks.size()] = row;
    data_.rows = row;
  }

  void index_ids() {
    auto const equal = data_.index.build(ids_, data_.first_row, referred_to_, state_.options.will_fill);
    if (equal.empty()) return;
    auto const repeated = tell_duplicates(data_, equal, state_, tallies_[0], workers_[0].own_errors);
    for (auto& worker : workers_) worker.facts.forget(repeated);
  }

  // The chunks' columns become the table's, each field by one worker.
  void keep_columns() {
    if (kept_.empty()) return;
    std::atomic<std::size_t> next{3};  // id, status and dateLastModified are not kept
    run_workers(static_cast<unsigned>(workers_.size()), [&](unsigned) {
      for (std::size_t f; (f = next.fetch_add(1)) < data_.table->fields.size();) {
        keep_field(f, &KeptColumns::column);
        keep_field(f, &KeptColumns::number);
        auto& ends = data_.kept.item_ends[f];
        std::uint32_t before = 0;
        for (auto const& chunk : kept_) {
          if (chunk.item_ends[f].empty()) continue;
          ends.reserve(data_.rows);
          for (auto const end : chunk.item_ends[f]) ends.push_back(before + end);
          before += static_cast<std::uint32_t>(chunk.items[f].size());
        }
        data_.kept.items[f].reserve(before);
        keep_field(f, &KeptColumns::items);
      }
    });
    kept_.clear();
  }

  template <class Member>
  void keep_field(std::size_t f, Member member) {
    auto& to = (data_.kept.*member)[f];
    for (auto const& chunk : kept_) {
      auto const& from = (chunk.*member)[f];
      if (from.empty()) continue;
      to.reserve(data_.rows);
      to.insert(to.end(), from.begin(), from.end());
    }
  }

  // Gives every excluded row its cause: itself, or what it waits for.
  void settle_causes() {
    for (auto const& w : workers_) data_.guessed_ids.insert(data_.guessed_ids.end(), w.also.begin(), w.also.end());
    auto& causes = state_.out.row_causes;
    for (auto& w : workers_)
      for (std::size_t i = 0; i < w.cause_blocks.size(); ++i) causes[i].blocks += w.cause_blocks[i];
    if (!referred_to_) return;
    std::vector<std::pair<csv::Place, RuleId>> own;
    for (auto& w : workers_) own.insert(own.end(), w.own_errors.begin(), w.own_errors.end());
    std::stable_sort(own.begin(), own.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    auto const root = [&](csv::Place place) -> std::uint32_t& {
      if (data_.root.empty()) data_.root.assign(data_.rows, no_cause);
      return data_.root[data_.row_of(place)];
    };
    for (auto const& [place, rule] : own) {
      if (root(place) != no_cause) continue;
      CauseEntry entry;
      entry.rule = rule, entry.table = data_.table->id, entry.row = data_.row_of(place);
      causes.push_back(entry);
      root(place) = static_cast<std::uint32_t>(causes.size());
    }
    for (auto& w : workers_)
      for (auto const& [place, cause] : w.dependent)
        if (root(place) == no_cause) root(place) = cause;
    for (auto const& [hash, place] : data_.guessed_ids)
      if (data_.index.find(hash) == no_row) {  // of several damaged rows the first in the file
        auto const row = data_.row_of(place);
        auto const [at, fresh] = data_.also.emplace(hash, row);
        if (!fresh) at->second = std::min(at->second, row);
      }
  }

  // References within the table, now that all of it is known. They are optional: what they miss is only told.
  void settle_pending() {
    auto const tell_late = [&](Flaw flaw, Pending const& pending, std::uint32_t cause, std::uint64_t aux) {
      auto const rule = rule_of(flaw);
      auto const severity = state_.levels.of(rule, data_.table, pending.field);
      if (severity != Severity::Off) late_.push_back({rule, severity, pending.field, data_.table->id, pending.place, cause, aux});
    };
    for (auto& w : workers_)
      for (auto const& pending : w.pending) {
        auto row = data_.index.find(pending.hash);
        if (row == no_row)
          if (auto const found = data_.also.find(pending.hash); found != data_.also.end()) row = found->second;
        auto& column = data_.kept.column[pending.field];
        auto const own = data_.row_of(pending.place);
        if (row == no_row) {
          auto const rule = rule_of(Flaw::DanglingOptional);
          auto const severity = state_.levels.of(rule, data_.table, pending.field);
          if (severity < Severity::Error) {
            tell_late(Flaw::DanglingOptional, pending, no_cause, pending.hash);
          } else {
            auto const cause =
                state_.missing.note(data_.table->id, pending.hash, {rule, severity, pending.field, data_.table->id, pending.place, no_cause, pending.hash});
            note_missing(cause, {rule, severity, pending.field, data_.table->id, pending.place, no_cause, 0}, w, tallies_[0]);
            state_.missing.blocks(cause, 1);
            state_.let_wait(data_.table->id, pending.place);
            if (data_.root.empty()) data_.root.assign(data_.rows, no_cause);
            if (data_.root[own] == no_cause) data_.root[own] = cause;
          }
        } else if (!data_.root.empty() && data_.root[row] != no_cause) {
          tell_late(Flaw::OptionalOnExcluded, pending, data_.root[row], 0);
        } else if (data_.table->fields[pending.field].type == Type::RefList) {
          state_.facts.agents.emplace_back(static_cast<std::int32_t>(own), static_cast<std::int32_t>(row));
        }
        if (!column.empty()) column[own] = row == no_row ? invalid : static_cast<std::int32_t>(row);
        if (row == no_row || (!data_.root.empty() && data_.root[row] != no_cause)) data_.dangling_within.push_back(pending);
      }
  }

  // Digits-only ids of one width with zeros in front, and a few shorter ones: these have been through a spreadsheet.
  void tell_lost_zeros() {
    auto const rule = rule_of(Flaw::LostZeros);
    for (std::uint8_t f = 0; f < data_.table->fields.size(); ++f) {
      auto const severity = state_.levels.of(rule, data_.table, f);
      Widths all;
      for (auto& w : workers_) {
        all.others += w.widths[f].others;
        for (std::size_t i = 0; i < Widths::most; ++i) {
          all.count[i] += w.widths[f].count[i];
          all.zero_led[i] += w.widths[f].zero_led[i];
          all.places[i].insert(all.places[i].end(), w.widths[f].places[i].begin(), w.widths[f].places[i].end());
        }
      }
      std::uint64_t digits = 0;
      for (auto count : all.count) digits += count;
      auto const usual = static_cast<std::size_t>(std::max_element(all.count.begin(), all.count.end()) - all.count.begin());
      if (severity == Severity::Off || digits < 4 || all.others > digits || all.count[usual] * 10 < digits * 6 || all.zero_led[usual] == 0) continue;
      for (std::size_t width = 1; width < usual; ++width) {
        if (all.zero_led[width] > 0) continue;  // shorter ones with zeros in front are simply shorter
        std::sort(all.places[width].begin(), all.places[width].end());
        std::uint64_t told = 0;
        if (state_.options.marks != nullptr && all.count[width] > state_.options.max_findings) state_.options.marks->lose();
        for (auto const place : all.places[width])
          if (told++ < state_.options.max_findings) late_.push_back({rule, severity, f, data_.table->id, place, no_cause, usual});
        state_.out.counts[rule][static_cast<std::size_t>(severity)] +=
            all.count[width] - std::min<std::uint64_t>(all.count[width], std::min<std::uint64_t>(told, state_.options.max_findings));
      }
    }
  }

  void tell_blank_lines() {
    std::uint64_t blank_lines = 0, line = 0;
    for (auto const& w : workers_) {
      blank_lines += w.blank_lines;
      if (w.blank_chunk == no_row) continue;
      auto const at = data_.chunks[w.blank_chunk].first_line + w.blank_line + 1;
      line = line == 0 ? at : std::min(line, at);
    }
    auto const rule = rule_of(BundleFlaw::BlankLines);
    auto const severity = state_.levels.of(rule);
    if (blank_lines == 0 || severity == Severity::Off) return;
    ++state_.out.counts[rule][static_cast<std::size_t>(severity)];
    state_.out.package_findings.push_back({rule, severity, {BundleFlaw::BlankLines, file_name(data_.table->id), line, {}, std::to_string(blank_lines), {}}});
  }

  void tell_encoding() {
    std::string sample;
    auto first = no_row;
    for (auto const& w : workers_)
      if (w.bad_chunk < first) first = w.bad_chunk, sample = w.bad_utf8;
    auto const rule = rule_of(BundleFlaw::NotUtf8);
    auto const severity = state_.levels.of(rule);
    if (sample.empty() || severity == Severity::Off) return;
    ++state_.out.counts[rule][static_cast<std::size_t>(severity)];
    state_.out.package_findings.push_back(
        {rule, severity, {BundleFlaw::NotUtf8, file_name(data_.table->id), {}, {}, {}, std::string(csv::guess_legacy_encoding(sample))}});
  }

  TableData& data_;
  Reading const& reading_;
  CheckState& state_;
  bool referred_to_;
  std::vector<Tally> tallies_;
  std::vector<Worker> workers_;
  std::span<IdCollector> ids_;  // of the workers
  std::vector<ChunkColumns> kept_;
  std::vector<Finding> late_;
};

}  // namespace

csv::Place place_of(TableData const& data, std::uint32_t row) {
  auto const chunk = static_cast<std::uint32_t>(std::upper_bound(data.first_row.begin(), data.first_row.end(), row) - data.first_row.begin()) - 1;
  return csv::Place::of(chunk, row - data.first_row[chunk]);
}

void check_table(TableData& data, Reading const& reading, CheckState& state) { TableCheck(data, reading, state).run(); }

}  // namespace rollbook
