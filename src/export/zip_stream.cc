#include "export/zip_stream.h"

#include <zlib.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/demand.h"

namespace rollbook {
namespace {

constexpr std::uint32_t most_in_32 = 0xffffffff;
constexpr std::size_t block_size = std::size_t{1} << 20, window = std::size_t{1} << 15;  // deflate looks back that far
constexpr std::uint16_t sizes_follow = 1U << 3, name_is_utf8 = 1U << 11, deflated = 8;
constexpr std::uint16_t always_day = (2026 - 1980) << 9 | 9 << 5 | 1;  // 2026-09-01, whenever it is written

// Numbers of a zip are little-endian.
class Fields {
 public:
  Fields& u16(std::uint64_t value) { return put(value, 2); }
  Fields& u32(std::uint64_t value) { return put(value, 4); }
  Fields& u64(std::uint64_t value) { return put(value, 8); }
  Fields& text(std::string_view value) { return bytes_ += value, *this; }
  std::string const& bytes() const { return bytes_; }

 private:
  Fields& put(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }
  std::string bytes_;
};

std::uint64_t in_32(std::uint64_t value) { return std::min<std::uint64_t>(value, most_in_32); }

}  // namespace

struct ZipStream::Block {
  std::string dictionary, bytes, packed;
  std::uint32_t crc = 0;
  bool last = false, done = false;
};

// Deflates blocks: at once, or on threads of its own.
class ZipStream::Packers {
 public:
  explicit Packers(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i)
      threads_.emplace_back([this] {
        Deflater deflater;
        while (auto* const block = next()) {
          deflater.pack(*block);
          std::lock_guard const lock(mutex_);
          block->done = true;
          changed_.notify_all();
        }
      });
  }
  Packers(Packers const&) = delete;
  ~Packers() {
    {
      std::lock_guard const lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
  }

  // Rows whose order must tell nothing come in bursts of about a dozen blocks (runs/export.cc holds them back); they are packed while the next burst is
  // gathered.
  std::size_t most_on_their_way() const { return threads_.empty() ? 0 : 2 * threads_.size() + 12; }
  void take(Block& block) {
    if (threads_.empty()) {
      here_.pack(block);
      block.done = true;
      return;
    }
    std::lock_guard const lock(mutex_);
    waiting_.push_back(&block);
    changed_.notify_all();
  }
  void wait_for(Block const& block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return block.done; });
  }

 private:
  struct Deflater {
    z_stream zlib{};
    Deflater() { demand(::deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK); }
    Deflater(Deflater const&) = delete;
    ~Deflater() { ::deflateEnd(&zlib); }

    void pack(Block& block) {
      auto const bytes = [](std::string const& text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); };  // zlib only reads there
      ::deflateReset(&zlib);
      if (!block.dictionary.empty()) ::deflateSetDictionary(&zlib, bytes(block.dictionary), static_cast<uInt>(block.dictionary.size()));
      block.crc = static_cast<std::uint32_t>(::crc32(::crc32(0, nullptr, 0), bytes(block.bytes), static_cast<uInt>(block.bytes.size())));
      zlib.next_in = bytes(block.bytes);
      zlib.avail_in = static_cast<uInt>(block.bytes.size());
      std::size_t made = 0;
      do {
        // Never as large as it happens to be: a marker is written twice when it ends just there, and bytes must not depend on which block is used again.
        block.packed.resize(made + block.bytes.size() / 4 + 1024);
        zlib.next_out = bytes(block.packed) + made;
        zlib.avail_out = static_cast<uInt>(block.packed.size() - made);
        ::deflate(&zlib, block.last ? Z_FINISH : Z_SYNC_FLUSH);
        made = block.packed.size() - zlib.avail_out;
      } while (zlib.avail_out == 0);
      block.packed.resize(made);
    }
  };

  Block* next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return over_ || !waiting_.empty(); });
    if (over_) return nullptr;
    auto* const block = waiting_.front();
    waiting_.pop_front();
    return block;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block*> waiting_;
  bool over_ = false;
  Deflater here_;
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

ZipStream::ZipStream(std::function<void(std::string_view)> out, unsigned packers)
    : out_(std::move(out)), packers_wanted_(packers), packers_(std::make_unique<Packers>(0)), filling_(std::make_unique<Block>()) {}

ZipStream::~ZipStream() { packers_.reset(); }  // before the blocks that they have in hand

void ZipStream::put(std::string_view bytes) {
  written_ += bytes.size();
  out_(bytes);
}

