#include "bundle/zip_inflate.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "base/demand.h"
#include "bundle/zip_names.h"
#include "bundle/zip_part.h"

namespace rollbook {
namespace {

constexpr std::size_t padding = 64;                    // readers load 64 bytes at once and may look past the end
constexpr std::size_t piece = std::size_t{256} << 10;  // inflated at a time: its checksum is taken while it is in the cache
constexpr std::size_t let_go_every = std::size_t{4} << 20;
constexpr auto no_memory = "needs more memory than there is";

}  // namespace

struct ZipArchive::Inflation::Worker {
  inflate_state state;
};

ZipArchive::Inflation::Inflation(ZipDirectory const& directory, std::vector<std::string_view> const& packed, ZipHelp help) : help_(std::move(help)) {
  for (std::size_t i = 0; i < packed.size(); ++i) {
    auto const& file = directory.files[i];
    auto& job = jobs_.emplace_back();
    job.name = file.name;
    job.method = file.method;
    job.crc = file.crc;
    job.packed = packed[i];
    if (file.size > static_cast<std::size_t>(PTRDIFF_MAX) - padding) throw std::bad_alloc();
    job.size = static_cast<std::size_t>(file.size);
    job.out.reset(static_cast<char*>(std::calloc(job.size + padding, 1)));
    if (!job.out) throw std::bad_alloc();
    if (help_.will_fill != nullptr && job.size >= large_page) help_.will_fill(job.out.get(), job.size);
    by_size_.push_back(&job);
  }
  std::ranges::stable_sort(by_size_, std::greater{}, [](Job const* job) { return job->size; });
  last_ = by_size_.size();
}

ZipArchive::Inflation::~Inflation() { leave_off_ = true; }  // and the threads are joined

// Half of the workers take the largest file that is left, so that no large one begins last; the others the smallest, because
// readers want organizations before people and people before enrollments.
void ZipArchive::Inflation::start(unsigned workers) {
  auto const count = std::max<std::size_t>(1, std::min<std::size_t>(workers, jobs_.size()));
  for (std::size_t w = 0; w < count; ++w) workers_.push_back(std::make_unique<Worker>());
  threads_.reserve(count);
  try {
    for (std::size_t w = 0; w < count; ++w) threads_.emplace_back([this, w] { work(*workers_[w], w % 2 == 1); });
  } catch (std::system_error const&) {
    if (threads_.empty()) work(*workers_[0], false);  // no threads to be had: the files are there when we return
  }
}

ZipArchive::Inflation::Job* ZipArchive::Inflation::next(bool large_ones) {
  std::lock_guard const lock(order_);
  if (first_ == last_) return nullptr;
  return large_ones ? by_size_[first_++] : by_size_[--last_];
}

void ZipArchive::Inflation::work(Worker& worker, bool large_ones) {
  while (auto* const job = next(large_ones)) {
    if (!leave_off_) job->outcome = inflate(*job, worker.state);
    if (job->outcome != Outcome::Good) failed_ = true;
    job->arrival.reach(job->size);  // also when it did not: nobody may wait for ever, and `failed` says what it is worth
  }
}

ZipArchive::Inflation::Outcome ZipArchive::Inflation::inflate(Job& job, inflate_state& state) {
  if (job.method == zip_stored) return copy_stored(job);
  if (!job.packed.empty()) return inflate_deflated(job, state);
  // An empty file "deflated" to no bytes at all is not deflate, but some programs write it.
  return job.size == 0 && job.crc == 0 ? Outcome::Good : Outcome::WrongChecksum;
}

ZipArchive::Inflation::Outcome ZipArchive::Inflation::copy_stored(Job& job) {
  std::uint32_t crc = 0;
  std::size_t kept_from = 0;
  while (job.made < job.size && !leave_off_) {
    auto const more = std::min(piece, job.size - job.made);
    std::memcpy(job.out.get() + job.made, job.packed.data() + job.made, more);
    crc = arrived(job, more, crc);
    let_go(job, kept_from, job.made);
  }
  return crc == job.crc ? Outcome::Good : Outcome::WrongChecksum;
}

ZipArchive::Inflation::Outcome ZipArchive::Inflation::inflate_deflated(Job& job, inflate_state& state) {
  demand(job.packed.size() <= most_deflated);
  // All of the input at once: ISA-L up to 2.32.0 copies the header of a block that goes over two inputs without looking at its
  // length. Given everything, it can only find that the input stops in a header, and what it copies then stays within its state.
  isal_inflate_init(&state);
  state.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(job.packed.data()));  // it reads only
  state.avail_in = static_cast<std::uint32_t>(job.packed.size());
  std::uint32_t crc = 0;
  std::size_t kept_from = 0;
  while (!leave_off_) {
    auto const room = std::min(piece, job.size + 1 - job.made);  // one byte more tells that there is more than was said
    state.next_out = reinterpret_cast<unsigned char*>(job.out.get() + job.made);
    state.avail_out = static_cast<std::uint32_t>(room);
    if (isal_inflate(&state) != ISAL_DECOMP_OK) return Outcome::Damaged;
    auto const more = room - state.avail_out;
    if (job.made + more > job.size) return Outcome::TooLong;
    crc = arrived(job, more, crc);
    // What stands in the bit buffer was taken from the input but not used.
    job.eaten = job.packed.size() - state.avail_in - static_cast<std::size_t>(std::max(0, state.read_in_length)) / 8;
    let_go(job, kept_from, job.eaten);
    if (state.block_state == ISAL_BLOCK_FINISH && state.avail_out > 0) {
      if (job.made != job.size) return Outcome::TooShort;
      if (job.eaten != job.packed.size()) return Outcome::LeftOver;
      return crc == job.crc ? Outcome::Good : Outcome::WrongChecksum;
    }
    if (more == 0) return Outcome::Damaged;  // it stops in the middle; ISA-L would say "good, go on" for ever
  }
  return Outcome::NotBegun;
}

