// Who works: processes of this machine and of others, and whether they still live.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// This process, for a claim that begins now.
store::Worker worker_of(Hub const& hub);

// Whether a worker has died. Of this machine it can be told at once; another machine's has until its lease ends.
bool is_dead(std::string const& worker);

}  // namespace rollbook::runs