void ZipStream::begin(std::string_view file) {
  entries_.push_back({std::string(file), written_, 0, 0, static_cast<std::uint32_t>(::crc32(0, nullptr, 0))});
  filling_->bytes.reserve(block_size);
  put(Fields()
          .u32(0x04034b50)
          .u16(20)
          .u16(sizes_follow | name_is_utf8)
          .u16(deflated)
          .u16(0)
          .u16(always_day)
          .u32(0)
          .u32(0)
          .u32(0)
          .u16(file.size())
          .u16(0)
          .text(file)
          .bytes());
}

// What was filled goes to be packed; the oldest comes back when there are enough.
void ZipStream::pack(bool last) {
  bool const alone = last && on_their_way_.empty();
  if (!alone && packers_wanted_ > 1 && packers_->most_on_their_way() == 0) packers_ = std::make_unique<Packers>(packers_wanted_);
  auto following = fresh_block();
  if (!last) {
    following->dictionary.assign(filling_->bytes, filling_->bytes.size() - window);
    following->bytes.reserve(block_size);
  }
  filling_->last = last;
  on_their_way_.push_back(std::exchange(filling_, std::move(following)));
  packers_->take(*on_their_way_.back());
  while (!on_their_way_.empty() && (last || on_their_way_.size() > packers_->most_on_their_way())) take_oldest();
}

void ZipStream::take_oldest() {
  auto block = std::move(on_their_way_.front());
  on_their_way_.pop_front();
  packers_->wait_for(*block);
  auto& entry = entries_.back();
  entry.crc = static_cast<std::uint32_t>(::crc32_combine(entry.crc, block->crc, static_cast<z_off_t>(block->bytes.size())));
  entry.size += block->bytes.size();
  entry.packed += block->packed.size();
  put(block->packed);
  spare_.push_back(std::move(block));
}

// Blocks are filled again and again: memory that is given back and asked for anew has to be cleared by the system each time.
std::unique_ptr<ZipStream::Block> ZipStream::fresh_block() {
  if (spare_.empty()) return std::make_unique<Block>();
  auto block = std::move(spare_.back());
  spare_.pop_back();
  block->dictionary.clear();
  block->bytes.clear();
  block->last = block->done = false;
  return block;
}

void ZipStream::write(std::string_view piece) {
  while (!piece.empty()) {
    if (filling_->bytes.size() == block_size) pack(false);
    auto const part = piece.substr(0, block_size - filling_->bytes.size());
    filling_->bytes += part;
    piece.remove_prefix(part.size());
  }
}

void ZipStream::end() {
  pack(true);
  auto const& entry = entries_.back();
  Fields sizes;
  sizes.u32(0x08074b50).u32(entry.crc);
  if (std::max(entry.size, entry.packed) >= most_in_32) sizes.u64(entry.packed).u64(entry.size);
  else sizes.u32(entry.packed).u32(entry.size);
  put(sizes.bytes());
}

void ZipStream::finish() {
  auto const start = written_;
  for (auto const& entry : entries_) {
    bool const large = std::max({entry.size, entry.packed, entry.start}) >= most_in_32;
    Fields more;
    if (large) more.u16(1).u16(24).u64(entry.size).u64(entry.packed).u64(entry.start);
    auto const in = [&](std::uint64_t value) { return large ? most_in_32 : value; };
    put(Fields()
            .u32(0x02014b50)
            .u16(large ? 45 : 20)
            .u16(large ? 45 : 20)
            .u16(sizes_follow | name_is_utf8)
            .u16(deflated)
            .u16(0)
            .u16(always_day)
            .u32(entry.crc)
            .u32(in(entry.packed))
            .u32(in(entry.size))
            .u16(entry.name.size())
            .u16(more.bytes().size())
            .u16(0)
            .u16(0)
            .u16(0)
            .u32(0)
            .u32(in(entry.start))
            .text(entry.name)
            .text(more.bytes())
            .bytes());
  }
  auto const size = written_ - start;
  if (start >= most_in_32) {
    auto const at = written_;
    put(Fields()
            .u32(0x06064b50)
            .u64(44)
            .u16(45)
            .u16(45)
            .u32(0)
            .u32(0)
            .u64(entries_.size())
            .u64(entries_.size())
            .u64(size)
            .u64(start)
            .u32(0x07064b50)
            .u32(0)
            .u64(at)
            .u32(1)
            .bytes());
  }
  put(Fields().u32(0x06054b50).u16(0).u16(0).u16(entries_.size()).u16(entries_.size()).u32(in_32(size)).u32(in_32(start)).u16(0).bytes());
}

}  // namespace rollbook
