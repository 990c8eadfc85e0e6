#include "report/docs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "report/fill.h"
#include "rules/catalogue.h"
#include "rules/cells/cell_rules.h"
#include "rules/package/header_rules.h"
#include "rules/package/package_rules.h"
#include "rules/requirements.h"

namespace rollbook {
namespace {

namespace fs = std::filesystem;

fs::path const docs_folder = fs::path(ROLLBOOK_SOURCE_DIR) / "docs";

std::string content_of(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::set<std::string> ids_of(RuleInfo const& info) {
  std::set<std::string> ids;
  for_requirements(info.checks, [&](std::string_view id) { ids.emplace(id); });
  return ids;
}

TEST(Docs, AreFresh) {
  for (auto const& [path, page] : write_docs()) EXPECT_TRUE(content_of(docs_folder / path) == page) << "docs/" << path << " is stale: run ./dev docs";
}

TEST(Docs, HaveNoPageOfSomethingThatIsGone) {
  auto const pages = write_docs();
  for (std::string const part : {"rules", "tables"})
    for (auto const& entry : fs::directory_iterator(docs_folder / part)) {
      auto const path = part + "/" + entry.path().filename().string();
      EXPECT_TRUE(pages.contains(path)) << "docs/" << path << " is no longer written: run ./dev docs, or put it elsewhere";
    }
}

TEST(Docs, ListEveryRule) {
  auto const page = write_docs().at("rules/README.md");
  for (auto const& rule : all_rules())
    EXPECT_NE(page.find("[" + std::string(rule.info->code) + "]"), std::string::npos) << rule.info->code << " has letters that no family in report/docs.cc has";
}

TEST(Docs, LinksLeadSomewhere) {
  auto const pages = write_docs();
  auto const has_anchor = [](std::string const& page, std::string const& anchor) {
    if (page.find("<a id=\"" + anchor + "\">") != std::string::npos) return true;
    for (std::size_t at = 0; (at = page.find("\n#", at)) != std::string::npos; ++at) {
      auto heading = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
      heading.erase(0, heading.find_first_not_of("# "));
      for (auto& c : heading) c = c == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (heading == anchor) return true;
    }
    return false;
  };
  for (auto const& [path, page] : pages)
    for (std::size_t at = 0; (at = page.find("](", at)) != std::string::npos; ++at) {
      auto const target = page.substr(at + 2, page.find(')', at) - at - 2);
      auto const hash = std::min(target.find('#'), target.size());
      auto const file = hash == 0 ? path : (fs::path(path).parent_path() / target.substr(0, hash)).lexically_normal().generic_string();
      ASSERT_TRUE(pages.contains(file)) << path << " links to " << target;
      if (hash < target.size()) {
        EXPECT_TRUE(has_anchor(pages.at(file), target.substr(hash + 1))) << path << " links to " << target;
      }
    }
}

TEST(Requirements, AreEachNamedByARuleOrSayWhyNot) {
  std::set<std::string> named;
  for (auto const& rule : all_rules()) named.merge(ids_of(*rule.info));
  for (auto const& requirement : requirements)
    EXPECT_TRUE(named.contains(std::string(requirement.id)) || !requirement.unchecked.empty())
        << requirement.id << " (" << requirement.text << ") is named by no rule: name it in `checks`, or say in rules/requirements.h why nothing checks it";
}

TEST(Requirements, ThatARuleNamesExist) {
  for (auto const& rule : all_rules()) {
    std::size_t count = 0;
    for_requirements(rule.info->checks, [&](std::string_view id) {
      ++count;
      EXPECT_LT(requirement_index(id), std::size(requirements)) << rule.info->code << " names \"" << id << "\"";
    });
    EXPECT_EQ(count, ids_of(*rule.info).size()) << rule.info->code << " names a requirement twice";
  }
}

// What report/render.cc can put in: for findings of the package, and for those of rows, where the columns of the table join in.
std::set<std::string> const package_words = {"file", "column", "value", "detail", "oneroster", "suggestion"};
std::set<std::string> const row_words = {"column",     "value",       "file",  "one",  "cells", "columns", "oneroster", "target",
                                         "target_one", "target_type", "words", "word", "lower", "trimmed", "detail"};

void expect_known(RuleInfo const& info, std::set<std::string> const& known, Table const* table) {
  for (auto const text : {info.message, info.why, info.fix})
    fill(text, [&](std::string_view name) {
      EXPECT_TRUE(known.contains(std::string(name)) || (table != nullptr && field_index(*table, name) != npos))
          << info.code << " has {" << name << "}: \"" << text << "\"";
      return std::string();
    });
}

TEST(Rules, HaveNoPlaceholderThatNobodyFills) {
  std::set<std::string_view> of_packages;
  for (auto const& rule : package_rules) of_packages.insert(rule.info.code);
  for (auto const& rule : header_rules) of_packages.insert(rule.info.code);
  for (auto const& rule : all_rules()) expect_known(*rule.info, of_packages.contains(rule.info->code) ? package_words : row_words, rule.table);
}

TEST(Rules, SayWhatAndWhyAndHowToFixIt) {
  for (auto const& rule : all_rules())
    for (auto const text : {rule.info->message, rule.info->why, rule.info->fix}) {
      ASSERT_FALSE(text.empty()) << rule.info->code;
      EXPECT_TRUE(text.ends_with('.') || text.ends_with("{suggestion}")) << rule.info->code << ": \"" << text << "\"";
    }
}

}  // namespace
}  // namespace rollbook
