// Lists of Data Quality that are not of deliveries: records that break what a receiver asks for, and people who may be there twice.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// Receivers that ask for something, with what was left out of the last export of each; of the one that the address asks for, row by row.
void add_app_rules(Visit& visit, store::Database& roster, View& view);

// People with the same e-mail, or the same name and birth date.
void add_duplicates(Visit& visit, store::Database& roster, View& view);

}  // namespace rollbook::web
