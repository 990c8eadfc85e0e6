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
// Only whoever begins a home makes it: a misspelt name is told.
Result<store::Home> open_home(HubArguments const& arguments, bool may_make = false);

// What was named, or what ROLLBOOK_DATA and ROLLBOOK_DATABASE name.
Result<store::HomePlace> place_of(HubArguments const& arguments);

// The folder that was named, or "" for PostgreSQL.
std::string folder_of(HubArguments const& arguments);

// This process, among all that may work for the same home: host, number, and when it began.
std::string worker_name();

// The day it is there now, yyyymmdd.
std::int32_t today_in(std::string const& time_zone);

// The person at the command line, now.
store::Actor actor();

}  // namespace rollbook::cli
