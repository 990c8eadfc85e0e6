#include <algorithm>
#include <atomic>

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
  bool list, own_id;
};

// Which ids of a file were read as the same one.
using SeenIds = std::map<std::string, TextSet>;

class CellTranslator {
 public:
  explicit CellTranslator(TextSet const& targets) : targets_(targets) {}

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
      if (column.own_id && (id != column.ids->end() || targets_.find(now) != targets_.end()))
        seen[id == column.ids->end() ? std::string(now) : id->second].emplace(now);
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

  TextSet const& targets_;
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
    auto const pieces = translate_rows(out);
    bool const same = header_.renamed.empty() && std::all_of(pieces.begin(), pieces.end(), [](Piece const& piece) { return piece.edits.empty(); });
    if (same) return;
    Rewrite rewrite(member_.bytes);
    for (auto& edit : header_edits()) rewrite.add(std::move(edit));
    for (auto const& piece : pieces)
      for (auto const& edit : piece.edits) rewrite.add(edit);
    out.texts.push_back(rewrite.finish(member_));
  }

 private:
  struct Piece {
    std::vector<CellEdit> edits;  // ascending
    SeenIds seen;
  };

  void choose_columns() {
    auto const& own = translation_[table_.id];
    for (std::size_t f = 0; f < table_.fields.size(); ++f) {
      auto const& field = table_.fields[f];
      if (layout_.column_of[f] == no_column) continue;
      Column column{static_cast<std::uint32_t>(layout_.column_of[f]), nullptr, nullptr, nullptr, has_lists(field.type), false};
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

  std::vector<Piece> translate_rows(Translated& out) {
    if (columns_.empty()) return {};
    ChunkReader reader(member_, header_.first_record, static_cast<std::uint32_t>(header_.names.size()), kernel_, {});
    std::vector<Piece> pieces(reader.count());
    std::atomic<std::uint32_t> next{0};
    run_workers(std::min<unsigned>(workers_, std::max<unsigned>(1, reader.count())), [&](unsigned) {
      ChunkScratch scratch;
      CellTranslator translator(targets_);
      for (std::uint32_t k; (k = next.fetch_add(1)) < reader.count();) {
        reader.read(k, scratch);
        translate_chunk(scratch.batch, translator, pieces[k]);
        pieces[k].seen = std::exchange(translator.seen, {});
      }
    });
    tell_shared_ids(pieces, out);
    return pieces;
  }

  void translate_chunk(csv::Batch const& batch, CellTranslator& translator, Piece& piece) const {
    std::string buffer, value;
    auto const translate_cell = [&](Column const& column, std::string_view raw) {
      if (!translator.of(column, csv::cell_value(raw, buffer), value)) return;
      piece.edits.push_back({batch.offset + static_cast<std::uint64_t>(raw.data() - batch.text.data()), raw.size(), as_cell(value)});
    };
    for (std::uint32_t row = 0; row < batch.rows; ++row)
      for (auto const& column : columns_) translate_cell(column, batch.raw(row, column.at));
    bool any_aside = false;
    // Of a damaged row only the id counts: it protects the record that it names.
    for (auto const& aside : batch.aside) {
      if (aside.in_grid || aside.first_cell.empty() || !columns_.front().own_id || columns_.front().at != 0) continue;
      if (!translator.of(columns_.front(), aside.first_cell, value)) continue;
      piece.edits.push_back({batch.offset + static_cast<std::uint64_t>(aside.first_cell.data() - batch.text.data()), aside.first_cell.size(), value});
      any_aside = true;
    }
    if (any_aside) std::sort(piece.edits.begin(), piece.edits.end(), [](CellEdit const& a, CellEdit const& b) { return a.at < b.at; });
  }

  void tell_shared_ids(std::vector<Piece> const& pieces, Translated& out) const {
    SeenIds all;
    for (auto const& piece : pieces)
      for (auto const& [id, received] : piece.seen) all[id].insert(received.begin(), received.end());
    std::size_t shared = 0;
    for (auto const& [id, received] : all) {
      if (received.size() < 2 || ++shared > most_told) continue;
      std::string names;
      for (auto const& one : received) names += (names.empty() ? "\"" : "\" and \"") + one;
      out.told.push_back(file_name(table_.id) + ": " + names + "\" are both read as \"" + id + "\"; while they say different things, none of them is taken.");
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
  TextSet targets_;
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
