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

// Told before bytes are read, so that their owner can have them ready (a mapped file: in memory, in one go).
using WillRead = std::function<void(char const* bytes, std::size_t size)>;

// Copies bytes of a delivery into the reader's own memory; false when it cannot. Copying a chunk into a buffer that stays in the
// cache costs less than having its pages mapped, and the scan then finds them warm.
using Fetch = std::function<bool(char const* bytes, std::size_t size, char* to)>;

struct ChunkScratch {
  csv::Batch batch;
  std::vector<char> window;  // a fetched chunk, with a little of what follows
  std::string tail;          // the end of a file with padding behind it
};

class ChunkReader {
 public:
  // Records of `member` from `first_record` on. The member must outlive the reader.
  ChunkReader(Member const& member, std::uint64_t first_record, std::uint32_t columns, csv::Kernel kernel, WillRead will_read, Fetch fetch = {});

  std::uint32_t count() const { return static_cast<std::uint32_t>(ends_.size()); }

  // Reads chunk `k` into scratch.batch. Every chunk before it must be read by somebody, or this waits for ever.
  Chunk read(std::uint32_t k, ChunkScratch& scratch);

  // Reads a chunk again whose bounds are known.
  void read_again(Chunk const& chunk, ChunkScratch& scratch) const;

 private:
  bool read_fetched(std::uint32_t k, ChunkScratch& scratch, Chunk& chunk) const;
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
  WillRead will_read_;
  Fetch fetch_;
  std::vector<std::atomic<std::uint64_t>> ends_;  // end + 1 of each chunk, 0 while unknown
};

// Calls f(place, batch, row of the grid or no_row, aside or null) for each of `places`, which must be sorted.
void for_places(TableData const& data, std::vector<csv::Place> const& places, csv::Kernel kernel,
                std::function<void(csv::Place, csv::Batch const&, std::uint32_t, csv::Aside const*)> const& f);

}  // namespace rollbook
