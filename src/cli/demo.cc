// rollbook make-demo: a home with something on every page. Three weeks of an invented district's nights, as they go in schools: most are quiet, one
// brings mistakes, one arrives cut off, one is undone, and the last waits for a person.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>

#include "access/accounts.h"
#include "access/secrets.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/hub.h"
#include "cli/hub_commands.h"
#include "demo/inject.h"
#include "demo/make_district.h"
#include "demo/oneroster_facts.h"
#include "runs/edit.h"
#include "runs/undo.h"
#include "runs/work.h"

namespace rollbook::cli {
namespace {

using Files = std::map<std::string, std::string>;

constexpr std::string_view person = "jordan.ellery@lakeside.example";

struct Night {
  int days_ago = 0;
  double churn = 0;  // per cent that differ from the first night; what differs once goes on differing
  std::uint64_t defects = 0;
  std::function<void(Files&)> mishap = {};
};

Files delivery_of(Night const& night, std::uint64_t students) {
  MemorySink sink;
  make_district({.students = students, .seed = 7, .churn_percent = night.churn}, sink);
  if (night.defects > 0) inject_defects(sink.files, night.defects, 7, oneroster_facts());
  if (night.mishap) night.mishap(sink.files);
  return std::move(sink.files);
}

// The export stopped in the middle of a quoted cell.
void cut_off(Files& files) {
  auto& users = files["users.csv"];
  users.resize(users.size() * 2 / 3);
  users.resize(users.rfind(','));
  users += ",\"";
}

// One school's enrollments did not make it into the export.
void empty_a_school(Files& files) {
  auto& text = files["enrollments.csv"];
  auto const second_row = text.find('\n', text.find('\n') + 1) + 1;
  auto const row = text.substr(second_row, text.find('\n', second_row) - second_row);
  auto const school = std::string(split(row, ',').at(4));  // schoolSourcedId
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size() - 1) + 1;
    auto const line = std::string_view(text).substr(at, end - at);
    if (line.find("," + school + ",") == std::string_view::npos) kept += line;
    at = end;
  }
  text = std::move(kept);
}

std::string time_text(std::time_t when) {
  std::tm utc{};
  ::gmtime_r(&when, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

class Demo {
 public:
  Demo(runs::Hub& hub, store::District district, store::Source source, std::uint64_t students)
      : hub_(hub), district_(std::move(district)), source_(std::move(source)), students_(students), now_(std::time(nullptr)) {}

  // What came of it; its number is in `run`.
  Result<runs::Answer> arrive(Night const& night) {
    as(std::string("source ") + source_.name, night.days_ago, 0);
    auto files = delivery_of(night, students_);
    auto delivery = delivery::load_received("OneRoster", {files.begin(), files.end()}, false, hub_.workers);
    if (!delivery) return delivery.trouble();
    return runs::sync(hub_, district_, source_, std::move(*delivery), "");
  }
  // A person, some hours later in the day.
  void as_person(int days_ago) { as(std::string(person), days_ago, 7); }

  runs::Hub& hub() { return hub_; }
  store::District const& district() const { return district_; }

 private:
  void as(std::string who, int days_ago, int hours_later) {
    constexpr std::time_t day = 24 * 60 * 60;
    auto const when = now_ / day * day - days_ago * day + 7 * 60 * 60 + 14 * 60 + hours_later * 60 * 60;  // 02:14 in Chicago, in winter an hour earlier
    std::tm utc{};
    ::gmtime_r(&when, &utc);
    hub_.actor = {std::move(who), time_text(std::min(when, now_)), "command line"};
    hub_.today = (utc.tm_year + 1900) * 10000 + (utc.tm_mon + 1) * 100 + utc.tm_mday;
  }

  runs::Hub& hub_;
  store::District district_;
  store::Source source_;
  std::uint64_t students_;
  std::time_t now_;
};

std::optional<Trouble> live_three_weeks(Demo& demo) {
  Night const nights[] = {
      {21, 0},  {20, 0.1}, {19, 0.3}, {18, 0.3, 24}, {17, 0.4}, {14, 0.6},    {13, 0.8, 0, cut_off},      {12, 0.8}, {11, 1.0}, {10, 1.4, 8},
      {7, 1.4}, {6, 1.6},  {5, 2.6},  {4, 1.7},      {3, 1.9},  {1, 2.0, 12}, {0, 2.1, 0, empty_a_school}};
  for (auto const& night : nights) {
    auto const answer = demo.arrive(night);
    if (!answer) return answer.trouble();
    if (answer->outcome == "failed") return Trouble{answer->reasons.empty() ? "A run of the demo has failed." : answer->reasons.front()};
    demo.as_person(night.days_ago);
    if (night.days_ago == 21 && answer->outcome == "held")
      if (auto const first = runs::approve(demo.hub(), demo.district(), *answer->run, {}); !first) return first.trouble();
    if (night.days_ago == 5)
      if (auto const undone = runs::undo(demo.hub(), demo.district(), *answer->run, false, false); !undone) return undone.trouble();
  }
  return std::nullopt;
}

}  // namespace

int run_make_demo(HubArguments const& arguments, std::uint64_t students) {
  auto home = open_home(arguments, true);
  if (!home) return complain(home.trouble().text);
  auto key = store::ServerKey::load(folder_of(arguments));
  if (!key) return complain(key.trouble().text);
  auto& operations = home->operations();
  auto const before = store::list_districts(operations);
  if (!before) return complain(before.trouble().text);
  if (!before->empty()) return say_why("There are districts already; a demo wants a home of its own.");
  auto const district = store::add_district(operations, "Lakeside Unified", "America/Chicago", actor());
  if (!district) return say_why(district.trouble().text);
  auto const source = store::add_source(operations, *district, "SIS export", {{"live", "yes"}, {"apply-by-itself", "yes"}}, actor());
  if (!source) return say_why(source.trouble().text);

  auto const account = access::add_account(operations, std::string(person), "Jordan Ellery", false, actor());
  if (!account) return say_why(account.trouble().text);
  if (auto const wrong = access::grant(operations, account->id, {district->id, {}, access::Level::System, true}, actor())) return say_why(wrong->text);
  auto const password = access::random_token().substr(0, 20);
  if (auto const wrong = access::set_password(operations, account->id, password, actor())) return say_why(wrong->text);

  runs::Hub hub{*home, *key, folder_of(arguments), threads_or_all(0), 0, actor(), worker_name()};
  Demo demo(hub, *district, *source, students);
  if (auto const trouble = live_three_weeks(demo)) return say_why(trouble->text);
  std::printf("A demo district with %llu students. Sign in as %s with the password %s\n", static_cast<unsigned long long>(students),
              std::string(person).c_str(), password.c_str());
  return exit_fine;
}

}  // namespace rollbook::cli
