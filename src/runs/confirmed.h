// A delivery without a manifest, and a person who says what it is: version, and whether its files are complete. With that it is a run like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bundle/bundle.h"
#include "runs/queue.h"

namespace rollbook::runs {

struct Confirmed {
  Version version = Version::V11;
  bool additive = false;  // its files add and update, and what they do not list stays; else they are complete
};

// As Work has it: "1.1 full", "1.2 additive".
std::string to_text(Confirmed const& confirmed);
std::optional<Confirmed> confirmed_of(std::string_view text);

// Adds the manifest that these files would have come with: those that are there are complete, all others say nothing. Nothing when there is one, or no such
// words. `text` holds its bytes, and has to stay where it is as long as the delivery.
void add_confirmed_manifest(delivery::Delivery& delivery, std::string_view confirmed, std::string& text);

// Whether this run was refused because nobody knew what its delivery is.
bool lacks_manifest(store::Run const& run);

// A new run of the same delivery. The refused one stays as it is.
Result<Queued> queue_confirmed(Hub& hub, store::District const& district, std::int64_t run, Confirmed const& confirmed);

}  // namespace rollbook::runs
