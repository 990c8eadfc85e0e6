// Two versions of a file compared twice: the quick way, which skips lines that stand in both, and the careful one must tell the
// same. Old and new rows follow each other behind a line "==". A blank line above the header of one side bars the quick way. Where
// rows cannot be compared (no id, the same id again, damage) the quick way may count what it skipped otherwise.
#include <string>

#include "diff/diff.h"
#include "fuzz.h"

namespace rollbook {
namespace {

using fuzz::promise;

Bundle delivery_of(std::string const& text) {
  static std::string const manifest = [] {
    std::string out = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n";
    for (auto const* table : all_tables)
      if (is_in(table->in, Version::V11)) out += "file." + std::string(table->name) + (table->id == TableId::Orgs ? ",bulk\n" : ",absent\n");
    return out;
  }();
  return open_bundle({{"manifest.csv", manifest, false}, {"orgs.csv", text, false}});
}

bool same(RowChange const& a, RowChange const& b, std::uint64_t lines_more) {
  auto const moved = [&](std::uint64_t line) { return line == 0 ? 0 : line + lines_more; };
  return a.table == b.table && a.change == b.change && a.sourced_id == b.sourced_id && a.old_line == b.old_line && moved(a.new_line) == b.new_line &&
         std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
                    [](FieldChange const& x, FieldChange const& y) { return x.column == y.column && x.before == y.before && x.after == y.after; });
}

}  // namespace
}  // namespace rollbook

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  using fuzz::promise;
  auto const text = fuzz::as_text(bytes, length);
  auto const mark = text.find("==\n");
  auto const before = std::string(text.substr(0, mark));
  auto const after = mark == std::string_view::npos ? before : std::string(text.substr(mark + 3));
  static std::string const header = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";

  DiffOptions options;
  options.kernel = csv::best_kernel();
  auto const old_text = header + before, new_text = header + after, moved_text = "\n" + header + after;
  auto const old_bundle = delivery_of(old_text), new_bundle = delivery_of(new_text), moved_bundle = delivery_of(moved_text);
  auto const quick = compare(old_bundle, new_bundle, options), careful = compare(old_bundle, moved_bundle, options);
  promise(quick.ok() && careful.ok());
  promise((*quick).tables.size() == (*careful).tables.size());
  for (auto const& table : (*careful).tables)
    if (table.old_unreadable + table.new_unreadable > 0) return 0;
  for (std::size_t i = 0; i < (*quick).tables.size(); ++i) {
    auto const &a = (*quick).tables[i], &b = (*careful).tables[i];
    promise(a.created == b.created && a.updated == b.updated && a.removed == b.removed && a.unchanged == b.unchanged);
  }
  promise((*quick).changes.size() == (*careful).changes.size());
  for (std::size_t i = 0; i < (*quick).changes.size(); ++i) promise(same((*quick).changes[i], (*careful).changes[i], 1));
  return 0;
}
