#include "runs/measure.h"

#include <filesystem>

#include "runs/look.h"
#include "runs/search_index.h"
#include "store/measures.h"

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

std::int64_t bytes_below(fs::path const& folder) {
  std::int64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    if (auto const size = at->is_regular_file(gone) ? at->file_size(gone) : 0; !gone) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

std::int64_t bytes_of_vault(Hub const& hub, store::Database& roster, std::int64_t district) {
  if (!hub.data_folder.empty()) {
    auto const folder = fs::path(hub.data_folder) / "districts" / std::to_string(district);
    return bytes_below(folder / "vault") + bytes_below(folder / "unpacked");
  }
  auto row = roster.prepare("SELECT pg_total_relation_size('vault_pieces')");
  return row->step() ? row->integer(0) : 0;
}

}  // namespace

std::optional<Trouble> measure(Hub& hub, store::District const& district) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const index = index_state(**roster);
  store::Measures measures{hub.clock ? hub.clock() : hub.actor.at,
                           store::bytes_of(**roster),
                           bytes_of_vault(hub, **roster, district.id),
                           store::shape_of(**roster),
                           index.newest,
                           index.known};
  if (hub.data_folder.empty()) measures.roster_bytes -= measures.delivery_bytes;
  if ((*roster)->trouble()) return (*roster)->trouble();
  auto& operations = hub.home.operations();
  return operations.transaction([&] { return store::keep_measures(operations, district.id, measures), true; });
}

}  // namespace rollbook::runs
