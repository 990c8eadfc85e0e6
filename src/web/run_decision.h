// What can be decided of a run, and in which order it is offered: what is safe first.
#pragma once

#include "web/one_run.h"

namespace rollbook::web {

Model decision_panel(OneRun const& one);

}  // namespace rollbook::web
