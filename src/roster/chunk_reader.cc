#include "roster/chunk_reader.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace rollbook {

ChunkReader::ChunkReader(Member const& member, std::uint64_t first_record, std::uint32_t columns, csv::Kernel kernel, WillRead will_read, Fetch fetch)
    : member_(member),
      bytes_(member.bytes),
      first_(first_record),
      columns_(columns),
      kernel_(kernel),
      will_read_(std::move(will_read)),
      fetch_(std::move(fetch)),
      ends_((bytes_.size() - std::min<std::uint64_t>(first_record, bytes_.size()) + csv::chunk_bytes - 1) / csv::chunk_bytes) {}

std::uint64_t ChunkReader::line_after(std::uint64_t at) const {
  if (at >= bytes_.size()) return bytes_.size();
  member_.wait_for(bytes_.size());
  auto const* found = static_cast<char const*>(std::memchr(bytes_.data() + at, '\n', bytes_.size() - at));
  return found == nullptr ? bytes_.size() : static_cast<std::uint64_t>(found - bytes_.data()) + 1;
}

// The same, but `unknown` when it is not near: nobody looks through gigabytes to find out that they are one line.
std::uint64_t ChunkReader::near_line_after(std::uint64_t at) const {
  constexpr std::uint64_t near = 64u << 10;
  if (at >= bytes_.size()) return bytes_.size();
  auto const reach = std::min<std::uint64_t>(near, bytes_.size() - at);
  member_.wait_for(at + reach);
  auto const* found = static_cast<char const*>(std::memchr(bytes_.data() + at, '\n', reach));
  if (found != nullptr) return static_cast<std::uint64_t>(found - bytes_.data()) + 1;
  return at + reach == bytes_.size() ? bytes_.size() : unknown;
}

std::uint64_t ChunkReader::read_from(std::uint64_t start, std::uint64_t to, ChunkScratch& scratch) const {
  constexpr std::uint64_t longest = std::uint64_t{1} << 30;  // offsets in a batch have 32 bits; a line this long is an error anyway
  auto const shown_to = std::min(to, start + longest);
  auto const window_end = std::min<std::uint64_t>(bytes_.size(), shown_to + 2 * csv::max_line + csv::padding);  // a record and the line it ends in
  member_.wait_for(window_end);
  auto text = bytes_.substr(start, window_end - start);
  // Only lines of a bearable length are scanned, so only then the padding matters.
  if (!member_.padded && window_end == bytes_.size() && text.size() <= 4 * csv::max_line + csv::chunk_bytes) {
    scratch.tail.assign(text);
    scratch.tail.append(csv::padding, '\0');
    text = std::string_view(scratch.tail).substr(0, text.size());
  }
  auto const next = csv::read_batch(text, 0, static_cast<std::uint32_t>(shown_to - start), columns_, kernel_, scratch.batch);
  scratch.batch.offset = start;
  return std::max<std::uint64_t>(start + next, to);
}

// Announces bytes in groups of chunks, one group ahead, so that asking for them costs little and is done when they are needed.
void ChunkReader::announce(std::uint32_t k) const {
  constexpr std::uint64_t group = 16 * std::uint64_t{csv::chunk_bytes};
  if (!will_read_ || k % 16 != 0) return;
  auto const from = first_ + std::uint64_t{k} * csv::chunk_bytes + (k == 0 ? 0 : group);
  auto const to = std::min<std::uint64_t>(bytes_.size(), first_ + std::uint64_t{k} * csv::chunk_bytes + 2 * group);
  if (from < to) will_read_(bytes_.data() + from, to - from);
}

