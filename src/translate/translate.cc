#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_set>

#include "base/text.h"
#include "base/workers.h"
#include "roster/chunk_reader.h"
#include "roster/layout.h"
#include "translate/merge_users.h"
#include "translate/rewrite.h"

namespace rollbook {
namespace {

constexpr std::size_t most_told = 20;

// One column of a table in which something may have to be translated.
struct Column {
  std::uint32_t at;
  Words const* words;
  TextMap const* ids;
  TextSet const* ignored;  // of a list: items that are dropped while others remain
  bool list, id, own_id;   // id: the first cell of the row says whom it is about; own: and not a record of another table
};

// An id that was translated, or that others were translated to: as what it is read, and as it was received.
using SeenIds = std::vector<std::pair<std::string_view, std::string>>;

class CellTranslator {
 public:
  explicit CellTranslator(std::unordered_set<std::string_view> const& targets) : targets_(targets) {}

  SeenIds seen;

  // The new value of a cell in `out`. False: it stays as it is.
  bool of(Column const& column, std::string_view value, std::string& out) {
    if (value.find('\n') != std::string_view::npos) return false;  // its lines must stay where they are
    out.clear();
    if (!column.list || value.empty()) return one(column, value, out);
    auto items = split(value, ',');
    if (value.back() == ',') items.emplace_back();
    bool const drops = std::any_of(items.begin(), items.end(), [&](auto const& item) { return is_ignored(column, item); }) &&
                       !std::all_of(items.begin(), items.end(), [&](auto const& item) { return is_ignored(column, item); });
    if (drops) std::erase_if(items, [&](auto const& item) { return is_ignored(column, item); });
    bool changed = drops;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ',';
      changed |= one(column, items[i], out);
    }
    return changed;
  }

 private:
  static bool is_ignored(Column const& column, std::string_view item) {
    return column.ignored != nullptr && column.ignored->find(trimmed(item)) != column.ignored->end();
  }

  bool one(Column const& column, std::string_view item, std::string& out) {
    auto const bare = trimmed(item);
    auto now = bare;
    if (column.words != nullptr)
      if (auto const* word = column.words->find(bare)) now = *word;
    bool const spoken = now.data() != bare.data();
    if (column.ids != nullptr) {
      auto const id = column.ids->find(now);
      if (auto const target = column.own_id ? targets_.find(id == column.ids->end() ? now : id->second) : targets_.end(); target != targets_.end())
        seen.emplace_back(*target, now);
      if (id != column.ids->end()) now = id->second;
    }
    if (now.data() == bare.data()) {
      out += item;
      return false;
    }
    // Spaces around an id are an error of the row, and stay one.
    auto const before = spoken ? 0 : static_cast<std::size_t>(bare.data() - item.data());
    out.append(item.substr(0, before)).append(now);
    if (!spoken) out += item.substr(before + bare.size());
    return true;
  }

  std::unordered_set<std::string_view> const& targets_;
};

class FileTranslator {
 public:
  FileTranslator(Bundle const& bundle, Table const& table, Member& member, Translation const& translation, csv::Kernel kernel, unsigned workers)
      : table_(table), member_(member), translation_(translation), kernel_(kernel), workers_(std::max(1u, workers)) {
    header_ = read_header(member, table, translation[table.id]);
    layout_ = read_layout(header_.names, table, *bundle.version, member.mode == Mode::Delta);
    choose_columns();
    for (auto const& [from, to] : translation[table.id].ids) targets_.insert(to);
  }

  void run(Translated& out) {
    out.told.insert(out.told.end(), header_.told.begin(), header_.told.end());
    if (header_.renamed.empty() && columns_.empty()) return;
    member_.wait_for(member_.bytes.size());
    Rewrite rewrite(member_.bytes);
    for (auto const& edit : header_edits()) rewrite.add(edit);
    if (!columns_.empty()) translate_rows(rewrite, out);
    if (rewrite.any()) out.texts.push_back(rewrite.finish(member_));
  }

