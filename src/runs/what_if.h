// A setting tried before it is saved: what the last delivery of its source would do if it came now, as the source is set and as it would be.
#pragma once

#include "bundle/bundle.h"
#include "report/report.h"
#include "runs/work.h"

namespace rollbook::runs {

// Larger than what a person can wait for.
bool is_too_large(store::LastDelivery const& last);

// Gets it from the vault. Trouble when it is too large.
Result<delivery::Delivery> fetch_last(Hub const& hub, store::District const& district, store::LastDelivery const& last);

// The same, opened; its bundle looks at its bytes.
struct Opened {
  delivery::Delivery delivery;
  Bundle bundle;
};
Result<Opened> open_last(Hub const& hub, store::District const& district, store::LastDelivery const& last);

struct WhatIf {
  Answer now, then;
};
// Writes nothing. Trouble when a setting cannot be what it is to be.
Result<WhatIf> what_if(Hub& hub, store::District const& district, store::Source const& source, store::SettingChanges const& changes,
                       store::LastDelivery const& last);

// What it would do as the source is set.
Result<Answer> what_now(Hub& hub, store::District const& district, store::Source const& source, store::LastDelivery const& last);

// All findings of a rule in the delivery of a run, up to most_listed: it is checked anew, as its source is set now. Of one file, if it is named.
Result<std::vector<CheckReport::Finding>> all_findings(Hub& hub, store::District const& district, store::Run const& run, std::string const& code,
                                                       std::string const& file);

}  // namespace rollbook::runs
