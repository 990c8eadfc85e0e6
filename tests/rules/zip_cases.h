// The archives that a ```zip block of a case names: the files of the section, packed with one thing done to them.
#pragma once

#include <functional>
#include <map>

#include "bundle/zip_builder.h"
#include "in_memory.h"

namespace rollbook::test {

inline std::string archive(std::string const& what, Files const& files) {
  ZipBuilder zip;
  for (auto const& [name, text] : files) zip.deflate(name, text);
  auto& first = zip.files.front();
  bool cut = false;

  std::map<std::string, std::function<void()>> const deeds = {
      {"honest", [] {}},
      {"stored",
       [&] {
         zip.files.clear();
         for (auto const& [name, text] : files) zip.stored(name, text);
       }},
      {"streamed",
       [&] {
         zip.files.clear();
         for (auto const& [name, text] : files) zip.streamed(name, text);
       }},
      {"text", [&] { zip.files.clear(); }},
      {"cut-off", [&] { cut = true; }},
      {"traversal", [&] { zip.stored("../../etc/passwd", "x"); }},
      {"absolute", [&] { zip.stored("/etc/passwd", "x"); }},
      {"link",
       [&] {
         auto& link = zip.stored("users.txt", "/etc/passwd").listed;
         link.made_by = 3 << 8, link.attributes = 0120777u << 16;
       }},
      {"twice", [&] { zip.deflate(first.listed.name, "other"); }},
      {"two-names", [&] { first.local.name[0] = 'X'; }},
      {"overlap",
       [&] {
         auto& shared = zip.files.emplace_back(first);
         shared.listed.name = "users2.csv", shared.only_listed = true, shared.listed.offset = 0;
       }},
      {"encrypted", [&] { first.both([](ZipBuilder::Header& header) { header.flags |= 1; }); }},
      {"bzip2", [&] { first.both([](ZipBuilder::Header& header) { header.method = 12; }); }},
      {"bomb", [&] { zip.deflate("zeros.csv", std::string(std::size_t{200} << 20, '0')); }},
      {"crowd",
       [&] {
         for (int i = 0; i < 100; ++i) zip.stored("file" + std::to_string(i) + ".csv", "x");
       }},
      {"damaged", [&] { first.both([](ZipBuilder::Header& header) { header.crc ^= 1; }); }},
  };
  deeds.at(what)();
  if (what == "text") return "propertyName,value\n";
  auto bytes = zip.build();
  if (cut) bytes.resize(bytes.size() / 2);
  return bytes;
}

}  // namespace rollbook::test