 private:
  void choose_columns() {
    auto const& own = translation_[table_.id];
    for (std::size_t f = 0; f < table_.fields.size(); ++f) {
      auto const& field = table_.fields[f];
      if (layout_.column_of[f] == no_column) continue;
      Column column{static_cast<std::uint32_t>(layout_.column_of[f]), nullptr, nullptr, nullptr, has_lists(field.type), f == 0, false};
      if (auto const words = own.words.find(static_cast<std::uint8_t>(f)); words != own.words.end()) column.words = &words->second;
      auto const named = field.refers_to != TableId::None ? field.refers_to : f == 0 ? table_.id : TableId::None;
      if (named != TableId::None && !translation_[named].ids.empty()) column.ids = &translation_[named].ids;
      column.own_id = f == 0 && named == table_.id;
      if (field.refers_to == TableId::Orgs && !translation_.ignored_orgs.empty()) column.ignored = &translation_.ignored_orgs;
      if (column.words != nullptr || column.ids != nullptr || (column.ignored != nullptr && column.list)) columns_.push_back(column);
    }
    std::sort(columns_.begin(), columns_.end(), [](Column const& a, Column const& b) { return a.at < b.at; });
  }

  std::vector<CellEdit> header_edits() const {
    auto const text = member_.bytes.substr(0, csv::max_line + 1);
    csv::Record record;
    csv::read_record(text, find_header(text).start, 0, record);
    std::vector<CellEdit> edits;
    for (std::size_t i = 0; i < std::min(record.size(), header_.names.size()); ++i) {
      auto const renamed = std::any_of(header_.renamed.begin(), header_.renamed.end(), [&](auto const& one) { return one.first == i; });
      auto const raw = csv::raw_cell(text, record, i);
      if (renamed) edits.push_back({static_cast<std::uint64_t>(raw.data() - member_.bytes.data()), raw.size(), header_.names[i]});
    }
    return edits;
  }

  void translate_rows(Rewrite& rewrite, Translated& out) {
    ChunkReader reader(member_, header_.first_record, static_cast<std::uint32_t>(header_.names.size()), kernel_, {});
    std::atomic<std::uint32_t> next{0};
    std::mutex mutex;
    std::map<std::uint32_t, std::vector<CellEdit>> waiting;  // of chunks that are done before their turn
    std::uint32_t turn = 0;
    SeenIds seen;
    run_workers(std::min<unsigned>(workers_, std::max<unsigned>(1, reader.count())), [&](unsigned) {
      ChunkScratch scratch;
      CellTranslator translator(targets_);
      for (std::uint32_t k; (k = next.fetch_add(1)) < reader.count();) {
        reader.read(k, scratch);
        std::vector<CellEdit> edits;
        translate_chunk(scratch.batch, translator, edits);
        std::lock_guard const lock(mutex);
        waiting.emplace(k, std::move(edits));
        for (; !waiting.empty() && waiting.begin()->first == turn; ++turn, waiting.erase(waiting.begin()))
          for (auto const& edit : waiting.begin()->second) rewrite.add(edit);
      }
      std::lock_guard const lock(mutex);
      seen.insert(seen.end(), std::make_move_iterator(translator.seen.begin()), std::make_move_iterator(translator.seen.end()));
    });
    tell_shared_ids(std::move(seen), out);
  }

  void translate_chunk(csv::Batch const& batch, CellTranslator& translator, std::vector<CellEdit>& edits) const {
    std::string buffer, value;
    auto const translate_cell = [&](Column const& column, std::string_view raw) {
      if (!translator.of(column, csv::cell_value(raw, buffer), value)) return;
      edits.push_back({batch.offset + static_cast<std::uint64_t>(raw.data() - batch.text.data()), raw.size(), as_cell(value)});
    };
    for (std::uint32_t row = 0; row < batch.rows; ++row)
      for (auto const& column : columns_) {
        auto const raw = batch.raw(row, column.at);
        if (auto const* name = dropped_as(batch, row, column))
          edits.push_back({batch.offset + static_cast<std::uint64_t>(raw.data() - batch.text.data()), raw.size(), as_cell(*name)});
        else translate_cell(column, raw);
      }
    bool any_aside = false;
    // Of a damaged row only the id counts: it protects the record that it names.
    for (auto const& aside : batch.aside) {
      if (aside.in_grid || aside.first_cell.empty() || !columns_.front().id || columns_.front().at != 0) continue;
      if (!translator.of(columns_.front(), aside.first_cell, value)) continue;
      edits.push_back({batch.offset + static_cast<std::uint64_t>(aside.first_cell.data() - batch.text.data()), aside.first_cell.size(), value});
      any_aside = true;
    }
    if (any_aside) std::sort(edits.begin(), edits.end(), [](CellEdit const& a, CellEdit const& b) { return a.at < b.at; });
  }

