#include "batch/demographics_rows.h"

#include <set>

#include "base/text.h"
#include "batch/demographics_form.h"
#include "batch/lined_file.h"

namespace rollbook::batch {
namespace {

constexpr auto id_column = demographics_place("userId");

std::string plain(std::string_view id) {
  while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
  return std::string(id);
}

class Facts {
 public:
  Facts(std::string_view text, DemographicsFile* file, Standing const& standing, std::int32_t today, Translation& out)
      : text_(text), file_(file), standing_(standing), out_(out), modified_(modified_on(today)) {
    for (std::uint32_t i = 0; i < standing.people.size(); ++i) {
      people_.emplace(standing.people[i].id, i);
      if (file != nullptr) by_plain_id_.emplace(plain(standing.people[i].id), i);
    }
  }

  void run() {
    for (auto const& [id, line] : out_.restored)
      if (auto const archived = standing_.archived.find(id); archived != standing_.archived.end() && archived->second.facts) restored_.insert(id);
    name_columns();
    if (file_ != nullptr) take_rows();
    for (auto const& id : restored_)
      if (told_.insert(id).second) put(0, id, *standing_.archived.at(id).facts);
    if (made_.rows() == 0) return;
    out_.tables.push_back(TableId::Demographics);
    out_.files.emplace_back("demographics.csv", made_.take());
  }

 private:
  // Those of the file; but whoever comes back has all of them.
  void name_columns() {
    made_.begin({});
    for (std::size_t column = 0; column < std::size(demographics_columns); ++column) {
      if (column == id_column || (restored_.empty() && !has(column))) continue;
      columns_.push_back(column);
      made_.add((is_program(column) ? std::string(program_prefix) : std::string()) + std::string(demographics_columns[column].header));
    }
  }
  bool has(std::size_t column) const { return file_ != nullptr && file_->header.cell_of[column] != no_cell; }

  void take_rows() {
    CellReader cells(text_, file_->header);
    std::vector<std::string> ids(file_->rows.size());
    for (std::uint32_t row = 0; row < file_->rows.size(); ++row) {
      if (file_->rows[row].left_out) continue;
      cells.go_to(file_->rows[row]);
      ids[row] = judge(row, std::string(cells.value(id_column)));
    }
    file_->settle();
    for (std::uint32_t row = 0; row < file_->rows.size(); ++row) {
      if (file_->rows[row].left_out || !told_.insert(ids[row]).second) continue;
      cells.go_to(file_->rows[row]);
      auto facts = known_of(ids[row]);
      for (auto const column : columns_)
        if (has(column)) facts[column] = fact(column, cells.value(column));
      put(file_->rows[row].line, ids[row], facts);
    }
  }

  // The id by which the roster knows the person today.
  std::string judge(std::uint32_t row, std::string const& id) {
    if (auto const comes = out_.comes.find(id); comes != out_.comes.end()) return comes->second;
    auto const known = people_.find(id);
    if (known != people_.end()) {
      if (standing_.people[known->second].is_fed) file_->say(row, What::FedPerson, id_column, standing_.feed);
      if (out_.goes.count(id) > 0) file_->say(row, What::ArchivedByUsers, id_column);
      return id;
    }
    auto const similar = by_plain_id_.find(plain(id));
    if (similar != by_plain_id_.end()) file_->say(row, What::LostZeros, id_column, standing_.people[similar->second].id);
    else file_->say(row, What::UnknownPerson, id_column);
    return id;
  }

  // What a row that has fewer columns leaves as it is.
  Standing::Facts known_of(std::string const& id) const {
    if (restored_.count(id) > 0) return *standing_.archived.at(id).facts;
    auto const person = people_.find(id);
    auto const known = person == people_.end() ? standing_.facts.end() : standing_.facts.find(person->second);
    return known == standing_.facts.end() ? Standing::Facts{} : known->second;
  }

  void put(std::uint32_t line, std::string const& id, Standing::Facts const& facts) {
    made_.row(line, id, "active", modified_);
    for (auto const column : columns_) made_.cell(facts[column]);
    made_.end_row();
  }

  std::string_view text_;
  DemographicsFile* file_;
  Standing const& standing_;
  Translation& out_;
  std::string modified_;
  std::unordered_map<std::string_view, std::uint32_t> people_;
  std::unordered_map<std::string, std::uint32_t> by_plain_id_;
  std::set<std::string> restored_, told_;
  std::vector<std::size_t> columns_;
  LinedFile made_;
};

}  // namespace

void add_demographics(std::string_view text, DemographicsFile* file, Standing const& standing, std::int32_t today, Translation& out) {
  Facts(text, file, standing, today, out).run();
}

DemographicsWritten write_demographics(Standing const& standing, std::string_view school, std::string_view role) {
  DemographicsWritten out;
  for (auto const& column : demographics_columns) (out.text += out.text.empty() ? "" : ",") += column.header;
  out.text += '\n';
  for (std::uint32_t place = 0; place < standing.people.size(); ++place) {
    auto const& person = standing.people[place];
    auto const facts = standing.facts.find(place);
    if (facts == standing.facts.end() || (!role.empty() && person.role != role)) continue;
    if (!school.empty() && std::find(person.schools.begin(), person.schools.end(), school) == person.schools.end()) continue;
    append_cell(out.text, person.id);
    for (std::size_t column = 0; column < facts->second.size(); ++column)
      if (column != id_column) out.text += ',', append_cell(out.text, facts->second[column]);
    out.text += '\n';
    ++out.rows;
  }
  return out;
}

}  // namespace rollbook::batch
