// Reads a file chunk by chunk, in any order and from several workers, as if it had been read from front to back.
//
// A chunk begins at the first line that starts in it. That guess is wrong only when a cell goes over a line break right there,
// so each worker reads its chunk on the guess, then looks where the chunk before it really ended and reads again if need be.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "csv/batch.h"
#include "roster/roster.h"

namespace rollbook {

// What the owner of the bytes is told, so that a mapped file is in memory in time and does not stay there: before some are read, and
// when they have been. They may be looked at again later all the same. Both may be empty.
using ToldOfBytes = std::function<void(char const* bytes, std::size_t size)>;
struct ReadHelp {
  ToldOfBytes will_read, did_read;
};

struct ChunkScratch {
  csv::Batch batch;
  std::string tail;  // the end of a file with padding behind it
};

class ChunkReader {
 public:
  // Records of `member` from `first_record` on. The member must outlive the reader.
  ChunkReader(Member const& member, std::uint64_t first_record, std::uint32_t columns, csv::Kernel kernel, ReadHelp help = {});

  std::uint32_t count() const { return static_cast<std::uint32_t>(ends_.size()); }

  // Reads chunk `k` into scratch.batch. Every chunk before it must be read by somebody, or this waits for ever.
  Chunk read(std::uint32_t k, ChunkScratch& scratch);

  // Says that nobody looks at the batch of chunk `k` any more. Once for each chunk, by any worker.
  void done_with(std::uint32_t k);

  // Reads a chunk again whose bounds are known.
  void read_again(Chunk const& chunk, ChunkScratch& scratch) const;

 private:
  void announce(std::uint32_t k) const;
  static constexpr std::uint64_t unknown = ~std::uint64_t{0};
  std::uint64_t line_after(std::uint64_t at) const;
  std::uint64_t near_line_after(std::uint64_t at) const;
  std::uint64_t read_from(std::uint64_t start, std::uint64_t to, ChunkScratch& scratch) const;

  Member const& member_;
  std::string_view bytes_;
  std::uint64_t first_;
  std::uint32_t columns_;
  csv::Kernel kernel_;
  ReadHelp help_;
  std::vector<std::atomic<std::uint64_t>> ends_;  // end + 1 of each chunk, 0 while unknown
  std::vector<std::atomic<std::uint32_t>> done_;  // chunks of each group that nobody looks at any more
};

// Calls f(place, batch, row of the grid or no_row, aside or null) for each of `places`, which must be sorted.
void for_places(TableData const& data, std::vector<csv::Place> const& places, csv::Kernel kernel,
                std::function<void(csv::Place, csv::Batch const&, std::uint32_t, csv::Aside const*)> const& f);

}  // namespace rollbook
