// The error report: what was uploaded, and what is said of it.
#include <map>

#include "base/demand.h"
#include "batch/demographics_file.h"
#include "batch/demographics_form.h"
#include "batch/languages.h"
#include "batch/users_file.h"
#include "batch/users_form.h"
#include "roster/layout.h"

namespace rollbook::batch {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (auto const c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// Proposes right words. A file may be wrong in each of its rows, so each wrong word is thought about once, and not too many of them.
class Proposals {
 public:
  Proposals(Form const& form, std::span<std::string const> schools) : form_(form), schools_(schools.begin(), schools.end()) {}

  std::string_view near_to(std::string_view cell, Remark const& remark) {
    if (remark.what != What::UnknownWord && remark.what != What::UnknownSchool && remark.what != What::NotALanguage) return {};
    auto& known = known_[remark.column];
    if (auto const found = known.find(std::string(cell)); found != known.end()) return found->second;
    if (known.size() >= most) return {};
    return known[std::string(cell)] = look_for(cell, remark);
  }

 private:
  std::string_view look_for(std::string_view cell, Remark const& remark) const {
    if (remark.what == What::NotALanguage) return nearest_language(cell);
    auto const words = form_.columns[remark.column].words;
    return remark.what == What::UnknownSchool ? nearest(cell, schools_) : nearest(cell, {words.begin(), words.end()});
  }

  static constexpr std::size_t most = 200;
  Form const& form_;
  std::vector<std::string_view> schools_;
  std::array<std::map<std::string, std::string_view>, max_columns> known_;
};

template <class Row>
class Report {
 public:
  Report(std::string_view text, FlatFile<Row> const& file, Form const& form, std::span<std::string const> schools)
      : text_(text), file_(file), form_(form), proposals_(form, schools), cells_(text, file.header) {}

  std::string run() {
    auto const header = text_.substr(0, file_.first_row);
    auto const end = header.find_last_not_of("\r\n") + 1;
    (out_ += header.substr(0, end)) += ",errors";
    out_ += end < header.size() ? header.substr(end) : "\n";
    auto remark = file_.remarks.begin();
    for (std::uint32_t row = 0; row < file_.rows.size(); ++row) {
      auto const first = remark;
      while (remark != file_.remarks.end() && remark->row == row) ++remark;
      append_row(file_.rows[row], {first, remark});
    }
    return std::move(out_);
  }

 private:
  // What cannot be read as cells stands whole in the first one: otherwise the message would end up in one of them.
  void append_row(Row const& row, std::span<Remark const> remarks) {
    auto const bytes = text_.substr(row.start, row.size);
    if (row.readable) {
      out_ += bytes;
    } else {
      append_quoted(out_, bytes);
      out_.append(file_.header.cells - 1, ',');
    }
    out_ += ',';
    if (!remarks.empty()) append_quoted(out_, told(row, remarks));
    auto const behind = text_.substr(row.start + row.size, 2);
    out_ += behind.starts_with("\r\n") ? "\r\n" : "\n";
  }

  std::string told(Row const& row, std::span<Remark const> remarks) {
    std::string all;
    cells_.go_to(row);
    for (auto const& remark : remarks) {
      auto const near = is_said_by_roster(remark.what) ? std::string_view(file_.names[remark.other]) : proposals_.near_to(cells_[remark.column], remark);
      (all += all.empty() ? "" : " ") += words_of(remark, form_, near);
    }
    return all;
  }

  std::string_view text_;
  FlatFile<Row> const& file_;
  Form const& form_;
  Proposals proposals_;
  CellReader cells_;
  std::string out_;
};

}  // namespace

std::string users_errors(std::string_view text, UsersFile const& file, std::span<std::string const> schools) {
  demand(file.refusal.empty());
  return Report(text, file, users_form, schools).run();
}

std::string demographics_errors(std::string_view text, DemographicsFile const& file) {
  demand(file.refusal.empty());
  return Report(text, file, demographics_form, {}).run();
}

}  // namespace rollbook::batch
