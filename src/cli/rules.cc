// rollbook rules, rollbook explain: what can be wrong with a delivery, in words.
#include <cstdio>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "report/docs.h"
#include "rules/catalogue.h"
#include "rules/profile.h"

namespace rollbook::cli {
namespace {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

int run_rules(RulesArguments const& arguments) {
  if (arguments.format == "json") {
    std::string out = "[\n";
    bool first = true;
    for (auto const& rule : all_rules()) {
      auto const& info = *rule.info;
      out += first ? "" : ",\n";
      first = false;
      std::string_view const keys[] = {"code", "name", "severity", "strict", "message", "why", "fix", "since"};
      std::string_view const values[] = {info.code, info.name, name_of(info.severity), name_of(info.strict), info.message, info.why, info.fix, info.since};
      out += "{";
      for (std::size_t i = 0; i < std::size(keys); ++i) {
        if (i > 0) out += ",";
        append_json_string(out, keys[i]);
        out += ":";
        append_json_string(out, values[i]);
      }
      out += "}";
    }
    print(out + "\n]\n");
    return exit_fine;
  }
  for (auto const& rule : all_rules())
    std::printf("%-7s %-8s %s\n", std::string(rule.info->code).c_str(), std::string(name_of(rule.info->severity)).c_str(),
                std::string(rule.info->name).c_str());
  return exit_fine;
}

int run_explain(std::string const& code) {
  std::string upper = code;
  for (auto& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  auto id = rule_by_code(upper);
  for (RuleId i = 0; id == no_rule && i < all_rules().size(); ++i)
    if (all_rules()[i].info->name == code) id = i;
  if (id == no_rule) return say_why("There is no rule \"" + code + "\". \"rollbook rules\" lists them.");
  auto const& info = *all_rules()[id].info;
  print(std::string(info.code) + " " + std::string(info.name) + "\n\n");
  auto const words = [](std::string_view text) { return in_words(text, "<", ">"); };
  print("What   " + words(info.message) + "\nWhy    " + words(info.why) + "\nFix    " + words(info.fix) + "\n\nLevel  ");
  bool first = true;
  for (auto const& profile : all_profiles()) {
    print((first ? "" : ", ") + std::string(name_of(Levels(profile).of(id))) + " under " + std::string(profile.name));
    first = false;
  }
  print("\nSince  " + std::string(info.since) + "\n");
  return exit_fine;
}

}  // namespace rollbook::cli