// The checksum goes on over bytes that were just written, then readers may have them.
std::uint32_t ZipArchive::Inflation::arrived(Job& job, std::size_t more, std::uint32_t crc) {
  crc = crc32_gzip_refl(crc, reinterpret_cast<unsigned char const*>(job.out.get() + job.made), more);
  job.made += more;
  if (job.made < job.size) job.arrival.reach(job.made);  // the end is told when it is known to be good
  return crc;
}

void ZipArchive::Inflation::let_go(Job& job, std::size_t& kept_from, std::size_t up_to) const {
  if (!help_.did_inflate || (up_to - kept_from < let_go_every && up_to != job.packed.size())) return;
  help_.did_inflate(job.packed.data() + kept_from, up_to - kept_from);
  kept_from = up_to;
}

void ZipArchive::Inflation::show(std::vector<ZipEntry>& entries) const {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    entries[i].data = {jobs_[i].out.get(), jobs_[i].size};
    entries[i].arrival = &jobs_[i].arrival;
  }
}

void ZipArchive::Inflation::finish(std::vector<ZipProblem>& problems) {
  threads_.clear();
  for (auto const& job : jobs_)
    if (job.outcome != Outcome::Good) problems.push_back(describe(job));
}

ZipProblem ZipArchive::Inflation::describe(Job const& job) {
  auto const problem = [&](ZipFault fault, std::string detail) { return ZipProblem{fault, shown_name(job.name), std::move(detail)}; };
  auto const says = "says " + std::to_string(job.size) + " bytes, holds ";
  switch (job.outcome) {
    case Outcome::Damaged:
      return problem(ZipFault::BadDeflate, "cannot be inflated, its data are damaged");
    case Outcome::TooLong:
      return problem(ZipFault::LyingHeader, says + "more");
    case Outcome::TooShort:
      return problem(ZipFault::LyingHeader, says + std::to_string(job.made));
    case Outcome::LeftOver:
      return problem(ZipFault::LyingHeader, "ends " + std::to_string(job.packed.size() - job.eaten) + " bytes before its compressed data do");
    case Outcome::WrongChecksum:
      return problem(ZipFault::BadChecksum, "does not have the checksum it says, its data are damaged");
    case Outcome::NotBegun:
    case Outcome::Good:
      break;
  }
  return problem(ZipFault::TooLarge, no_memory);
}

bool read_part(ZipParts::Part const& part, std::function<bool(std::string_view piece)> const& take) {
  if (part.method == zip_stored) {
    for (auto rest = part.packed; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
      if (!take(rest.substr(0, piece))) return true;
    return true;
  }
  if (part.packed.empty()) return true;
  demand(part.packed.size() <= most_deflated);
  auto const state = std::make_unique<inflate_state>();  // all of the input at once: see inflate_deflated
  isal_inflate_init(state.get());
  state->next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(part.packed.data()));  // it reads only
  state->avail_in = static_cast<std::uint32_t>(part.packed.size());
  std::string out(piece, '\0');
  for (;;) {
    state->next_out = reinterpret_cast<unsigned char*>(out.data());
    state->avail_out = static_cast<std::uint32_t>(out.size());
    if (isal_inflate(state.get()) != ISAL_DECOMP_OK) return false;
    auto const more = out.size() - state->avail_out;
    if (more > 0 && !take(std::string_view(out).substr(0, more))) return true;
    if (state->block_state == ISAL_BLOCK_FINISH && state->avail_out > 0) return true;
    if (more == 0) return false;
  }
}

}  // namespace rollbook