// The plain case: the chunk is fetched with a little of what follows, so that its last line is whole. False when it is not plain
// (a very long line, any damage), and must be read where it lies.
bool ChunkReader::read_fetched(std::uint32_t k, ChunkScratch& scratch, Chunk& chunk) const {
  constexpr std::uint64_t more = 4u << 10;  // longer lines are rare, and every byte of this is copied twice
  if (!fetch_ || member_.padded) return false;
  auto const base = first_ + std::uint64_t{k} * csv::chunk_bytes;
  auto const begin = k == 0 ? base : base - 1;  // with the line feed that may stand right before it
  auto const end = std::min<std::uint64_t>(bytes_.size(), base + csv::chunk_bytes + more);
  scratch.window.resize(csv::chunk_bytes + more + 1 + csv::padding);
  if (!fetch_(bytes_.data() + begin, end - begin, scratch.window.data())) return false;
  std::string_view const text(scratch.window.data(), end - begin);
  auto const line_end = [&](std::uint64_t at) {
    auto const* found = at < text.size() ? std::memchr(text.data() + at, '\n', text.size() - at) : nullptr;
    return found == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<char const*>(found) - text.data()) + 1;
  };
  auto const from = k == 0 ? 0 : line_end(0);
  auto to = line_end(base + csv::chunk_bytes - 1 - begin);
  if (to == std::string_view::npos && end == bytes_.size()) to = text.size();
  if (from == std::string_view::npos || to == std::string_view::npos || from > to) return false;
  auto const next = csv::read_batch(text, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to), columns_, kernel_, scratch.batch);
  if (!scratch.batch.aside.empty()) return false;
  scratch.batch.offset = begin;
  chunk = {begin + from, begin + next};
  return true;
}

Chunk ChunkReader::read(std::uint32_t k, ChunkScratch& scratch) {
  auto const base = first_ + std::uint64_t{k} * csv::chunk_bytes, next_base = base + csv::chunk_bytes;
  Chunk chunk;
  bool known = read_fetched(k, scratch, chunk);
  if (!known) {
    announce(k);
    auto const guess = k == 0 ? first_ : near_line_after(base - 1), to = near_line_after(next_base - 1);
    known = guess != unknown && to != unknown && guess < to;
    if (known) chunk = {guess, read_from(guess, to, scratch)};
  }

  std::uint64_t before = first_ + 1;
  if (k > 0)
    for (int turns = 0; (before = ends_[k - 1].load(std::memory_order_acquire)) == 0; ++turns)
      if (turns > 2000) std::this_thread::yield();  // mostly it is a matter of microseconds
  if (!known || before - 1 > chunk.start) {
    // Where the chunk before ended is where this one starts. One line that fills many chunks is looked through once: by the chunk
    // that it starts in.
    chunk = {before - 1, before - 1};
    if (chunk.start < std::min<std::uint64_t>(next_base, bytes_.size())) {
      auto const to = near_line_after(next_base - 1);
      chunk.end = read_from(chunk.start, to == unknown ? line_after(next_base - 1) : to, scratch);
    } else csv::read_batch(bytes_.substr(0, 0), 0, 0, columns_, kernel_, scratch.batch);
  }
  ends_[k].store(chunk.end + 1, std::memory_order_release);
  auto const& batch = scratch.batch;
  chunk.records = batch.records;
  chunk.lines = batch.lines;
  for (auto const& aside : batch.aside) chunk.extra_lines += aside.lines - 1;
  return chunk;
}

void ChunkReader::read_again(Chunk const& chunk, ChunkScratch& scratch) const {
  // Its last record may reach behind the line it starts in; reading up to the same end gives the same records.
  read_from(chunk.start, chunk.end, scratch);
}

void for_places(TableData const& data, std::vector<csv::Place> const& places, csv::Kernel kernel,
                std::function<void(csv::Place, csv::Batch const&, std::uint32_t, csv::Aside const*)> const& f) {
  ChunkReader const reader(*data.member, data.first_record, static_cast<std::uint32_t>(data.layout.columns.size()), kernel, {});
  ChunkScratch scratch;
  std::uint32_t loaded = no_row;
  for (auto const place : places) {
    if (place.chunk() != loaded) {
      loaded = place.chunk();
      reader.read_again(data.chunks[loaded], scratch);
    }
    auto const& batch = scratch.batch;
    auto const end = batch.row_record.begin() + batch.rows;
    auto const at = std::lower_bound(batch.row_record.begin(), end, place.record());
    auto const row = at != end && *at == place.record() ? static_cast<std::uint32_t>(at - batch.row_record.begin()) : no_row;
    auto const aside =
        std::lower_bound(batch.aside.begin(), batch.aside.end(), place.record(), [](csv::Aside const& a, std::uint32_t r) { return a.record < r; });
    f(place, batch, row, aside != batch.aside.end() && aside->record == place.record() ? &*aside : nullptr);
  }
}

}  // namespace rollbook
