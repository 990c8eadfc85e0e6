// Inflates the files of an archive that was found to be harmless, on several threads.
#pragma once

#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "bundle/zip_directory.h"

namespace rollbook {

// One block per file, from malloc and not from a vector: gigabytes should not be written twice, once as zeros.
struct ZipArchive::Memory {
  struct Free {
    void operator()(char* block) const { std::free(block); }
  };
  using Block = std::unique_ptr<char, Free>;
  std::vector<Block> blocks;
};

// `packed` and the archive's entries are those of the directory, in its order. With problems, nothing remains inflated.
void inflate_files(ZipDirectory const& directory, std::vector<std::string_view> const& packed, unsigned workers, ZipHelp const& help, ZipArchive& archive);

}  // namespace rollbook
