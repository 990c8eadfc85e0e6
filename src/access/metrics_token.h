// The one token with which a program on another machine may ask for the metrics of this server, and for nothing else. The operator makes it; a new one takes
// its place.
#pragma once

#include "store/districts.h"

namespace rollbook::access {

// Told once.
Result<std::string> make_metrics_token(store::Database& operations, store::Actor const& actor);
std::optional<Trouble> end_metrics_token(store::Database& operations, store::Actor const& actor);
bool has_metrics_token(store::Database& operations);
bool is_metrics_token(store::Database& operations, std::string_view given);

}  // namespace rollbook::access
