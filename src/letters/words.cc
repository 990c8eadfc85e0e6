#include "letters/words.h"

#include <cstdlib>

#include "report/words.h"
#include "rules/catalogue.h"
#include "views/local_time.h"

namespace rollbook::letters {
namespace {

using store::EventKind;

constexpr std::string_view the_reminder =
    "Please never send rosters by e-mail or in shared sheets. Bring them to Rollbook by Upload, or as the settings of the source say.";

struct Said {
  EventKind kind;
  KindWords words;
};
constexpr Said kinds[] = {
    {EventKind::Applied, {"Applied", "A delivery was applied."}},
    {EventKind::AppliedWithWarnings, {"Applied with warnings", "A delivery was applied, and something in it should be looked at."}},
    {EventKind::Held, {"Held", "A delivery waits for somebody to decide."}},
    {EventKind::Refused, {"Refused", "A delivery was refused. Nothing was changed."}},
    {EventKind::Failed, {"Failed", "A run could not be done. Nothing was changed."}},
    {EventKind::DeliveryIncomplete, {"Delivery incomplete", "A delivery has stopped half-way and was not taken."}},
    {EventKind::NothingArrived, {"Nothing arrived", "A source that should have delivered has not."}},
    {EventKind::AccountBanned, {"Account banned", "An address was shut out after repeated failures to sign in."}},
    {EventKind::HostKey, {"New host key", "The key by which senders know this server is going to change."}},
    {EventKind::Digest, {"Digest of each day", "In the morning, what the day before has brought, in one letter."}},
};

std::uint64_t number(store::Facts const& facts, std::string_view name) { return std::strtoull(store::fact(facts, name).c_str(), nullptr, 10); }

// Why a run waits, of the words that its answer has; shorter than on the page, which tells more.
std::string cause_in_words(std::string_view because) {
  constexpr std::pair<std::string_view, std::string_view> all[] = {
      {"guard", "More would change than may change without a decision."},
      {"anomaly", "The files are not what they used to be."},
      {"preview", "Each delivery of this source is looked at by a person before it is applied."},
      {"trial", "The source is in trial: its first delivery is applied when a person approves it."},
      {"looks-like-delta", "The files claim to be complete, and look like changes only."},
      {"needs-full", "A delivery before it was not taken: a full delivery is needed."},
      {"missing-file", "A file that used to come is missing."},
      {"destructive", "It removes records for good."}};
  for (auto const& [word, sentence] : all)
    if (word == because) return std::string(sentence);
  return "";
}

// "CSV004:12" as "Row of another length than the header: 12 times (CSV004)"; of a rule that nobody knows nothing.
std::string rule_in_words(std::string const& rule) {
  auto const at = rule.find(':');
  auto const id = rule_by_code(rule.substr(0, at));
  if (id == no_rule || at == std::string::npos) return "";
  return name_in_words(all_rules()[id].info->name) + ": " + counted(std::strtoull(rule.c_str() + at + 1, nullptr, 10), "time") + " (" + rule.substr(0, at) +
         ")";
}

struct Writer {
  store::Event const& event;
  Where const& where;
  Words words = {};

  std::string at_district() const { return where.district.id > 0 ? visible(where.district.name) : "Rollbook"; }
  std::string source() const { return where.source.empty() ? "a source" : visible(where.source); }
  std::string the_run() const {
    auto const run = event.run ? " " + std::to_string(*event.run) : "";
    return store::fact(event.facts, "kind") == "delivery" ? "Delivery" + run + " of " + source() : "Run" + run;
  }
  std::string by_whom() const { return store::fact(event.facts, "kind") == "delivery" ? "it is made" : "it was asked for"; }

  void say(std::string subject, std::string what, std::string todo) {
    words.subject = std::move(subject) + " – " + at_district();
    words.what = std::move(what);
    words.todo = std::move(todo);
  }

  void count(std::string const& label, std::string_view name) { words.facts.emplace_back(label, with_separators(number(event.facts, name))); }

  void run_counts() {
    count("Created", "created");
    count("Updated", "updated");
    count("Removed", "removed");
    count("Left out", "excluded");
    count("Schools that change", "schools");
    count("Errors found", "errors");
    count("Warnings found", "warnings");
    for (auto const& [name, value] : event.facts)
      if (auto text = name == "because" ? cause_in_words(value) : name == "rule" ? rule_in_words(value) : ""; !text.empty())
        words.causes.push_back(std::move(text));
  }

  void incomplete() {
    auto const percent = store::fact(event.facts, "percent");
    say("Incomplete: " + source(), "A delivery of " + source() + " has stopped half-way and was not taken.",
        "Have it sent again; what has arrived so far does no harm.");
    words.facts.emplace_back("Arrived", size_in_words(number(event.facts, "bytes")));
    if (!percent.empty()) words.facts.emplace_back("Of what the last delivery weighed", percent + " %");
  }

  void nothing_arrived() {
    auto const move = store::fact(event.facts, "move");
    auto const when = store::fact(event.facts, "by") + " on " + store::fact(event.facts, "day");
    if (!event.run)
      return say("Nothing arrived: " + source(), "Nothing has arrived from " + source() + " that was expected by " + when + ".",
                 "It is the move of whoever sends it: ask them whether the export of the student information system has run.");
    auto const late = "What " + source() + " was expected to bring by " + when + " is not in force: ";
    auto const run = "run " + std::to_string(*event.run);
    if (move == "district")
      return say("Late: " + source(), late + run + " is held or was cancelled.",
                 "It is your move: look at what would change, then apply or discard it; what was cancelled can be begun anew there.");
    if (move == "operator") return say("Late: " + source(), late + run + " is not done.", "It is the move of whoever operates this server: tell them.");
    say("Late: " + source(), late + run + " was refused.", "It is the move of whoever sends it: have it corrected where it is made, and sent again.");
  }

