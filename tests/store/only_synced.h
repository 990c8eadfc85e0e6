// What a disk has after the power went if it kept nothing but what it was told to sync: contents of files by their fsync, names by the fsync of their
// folder. The linker sends every fsync and fdatasync of the tests through here.
#pragma once

#include <string>

namespace rollbook::test {

// Begins to note what is synced.
void note_what_is_synced();
void stop_noting();

// Makes at `to` what the folder would be.
void rebuild_what_was_synced(std::string const& folder, std::string const& to);

}  // namespace rollbook::test
