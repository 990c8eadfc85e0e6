// A consistent copy of a home while it is being worked with, and the way back. The server key is not part of it.
#pragma once

#include "runs/work.h"

namespace rollbook::runs {

// Into a folder that is not there yet, or is empty. On PostgreSQL by its own pg_dump.
std::optional<Trouble> backup(Hub& hub, std::string const& postgres_url, std::string const& out);

// Back into a data folder that is not there yet, or into an empty PostgreSQL database (by pg_restore).
std::optional<Trouble> restore(std::string const& from, std::string const& data_folder, std::string const& postgres_url);

}  // namespace rollbook::runs
