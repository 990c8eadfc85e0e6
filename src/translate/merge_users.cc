#include "translate/merge_users.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "csv/record.h"
#include "roster/chunk_reader.h"
#include "roster/layout.h"
#include "translate/rewrite.h"

namespace rollbook {
namespace {

struct Row {
  std::uint64_t id;  // hash
  std::uint64_t at;
  std::uint32_t size;
};

class Merging {
 public:
  Merging(Member& member, TextSet const& left_out_orgs, csv::Kernel kernel)
      : member_(member), left_out_orgs_(left_out_orgs), kernel_(kernel), names_(header_of(member.bytes)) {
    auto const layout = read_layout(names_, users, Version::V11, member.mode == Mode::Delta);
    auto const column = [&](std::string_view name) { return layout.column_of[field_index(users, name)]; };
    id_ = column("sourcedId"), role_ = column("role"), orgs_ = column("orgSourcedIds"), modified_ = column("dateLastModified");
  }

  void run(Translated& out) {
    if (id_ == no_column || role_ == no_column || orgs_ == no_column) return;
    auto rows = read_rows();
    std::sort(rows.begin(), rows.end(), [](Row const& a, Row const& b) { return a.id != b.id ? a.id < b.id : a.at < b.at; });
    for (std::size_t i = 0; i < rows.size();) {
      auto j = i + 1;
      while (j < rows.size() && rows[j].id == rows[i].id) ++j;
      if (j - i > 1) merge({rows.begin() + static_cast<std::ptrdiff_t>(i), rows.begin() + static_cast<std::ptrdiff_t>(j)});
      i = j;
    }
    if (edits_.empty()) return;
    std::sort(edits_.begin(), edits_.end(), [](CellEdit const& a, CellEdit const& b) { return a.at < b.at; });
    Rewrite rewrite(member_.bytes);
    for (auto const& edit : edits_) rewrite.add(edit);
    out.texts.push_back(rewrite.finish(member_));
    out.told.push_back(
        "users.csv lists " + std::to_string(people_) + (people_ == 1 ? " person" : " people") +
        " several times, with other roles or organizations; each is read as one person." +
        (other_roles_ == 0 ? "" : " Of " + std::to_string(other_roles_) + " the roles differ too: OneRoster 1.1 has room for one, the first counts."));
  }

 private:
  std::vector<Row> read_rows() {
    auto const text = member_.bytes.substr(0, csv::max_line + 1);
    csv::Record header;
    csv::read_record(text, find_header(text).start, 0, header);
    ChunkReader reader(member_, header.next, static_cast<std::uint32_t>(names_.size()), kernel_, {});
    std::vector<Row> rows;
    ChunkScratch scratch;
    std::string buffer;
    for (std::uint32_t k = 0; k < reader.count(); ++k) {
      reader.read(k, scratch);
      auto const& batch = scratch.batch;
      for (std::uint32_t row = 0; row < batch.rows; ++row) {
        auto const id = csv::cell_value(batch.raw(row, static_cast<std::uint32_t>(id_)), buffer);
        if (!id.empty()) rows.push_back({hash_of(id, 0), batch.offset + batch.row_start[row], batch.row_end(row) - batch.row_start[row]});
      }
    }
    return rows;
  }

  std::vector<std::string> cells_of(Row const& row) const {
    auto const text = member_.bytes.substr(row.at, row.size);
    csv::Record record;
    csv::read_record(text, 0, static_cast<std::uint32_t>(names_.size()), record);
    std::vector<std::string> cells;
    std::string buffer;
    for (std::size_t i = 0; i < record.size(); ++i) cells.emplace_back(csv::cell_value(csv::raw_cell(text, record, i), buffer));
    return cells;
  }

  static auto line_breaks(std::string_view text) { return std::count(text.begin(), text.end(), '\n'); }

  void merge(std::vector<Row> const& rows) {
    auto first = cells_of(rows[0]);
    std::vector<std::string> orgs;
    bool other_role = false, differs = false;
    for (auto const& row : rows) {
      auto const cells = cells_of(row);
      if (cells.size() != names_.size() || cells.size() != first.size()) return;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        bool const may_differ = static_cast<std::int16_t>(i) == role_ || static_cast<std::int16_t>(i) == orgs_ || static_cast<std::int16_t>(i) == modified_;
        if (cells[i] != first[i] && !may_differ) return;
        differs |= cells[i] != first[i];
      }
      other_role |= cells[static_cast<std::size_t>(role_)] != first[static_cast<std::size_t>(role_)];
      for (auto const& item : split(cells[static_cast<std::size_t>(orgs_)], ','))
        if (std::string const org(trimmed(item)); !org.empty() && std::find(orgs.begin(), orgs.end(), org) == orgs.end()) orgs.push_back(org);
    }
    if (!differs) return;
    auto kept = orgs;
    std::erase_if(kept, [&](std::string const& org) { return left_out_orgs_.count(org) > 0; });
    first[static_cast<std::size_t>(orgs_)] = joined_by_commas(kept.empty() ? orgs : kept);
    std::string text;
    for (std::size_t i = 0; i < first.size(); ++i) text += (i == 0 ? "" : ",") + as_cell(first[i]);
    for (auto const& row : rows)
      if (line_breaks(member_.bytes.substr(row.at, row.size)) != line_breaks(text)) return;
    for (auto const& row : rows) edits_.push_back({row.at, row.size, text});
    ++people_;
    other_roles_ += other_role;
  }

  Member& member_;
  TextSet const& left_out_orgs_;
  csv::Kernel kernel_;
  std::vector<std::string> names_;
  std::int16_t id_ = no_column, role_ = no_column, orgs_ = no_column, modified_ = no_column;
  std::vector<CellEdit> edits_;
  std::uint64_t people_ = 0, other_roles_ = 0;
};

}  // namespace

void merge_repeated_users(Member& member, TextSet const& left_out_orgs, csv::Kernel kernel, Translated& out) {
  Merging(member, left_out_orgs, kernel).run(out);
}

}  // namespace rollbook
