#include "runs/worker.h"

#include <unistd.h>

#include <atomic>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/text.h"

namespace rollbook::runs {
namespace {

// The start of a process, in the kernel's ticks: a number is given again, but not with the same start. 0: there is none.
std::uint64_t start_of(long pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  auto const end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream words(text.substr(end + 2));
  std::string word;
  for (int i = 0; i < 20; ++i) words >> word;  // field 22
  if (text.substr(end + 2, 1) == "Z") return 0;
  return std::strtoull(word.c_str(), nullptr, 10);
}

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace

bool is_dead(std::string const& worker) {
  auto const parts = split(worker, ' ');
  if (parts.size() < 3 || parts[0] != host_name()) return false;
  auto const pid = std::strtol(parts[1].c_str(), nullptr, 10);
  return start_of(pid) != std::strtoull(parts[2].c_str(), nullptr, 10);
}

store::Worker worker_of(Hub const& hub) { return {hub.worker, std::time(nullptr)}; }

std::string name_of_this_worker() {
  static std::atomic<int> number = 0;
  auto const pid = static_cast<long>(::getpid());
  return host_name() + " " + std::to_string(pid) + " " + std::to_string(start_of(pid)) + " " + std::to_string(++number);
}

}  // namespace rollbook::runs