  // The id that nobody has, of a row that is to delete nobody; or null.
  std::string const* dropped_as(csv::Batch const& batch, std::uint32_t row, Column const& column) const {
    auto const& own = translation_[table_.id];
    auto const status_at = layout_.column_of[1];
    if (own.dropped.empty() || !column.id || status_at == no_column) return nullptr;
    std::string buffer;
    auto const dropped = own.dropped.find(trimmed(csv::cell_value(batch.raw(row, column.at), buffer)));
    if (dropped == own.dropped.end()) return nullptr;
    auto status = trimmed(csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(status_at)), buffer));
    if (auto const words = own.words.find(1); words != own.words.end())
      if (auto const* word = words->second.find(status)) status = *word;
    return lower(status) == "tobedeleted" ? &dropped->second : nullptr;
  }

  void tell_shared_ids(SeenIds seen, Translated& out) const {
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    std::size_t shared = 0;
    for (std::size_t i = 0, j; i < seen.size(); i = j) {
      std::string names;
      for (j = i; j < seen.size() && seen[j].first == seen[i].first; ++j) names += (j == i ? "\"" : "\" and \"") + seen[j].second;
      if (j - i < 2 || ++shared > most_told) continue;
      out.told.push_back(file_name(table_.id) + ": " + names + "\" are both read as \"" + std::string(seen[i].first) +
                         "\"; while they say different things, none of them is taken.");
    }
    if (shared > most_told) out.told.push_back(file_name(table_.id) + ": so are " + std::to_string(shared - most_told) + " more.");
  }

  Table const& table_;
  Member& member_;
  Translation const& translation_;
  csv::Kernel kernel_;
  unsigned workers_;
  HeaderRead header_;
  Layout layout_;
  std::vector<Column> columns_;
  std::unordered_set<std::string_view> targets_;  // what ids are read as; the texts are the translation's
};

}  // namespace

void Words::add(std::string_view from, std::string_view to) {
  exact_.emplace(from, to);
  folded_.emplace(lower(from), to);
}

std::string const* Words::find(std::string_view word) const {
  if (auto const at = exact_.find(word); at != exact_.end()) return &at->second;
  auto const at = folded_.find(lower(word));
  return at == folded_.end() ? nullptr : &at->second;
}

bool Translation::empty() const {
  return !merge_repeated_users && ignored_orgs.empty() &&
         std::all_of(tables.begin(), tables.end(), [](OfTable const& one) { return one.columns.empty() && one.words.empty() && one.ids.empty(); });
}

Translated translate(Bundle& bundle, Translation const& translation, csv::Kernel kernel, unsigned workers) {
  Translated out;
  if (!bundle.version || translation.empty()) return out;
  for (auto const* table : all_tables) {
    auto& member = bundle.members[static_cast<std::size_t>(table->id)];
    if (!member || !member->readable || !is_in(table->in, *bundle.version)) continue;
    FileTranslator(bundle, *table, *member, translation, kernel, workers).run(out);
  }
  if (auto& member = bundle.members[static_cast<std::size_t>(TableId::Users)];
      translation.merge_repeated_users && bundle.version == Version::V11 && member && member->readable)
    merge_repeated_users(*member, translation.left_out_orgs, kernel, out);
  return out;
}

}  // namespace rollbook