  void banned() {
    auto const until = store::fact(event.facts, "until");
    say("Shut out: " + store::fact(event.facts, "address"),
        "The address " + store::fact(event.facts, "address") + " was shut out from " +
            (where.source.empty() ? "the doors of this server" : "the account of " + source()) + " after repeated failures to sign in.",
        "If it is your own system, correct its password or key and lift the ban; if it is not, there is nothing to do.");
    if (!until.empty()) words.facts.emplace_back("Until", views::local_time(until, where.district.time_zone.empty() ? "UTC" : where.district.time_zone).text());
  }

  void digest() {
    auto const day = store::fact(event.facts, "day");
    auto const waiting = number(event.facts, "waiting");
    say("What " + day + " brought",
        "On " + day + " " + counted(number(event.facts, "applied") + number(event.facts, "applied_with_warnings"), "run was", "runs were") + " applied.",
        waiting > 0 ? counted(waiting, "run waits", "runs wait") + " for a decision: look at what would change, then apply or discard it."
                    : "Nothing waits for you.");
    count("Applied", "applied");
    count("Applied with warnings", "applied_with_warnings");
    count("Without changes", "no_changes");
    count("Held", "held");
    count("Refused", "refused");
    count("Failed", "failed");
    count("Waiting for a decision now", "waiting");
  }

  void all() {
    switch (event.kind) {
      case EventKind::Applied:
        say("Applied: " + source(), the_run() + " was applied.", "There is nothing to do.");
        break;
      case EventKind::AppliedWithWarnings:
        say("Applied with warnings: " + source(), the_run() + " was applied, with warnings.", "Look at the warnings when there is time.");
        break;
      case EventKind::Held:
        say("Held: " + (event.source ? source() : the_run()), the_run() + " is held; nothing was changed.",
            "Look at what would change, then apply or discard it.");
        break;
      case EventKind::Refused:
        say("Refused: " + (event.source ? source() : the_run()), the_run() + " was refused; nothing was changed.",
            "Have it corrected where " + by_whom() + ", and sent again.");
        break;
      case EventKind::Failed:
        say("Failed: " + (event.source ? source() : the_run()), the_run() + " could not be done; nothing was changed.",
            "Open it to see why; it can be begun anew there.");
        break;
      case EventKind::DeliveryIncomplete:
        incomplete();
        break;
      case EventKind::NothingArrived:
        nothing_arrived();
        break;
      case EventKind::AccountBanned:
        banned();
        break;
      case EventKind::HostKey:
        say("New host key from " + store::fact(event.facts, "from"),
            "From " + store::fact(event.facts, "from") + " on, this server shows another host key at its SFTP door.",
            "Tell whoever sends by SFTP to take up the new fingerprint before that day.");
        words.facts.emplace_back("New fingerprint", store::fact(event.facts, "fingerprint"));
        break;
      case EventKind::Digest:
        digest();
        break;
    }
    if (event.run && !store::fact(event.facts, "kind").empty()) run_counts();  // an event of the run itself, which has its counts
  }
};

}  // namespace

KindWords words_of(EventKind kind) {
  for (auto const& one : kinds)
    if (one.kind == kind) return one.words;
  return {store::name_of(kind), ""};
}

std::string page_of(store::Event const& event) {
  if (event.district == 0) return "/";
  auto const district = "/districts/" + std::to_string(event.district);
  if (event.run) return district + "/history/" + std::to_string(*event.run);
  if (event.source) return district + "/sources/" + std::to_string(*event.source);
  return event.kind == EventKind::Digest ? district + "/history" : district;
}

Words words_of(store::Event const& event, Where const& where) {
  Writer writer{event, where};
  writer.all();
  auto& words = writer.words;
  words.link = where.address + page_of(event);
  words.link_title = event.run ? "Open run " + std::to_string(*event.run) : "Open it in Rollbook";
  words.wishes = where.address + (event.district > 0 ? "/districts/" + std::to_string(event.district) + "/administration/notifications" : "/");
  words.when = views::local_time(event.at, where.district.time_zone.empty() ? "UTC" : where.district.time_zone).text_with_weekday();
  words.reminder = the_reminder;
  return std::move(writer.words);
}

Words words_of_an_invitation(Invited const& invited) {
  Words words;
  words.subject = "You are invited to " + visible(invited.district) + " in Rollbook";
  words.what = visible(invited.by) + " invites you to work with the rosters of " + visible(invited.district) + ".";
  words.todo = "Open the link, and accept or decline. It works once, until " + invited.until + "; if you do not know who this is, do nothing.";
  words.link = invited.link;
  words.link_title = "Accept or decline";
  words.reminder = "The link is for you alone: please do not forward this letter.";
  return words;
}

Words words_of_a_test(std::string const& address, std::string const& when) {
  Words words;
  words.subject = "Test letter of Rollbook";
  words.what = "This is a test: Rollbook can send letters to you.";
  words.todo = "There is nothing to do.";
  words.link = address + "/";
  words.link_title = "Open Rollbook";
  words.wishes = address + "/";
  words.when = when;
  words.reminder = the_reminder;
  return words;
}

}  // namespace rollbook::letters
