#include "translate/read_values.h"

#include "base/text.h"
#include "roster/chunk_reader.h"
#include "roster/layout.h"

namespace rollbook {

void for_values(Member const& member, Table const& table, Version version, Translation::OfTable const& translation, std::span<std::size_t const> fields,
                csv::Kernel kernel, std::function<void(std::span<std::string const> values)> const& f) {
  auto const header = read_header(member, table, translation);
  auto const layout = read_layout(header.names, table, version, member.mode == Mode::Delta);
  ChunkReader reader(member, header.first_record, static_cast<std::uint32_t>(header.names.size()), kernel, {});
  ChunkScratch scratch;
  std::string buffer;
  std::vector<std::string> values(fields.size());
  for (std::uint32_t k = 0; k < reader.count(); ++k) {
    reader.read(k, scratch);
    for (std::uint32_t row = 0; row < scratch.batch.rows; ++row) {
      for (std::size_t i = 0; i < fields.size(); ++i) {
        auto const at = layout.column_of[fields[i]];
        values[i] = at == no_column ? std::string_view() : trimmed(csv::cell_value(scratch.batch.raw(row, static_cast<std::uint32_t>(at)), buffer));
        auto const words = translation.words.find(static_cast<std::uint8_t>(fields[i]));
        if (words == translation.words.end() || has_lists(table.fields[fields[i]].type)) continue;
        if (auto const* word = words->second.find(values[i])) values[i] = *word;
      }
      f(values);
    }
  }
}

}  // namespace rollbook
