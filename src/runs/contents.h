// What a run found and changes, kept row by row for those who look at it later: findings, the lists behind its numbers, and of a run that waits the files
// that its rows are read from.
//
// A run that waits keeps all of it until it is decided. One that was applied keeps findings and lists: rows are in the roster. Of a superseded preview the
// lists go, of any that waits no more the unpacked files.
#pragma once

#include "runs/look.h"
#include "runs/received.h"

namespace rollbook::runs {

// Where the rows of a table of a waiting run are read from.
struct KeptFile {
  TableId table = TableId::None;
  std::string hash;
  Shelf shelf = Shelf::Received;
};

// Seals what the rows of a waiting run could otherwise not be read from: files that came in a zip, or were translated. Loose files are there already.
Result<std::vector<KeptFile>> keep_unpacked(Hub& hub, store::District const& district, store::Run const& run, Looked const& looked);

// Other runs that kept something to be decided by, and are decided.
struct Decided {
  std::int64_t run = 0;
  bool superseded = false;
};
std::vector<Decided> decided_runs(Hub& hub, store::District const& district, store::Database& roster, std::int64_t but);

// Replaces what was kept of the run, and lets go of what runs that are decided need no more; within the caller's transaction. Returns unpacked files that
// nothing needs now, to be forgotten when it is committed.
std::vector<std::string> save_contents(Hub const& hub, std::int64_t run, Looked& looked, std::vector<KeptFile> const& files,
                                       std::vector<Decided> const& decided);
// Of runs that are over: forgets what their rows were read from, in the same manner.
std::vector<std::string> drop_kept_files(Hub const& hub, store::Database& roster, std::vector<std::int64_t> const& runs);
void forget_unpacked(Hub const& hub, store::District const& district, std::vector<std::string> const& hashes);

// All of it in a transaction of its own, for a run that is not applied.
std::optional<Trouble> keep_contents(Hub& hub, store::District const& district, store::Run const& run, Looked& looked);

// Where the chunks of a kept file begin and which rows are in them.
struct FileChunk {
  std::uint64_t start = 0, end = 0;             // bytes of the file
  std::uint32_t first_row = 0, first_line = 0;  // rows and lines of the file before it
};
std::string pack_chunks(std::vector<FileChunk> const& chunks);
std::vector<FileChunk> unpack_chunks(std::string_view bytes);

}  // namespace rollbook::runs
