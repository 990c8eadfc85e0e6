// Deliveries from disk: a zip, a folder or loose files become bytes. All that Rollbook knows of files is here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "bundle/bundle.h"
#include "roster/chunk_reader.h"

namespace rollbook::delivery {

struct Delivery {
  std::string name;  // as given, for headings
  std::vector<InputFile> files;
  std::vector<BundleSpot> problems;  // of the archive; nothing else can be said then
  bool zipped = false;
  std::vector<std::pair<std::string, std::string_view>> received;  // as they were handed over: path, bytes; of a zip the zip
  std::uint64_t bytes = 0;  // unpacked

  struct Held;
  std::shared_ptr<Held> held;  // owns mapped and inflated bytes
};

// Loads what was named: one zip, one folder, or CSV files. Files are mapped, not read; a zip's may still arrive.
Result<Delivery> load_delivery(std::vector<std::string> const& paths, unsigned workers);

// Loads a delivery that was kept: its files as they had been received, in memory.
Result<Delivery> load_received(std::string name, std::vector<std::pair<std::string, std::string>> files, bool zipped, unsigned workers);

// A zip is inflated while it is read: this waits for its end. False when it proves to be damaged: then `problems` say how, and what was
// read of it means nothing.
bool arrived_whole(Delivery& delivery);

// True as soon as that is certain.
bool failed(Delivery const& delivery);

// Copies mapped bytes by reading their file; for CheckOptions::fetch.
Fetch fetcher(Delivery const& delivery);

// Has mapped bytes brought into memory in one go; for CheckOptions::will_read.
void populate(char const* bytes, std::size_t size);

// Lets go of mapped bytes: they come back from their file when they are looked at again. For ZipHelp::did_inflate.
void let_go(char const* bytes, std::size_t size);

// Has memory backed by large pages where the system offers them; for CheckOptions::will_fill.
void use_large_pages(void* memory, std::size_t size);

}  // namespace rollbook::delivery
