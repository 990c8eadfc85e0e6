#include "web/templates.h"

#include <gtest/gtest.h>

#include <regex>

#include "web/model.h"

namespace rollbook::web {
namespace {

// What the policy of the portal forbids a browser, and what would let text become HTML, stands in no template.
TEST(Templates, NoneOfThemLetsTextBecomeHtml) {
  Templates const templates;
  std::regex const forbidden(R"(\{\{\{|\{\{\s*&|\{\{=|\sstyle\s*=|\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|<style|javascript:|(src|href)="(https?:)?//)");
  auto const names = Templates::names();
  EXPECT_GT(names.size(), 20u);
  for (auto const& name : names) {
    auto const text = templates.flat(name);
    if (name == "frame.html" || name == "fragment.html") continue;  // they want a page
    ASSERT_TRUE(text.ok()) << text.trouble().text;
    std::smatch found;
    EXPECT_FALSE(std::regex_search(*text, found, forbidden)) << name << ": " << found[0];
  }
}

// What the head of a page wants to know.
Model frame() { return {{"frame", Model{{"title", "T"}, {"has_crumbs", false}, {"action", false}, {"said", ""}, {"schools", false}}}}; }

TEST(Templates, ANameThatNoModelHasIsTroubleWhereOneIsStrict) {
  auto const strict = Templates("", true).render("nowhere", {}, frame(), false);
  ASSERT_FALSE(strict.ok());
  EXPECT_NE(strict.trouble().text.find("nowhere"), std::string::npos);
  EXPECT_TRUE(Templates("", false).render("nowhere", {}, frame(), false).ok());
}

TEST(Templates, AnEmptyTextIsNothingAndZeroIsANumber) {
  Model model;
  model["empty"] = false;
  auto const page = Templates("", true).render("nowhere", model, frame(), false);
  ASSERT_TRUE(page.ok()) << page.trouble().text;
  EXPECT_EQ(page->find("empty-state"), std::string::npos);
}

TEST(Models, BecomeJsonAsTheyWereSet) {
  Model model{{"b", 1}, {"a", "x\"<"}, {"list", Model(Model::List())}, {"nothing", Model()}, {"yes", true}};
  model["list"].add(Model{{"n", std::int64_t{-5}}});
  EXPECT_EQ(to_json(model), R"({"b":1,"a":"x\"<","list":[{"n":-5}],"nothing":null,"yes":true})");
}

}  // namespace
}  // namespace rollbook::web
