// rollbook diff: what came, changed and went between two deliveries.
#include "diff/diff.h"

#include <cstdio>

#include "cli/commands.h"
#include "delivery/load.h"
#include "report/diff.h"

namespace rollbook::cli {
using namespace delivery;
namespace {

Result<Bundle> open(std::string const& path, unsigned threads, Delivery& delivery) {
  auto loaded = load_delivery({path}, threads);
  if (!loaded) return loaded.trouble();
  delivery = std::move(*loaded);
  if (!arrived_whole(delivery)) return Trouble{path + " cannot be opened; \"rollbook check\" says why."};
  return open_bundle(std::move(delivery.files));
}

}  // namespace

int run_diff(DiffArguments const& arguments) {
  DiffOptions options;
  options.workers = threads_or_all(arguments.threads);
  options.max_changes = arguments.max_changes;
  options.seed = random_seed();
  options.kernel = csv::best_kernel();
  options.will_read = populate;
  options.will_fill = use_large_pages;

  Delivery old_delivery, new_delivery;
  auto const before = open(arguments.old_path, options.workers, old_delivery);
  if (!before) return complain(before.trouble().text);
  auto const after = open(arguments.new_path, options.workers, new_delivery);
  if (!after) return complain(after.trouble().text);
  auto const diff = compare(*before, *after, options);
  if (!diff) return complain(diff.trouble().text);

  bool good = true;
  Sink const sink = [&](std::string_view piece) { good &= std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size(); };
  if (arguments.format == "json") write_diff_json(*diff, sink);
  else write_diff_text(*diff, sink);
  if (std::fflush(stdout) != 0 || !good) return complain("The comparison could not be written completely.");
  return (*diff).equal() ? exit_fine : exit_told;
}

}  // namespace rollbook::cli
