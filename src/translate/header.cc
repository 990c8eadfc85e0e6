#include <algorithm>

#include "base/text.h"
#include "csv/record.h"
#include "translate/translation.h"

namespace rollbook {
namespace {

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

bool same_name(std::string_view a, std::string_view b) { return lower(trimmed(a)) == lower(trimmed(b)); }

}  // namespace

HeaderRead read_header(Member const& member, Table const& table, Translation::OfTable const& translation) {
  HeaderRead header;
  auto const received = header_of(member.bytes);
  header.names = received;
  auto const text = member.bytes.substr(0, csv::max_line + 1);
  csv::Record record;
  csv::read_record(text, find_header(text).start, 0, record);
  header.first_record = record.next;
  auto const file = file_name(table.id);
  auto const place_of = [&](std::string_view name) {
    auto at = std::find_if(received.begin(), received.end(), [&](auto const& one) { return trimmed(one) == name; });
    if (at == received.end()) at = std::find_if(received.begin(), received.end(), [&](auto const& one) { return same_name(one, name); });
    return static_cast<std::size_t>(at - received.begin());
  };
  for (auto const& [from, to] : translation.columns) {
    auto const at = place_of(from);
    if (at == received.size()) {
      header.told.push_back(file + " has no column " + quoted(from) + ", which map.columns reads as " + to + ".");
      continue;
    }
    for (std::size_t other = 0; other < received.size(); ++other)
      if (other != at && same_name(header.names[other], to))
        header.told.push_back(file + " has both " + quoted(received[at]) + " and " + quoted(received[other]) + "; map.columns reads the first as " + to +
                              ", and nobody can tell which of the two is meant.");
    header.names[at] = to;
    header.renamed.emplace_back(at, received[at]);
    header.told.push_back(file + ": the column " + quoted(received[at]) + " is read as " + to + ".");
  }
  return header;
}

}  // namespace rollbook
