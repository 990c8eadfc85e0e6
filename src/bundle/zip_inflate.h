// Inflates the files of an archive that was found to be harmless, on threads of its own, so that reading can begin meanwhile.
#pragma once

#include <cstdlib>
#include <deque>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "bundle/zip_directory.h"

struct inflate_state;

namespace rollbook {

class ZipArchive::Inflation {
 public:
  // `packed` are the bytes of the directory's files, in its order. Throws std::bad_alloc.
  Inflation(ZipDirectory const& directory, std::vector<std::string_view> const& packed, ZipHelp help);
  Inflation(Inflation const&) = delete;
  Inflation& operator=(Inflation const&) = delete;
  ~Inflation();  // leaves off what is not inflated yet

  void start(unsigned workers);
  void show(std::vector<ZipEntry>& entries) const;  // gives the entries, in the directory's order, their data and arrivals
  void finish(std::vector<ZipProblem>& problems);   // waits for all; what is wrong, in the directory's order
  bool failed() const { return failed_; }

 private:
  // What became of a file. A worker must not allocate, so it leaves this behind and text is made of it later.
  enum class Outcome : std::uint8_t { NotBegun, Good, Damaged, TooLong, TooShort, LeftOver, WrongChecksum };

  // From calloc and not from a vector: gigabytes should not be written twice, and what never arrives reads as zeros.
  struct Free {
    void operator()(char* block) const { std::free(block); }
  };

  struct Job {
    std::string_view name;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::string_view packed;
    std::unique_ptr<char, Free> out;
    std::size_t size = 0;
    std::size_t eaten = 0, made = 0;  // of the packed bytes, into inflated ones
    Outcome outcome = Outcome::NotBegun;
    Arrival arrival;
  };

  struct Worker;

  void work(Worker& worker, bool large_ones);
  Job* next(bool large_ones);
  Outcome inflate(Job& job, inflate_state& state);
  Outcome inflate_deflated(Job& job, inflate_state& state);
  Outcome copy_stored(Job& job);
  std::uint32_t arrived(Job& job, std::size_t more, std::uint32_t crc);
  void let_go(Job& job, std::size_t& kept_from, std::size_t up_to) const;
  static ZipProblem describe(Job const& job);

  ZipHelp help_;
  std::deque<Job> jobs_;              // an Arrival cannot move
  std::vector<Job*> by_size_;         // the largest first
  std::size_t first_ = 0, last_ = 0;  // of those not begun
  std::mutex order_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> failed_{false}, leave_off_{false};
  std::vector<std::jthread> threads_;  // the last member: joined while all others still live
};

}  // namespace rollbook
