#include "bundle/zip_inflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <system_error>
#include <utility>

#include "base/workers.h"
#include "bundle/zip_names.h"

namespace rollbook {
namespace {

constexpr std::size_t padding = 64;  // readers load 64 bytes at once and may look past the end
constexpr auto no_memory = "needs more memory than there is";

struct FreeInflator {
  void operator()(libdeflate_decompressor* inflator) const { libdeflate_free_decompressor(inflator); }
};

// What became of a file. A worker must not allocate, so it leaves this behind and text is made of it later.
enum class Outcome { NotBegun, Good, Damaged, TooLong, TooShort, LeftOver, WrongChecksum };

struct Job {
  ZipListing const* file = nullptr;
  std::string_view packed;
  char* out = nullptr;
  std::size_t size = 0;
  std::size_t eaten = 0, made = 0;  // of the packed bytes, into inflated ones
  Outcome outcome = Outcome::NotBegun;
};

Outcome inflate(Job& job, libdeflate_decompressor* inflator) {
  if (job.file->method == zip_stored) {
    if (job.size != 0) std::memcpy(job.out, job.packed.data(), job.size);
  } else if (!job.packed.empty()) {  // an empty file "deflated" to no bytes at all is not deflate, but some programs write it
    auto const result =
        libdeflate_deflate_decompress_ex(inflator, job.packed.data(), job.packed.size(), job.out, job.size, &job.eaten, &job.made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return Outcome::TooLong;
    if (result != LIBDEFLATE_SUCCESS) return Outcome::Damaged;
    if (job.made != job.size) return Outcome::TooShort;
    if (job.eaten != job.packed.size()) return Outcome::LeftOver;
  }
  if (libdeflate_crc32(0, job.out, job.size) != job.file->crc) return Outcome::WrongChecksum;
  std::memset(job.out + job.size, 0, padding);
  return Outcome::Good;
}

ZipProblem describe(Job const& job) {
  auto const problem = [&](ZipFault fault, std::string detail) { return ZipProblem{fault, shown_name(job.file->name), std::move(detail)}; };
  auto const says = "says " + std::to_string(job.size) + " bytes, holds ";
  switch (job.outcome) {
    case Outcome::Damaged: return problem(ZipFault::BadDeflate, "cannot be inflated, its data are damaged");
    case Outcome::TooLong: return problem(ZipFault::LyingHeader, says + "more");
    case Outcome::TooShort: return problem(ZipFault::LyingHeader, says + std::to_string(job.made));
    case Outcome::LeftOver:
      return problem(ZipFault::LyingHeader, "ends " + std::to_string(job.packed.size() - job.eaten) + " bytes before its compressed data do");
    case Outcome::WrongChecksum: return problem(ZipFault::BadChecksum, "does not have the checksum it says, its data are damaged");
    case Outcome::NotBegun:
    case Outcome::Good: break;
  }
  return problem(ZipFault::TooLarge, no_memory);
}

// One file that takes half of the time should not be the last one to begin.
void inflate_largest_first(std::vector<Job>& jobs, unsigned workers, ZipHelp const& help) {
  std::vector<Job*> order;
  for (auto& job : jobs) order.push_back(&job);
  std::ranges::stable_sort(order, std::greater{}, [](Job const* job) { return job->size; });

  std::atomic<std::size_t> next = 0;
  auto const work = [&](unsigned) {
    std::unique_ptr<libdeflate_decompressor, FreeInflator> const inflator(libdeflate_alloc_decompressor());
    if (!inflator) return;  // what no other worker does either stays "not begun"
    for (auto i = next++; i < order.size(); i = next++) {
      order[i]->outcome = inflate(*order[i], inflator.get());
      if (help.did_inflate) help.did_inflate(order[i]->packed.data(), order[i]->packed.size());
    }
  };
  try {
    run_workers(static_cast<unsigned>(std::min<std::size_t>(workers, order.size())), work);
  } catch (std::system_error const&) {
    work(0);  // no more threads to be had; what those that did start have left over is done here
  }
}

}  // namespace

void inflate_files(ZipDirectory const& directory, std::vector<std::string_view> const& packed, unsigned workers, ZipHelp const& help, ZipArchive& archive) {
  std::vector<Job> jobs(directory.files.size());
  auto memory = std::make_unique<ZipArchive::Memory>();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    auto& job = jobs[i];
    job.file = &directory.files[i];
    job.packed = packed[i];
    ZipArchive::Memory::Block block;
    if (job.file->size <= static_cast<std::size_t>(PTRDIFF_MAX) - padding) {
      job.size = static_cast<std::size_t>(job.file->size);
      block.reset(static_cast<char*>(std::malloc(job.size + padding)));
    }
    if (!block) {
      archive.problems.push_back({ZipFault::TooLarge, shown_name(job.file->name), no_memory});
      return;
    }
    job.out = block.get();
    if (help.will_fill != nullptr && job.size >= large_page) help.will_fill(job.out, job.size);
    memory->blocks.push_back(std::move(block));
  }

  inflate_largest_first(jobs, workers, help);

  for (auto const& job : jobs)
    if (job.outcome != Outcome::Good) archive.problems.push_back(describe(job));
  if (!archive.problems.empty()) return;

  for (std::size_t i = 0; i < jobs.size(); ++i) archive.entries[i].data = {jobs[i].out, jobs[i].size};
  archive.memory = std::move(memory);
}

}  // namespace rollbook
