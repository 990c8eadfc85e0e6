#include "batch/instructions.h"

#include <vector>

#include "report/docs_markdown.h"

namespace rollbook::batch {
namespace {

std::string need_of(Column const& column) {
  if (column.need == Need::Required) return "required";
  return column.need == Need::Optional ? "optional" : "when " + std::string(column.when);
}

std::string values_of(Column const& column) {
  std::vector<std::string> words;
  for (auto const word : column.words) words.push_back(docs::code(word));
  return words.empty() ? "any text" : docs::joined(words);
}

}  // namespace

// Samples are plain: none of them needs quotes.
std::string template_of(Form const& form) {
  std::string header, rows[2];
  for (auto const& column : form.columns) {
    auto const comma = header.empty() ? "" : ",";
    (header += comma) += column.header;
    for (std::size_t i = 0; i < std::size(rows); ++i) (rows[i] += comma) += column.samples[i];
  }
  return header + '\n' + rows[0] + '\n' + rows[1] + '\n';
}

std::string dictionary_of(Form const& form) {
  auto out = docs::table_head({"Header", "Filled", "Values", "What it means"});
  for (auto const& column : form.columns) out += docs::table_line({docs::code(column.header), need_of(column), values_of(column), docs::plain(column.doc)});
  return out;
}

}  // namespace rollbook::batch
