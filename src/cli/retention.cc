// rollbook retention: for how long a district keeps what is old, what would go, and letting it go now.
#include "runs/retention.h"

#include <charconv>

#include "base/json_writer.h"
#include "cli/in_hub.h"
#include "report/words.h"

namespace rollbook::cli {
namespace {

using store::Kept;

struct Term {
  Kept what = Kept::Deliveries;
  std::optional<std::int64_t> days;  // none: for ever
};

// leavers=365, or leavers=ever.
std::optional<Term> term_of(std::string const& text) {
  auto const at = text.find('=');
  auto const name = text.substr(0, at), value = at == std::string::npos ? "" : text.substr(at + 1);
  for (auto const what : store::all_kept) {
    if (store::name_of(what) != name) continue;
    if (value == "ever") return Term{what, std::nullopt};
    std::int64_t days = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), days);
    if (value.empty() || error != std::errc() || end != value.data() + value.size()) return std::nullopt;
    return Term{what, days};
  }
  return std::nullopt;
}

std::string in_words(runs::LetGo const& one, bool gone) {
  std::string text = "  " + std::string(store::name_of(one.what)) + " from before " + one.before + ": ";
  if (one.what == Kept::Leavers)
    return text + counted(one.entries, "person", "people") + ", with " + counted(one.parts, "record") + " about them; " + counted(one.runs, "run") +
           (gone ? " can no longer be undone\n" : " could then no longer be undone\n");
  text += one.what == Kept::Deliveries ? counted(one.entries, "file") : counted(one.entries, "finding and part of a list", "findings and parts of lists");
  return text + " of " + counted(one.runs, "run") + "\n";
}

void write(JsonWriter& json, runs::LetGo const& one) {
  json.begin_object()
      .field("what", store::name_of(one.what))
      .field("before", one.before)
      .field("entries", one.entries)
      .field("parts", one.parts)
      .field("bytes", one.bytes)
      .field("runs", one.runs)
      .end_object();
}

}  // namespace

int run_retention(HubArguments const& arguments, RunArguments const& given, std::vector<std::string> const& keep) {
  std::vector<Term> terms;
  for (auto const& text : keep) {
    auto const term = term_of(text);
    if (!term) return complain("--keep wants deliveries, findings or leavers, and days or \"ever\", like leavers=365; not \"" + text + "\".");
    terms.push_back(*term);
  }
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto& operations = hub.home.operations();
    auto const wanted = [&](Kept what) {
      for (auto const& term : terms)
        if (term.what == what) return term.days;
      return store::days_kept(operations, district.id, what);
    };
    std::vector<runs::LetGo> all;
    if (given.dry_run) {
      for (auto const what : store::all_kept) {
        auto const days = store::days_with_leavers(what, wanted(what), wanted(Kept::Leavers));
        if (!days) continue;
        if (*days < store::least_days) return say_why("Keep them for " + std::to_string(store::least_days) + " days or more.");
        auto would = runs::would_go(hub, district, what, *days);
        if (!would) return say_why(would.trouble().text);
        all.push_back(std::move(*would));
      }
    } else {
      for (auto const& term : terms)
        if (auto const trouble = store::set_days_kept(operations, district, term.what, term.days, hub.actor)) return say_why(trouble->text);
      auto gone = runs::let_go_what_is_old(hub, district, true);
      if (!gone) return say_why(gone.trouble().text);
      all = std::move(*gone);
    }
    std::string out;
    if (arguments.format == "json") {
      JsonWriter json(out);
      json.begin_object().field("district", district.name).field("dryRun", given.dry_run).key("keep").begin_object();
      for (auto const what : store::all_kept) json.field(store::name_of(what), wanted(what));
      json.end_object().key("gone").begin_array();
      for (auto const& one : all) write(json, one);
      json.end_array().end_object();
      out += '\n';
    } else {
      out = district.name + " keeps";
      for (auto const what : store::all_kept) {
        auto const days = wanted(what);
        out +=
            (what == Kept::Deliveries ? " " : ", ") + std::string(store::name_of(what)) + " " + (days ? "for " + std::to_string(*days) + " days" : "for ever");
      }
      out += all.empty() ? ". Nothing is older.\n" : given.dry_run ? ". This would go:\n" : ". This has gone:\n";
      for (auto const& one : all) out += in_words(one, !given.dry_run);
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    return exit_fine;
  });
}

}  // namespace rollbook::cli
