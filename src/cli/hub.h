// What the commands share that work with what is kept: where it is, and who is at the keyboard.
#pragma once

#include <string>

#include "store/districts.h"
#include "store/home.h"

namespace rollbook::cli {

struct HubArguments {
  std::string data, database, format = "text";
};

// Opens what --data or --database names; ROLLBOOK_DATA and ROLLBOOK_DATABASE stand in for them.
Result<store::Home> open_home(HubArguments const& arguments);

// The person at the command line, now.
store::Actor actor();

}  // namespace rollbook::cli
