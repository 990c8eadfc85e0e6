#include "runs/look.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "base/text.h"
#include "report/render.h"
#include "report/words.h"
#include "rules/source_rules.h"
#include "runs/apply.h"
#include "runs/confirmed.h"
#include "runs/consequences.h"
#include "runs/delivery_run.h"
#include "runs/going_live.h"
#include "runs/inbox.h"
#include "runs/judge.h"
#include "runs/names.h"
#include "runs/needs_full.h"
#include "runs/outcome.h"
#include "runs/plan_parts.h"
#include "runs/planned.h"
#include "runs/recount.h"
#include "runs/said_versions.h"
#include "runs/stored_values.h"
#include "runs/upload.h"
#include "store/rows.h"
#include "store/stored.h"

namespace rollbook::runs {
namespace {

CheckOptions options_of(Hub const& hub, store::Source const& source, delivery::Delivery const& delivery, std::uint64_t seed, LookOptions const& how) {
  CheckOptions options;
  options.profile = profile_by_name(source.settings["profile"]);
  options.workers = hub.workers;
  options.max_findings = how.lists != no_rule ? most_listed : how.run ? most_of_a_rule : 20;
  options.only = how.lists;
  options.today = hub.today;
  options.seed = seed;
  options.kernel = csv::best_kernel();
  options.zipped = delivery.zipped;
  options.will_fill = delivery::use_large_pages;
  return options;
}

// Where the columns of a file are not those of the last one, digests are taken anew: a column that is missing says nothing.
void mask_columns(Bundle const& bundle, store::StoredSaid& said) {
  for (auto const* table : all_tables) {
    auto const& member = bundle.members[static_cast<std::size_t>(table->id)];
    if (!bundle.version || !member || !member->readable || !said.any(table->id) || !is_in(table->in, *bundle.version)) continue;
    TableData data;
    data.table = table;
    data.layout = read_layout(header_of(member->bytes), *table, *bundle.version, member->mode == Mode::Delta);
    if (said_columns(data) == said.columns(table->id)) continue;
    ColumnsOfFile columns;
    for (std::size_t f = 0; f < table->fields.size(); ++f)
      if (data.layout.column_of[f] != no_column) columns.fields |= 1u << f;
    for (auto const& name : data.layout.columns)
      if (name.starts_with("metadata.")) columns.metadata.insert(name);
    said.mask(table->id, columns);
  }
}

void take_findings(Answer& answer, CheckReport const& report, bool refused) {
  answer.errors = report.counts.error;
  answer.warnings = report.counts.warning;
  answer.infos = report.counts.info;
  answer.dependent = report.counts.dependent;
  for (auto const& rule : report.by_file)
    answer.findings.push_back({std::string(rule.rule->code), rule.file, std::string(name_of(rule.severity)), std::string(rule.rule->name), rule.count});
  for (auto const& finding : report.findings) {
    bool const whole = !finding.line && finding.severity == Severity::Refused;
    if (refused && finding.severity == Severity::Refused && answer.reasons.size() < 20)
      answer.reasons.push_back(std::string(finding.rule->code) + " " + (finding.file.empty() ? "" : finding.file + ": ") +
                               (whole ? finding.message + " " + finding.fix
                                      : std::string(finding.rule->name) + (finding.line ? " in line " + std::to_string(*finding.line) : "") + "."));
  }
}

std::vector<Quality::Cause> take_causes(CheckReport const& report) {
  std::vector<Quality::Cause> causes;
  for (auto const& cause : report.causes)
    if (causes.size() < 100) causes.push_back({cause.code, cause.table, visible(cause.sourced_id, 500), cause.file, cause.line, cause.blocks});
  return causes;
}

// Every change stands in the lists as it is counted: records that only lost their owner, and are taken over, as changed or not at all.
EachChange list_changes(Plan const& plan, ChangeLists& lists) {
  return [&](TableId table, PlanList list, std::size_t at, std::vector<School> const& schools) {
    auto const& changes = plan[table];
    auto const removed = [&](std::uint32_t key, Why why) { lists.add(table, ChangeKind::Removed, key, static_cast<std::uint32_t>(why), schools); };
    switch (list) {
      case PlanList::Created: {
        auto const& row = changes.created[at];
        auto const adopted = changes.adopted.find(row.key);
        if (adopted == changes.adopted.end()) lists.add(table, ChangeKind::Created, row.key, row.row, schools);
        else if (adopted->second) lists.add(table, ChangeKind::Updated, row.key, row.row, schools);
        break;
      }
      case PlanList::Updated:
        return lists.add(table, ChangeKind::Updated, changes.updated[at].key, changes.updated[at].row, schools);
      case PlanList::Removed:
        return removed(changes.removed[at].key, changes.removed[at].why);
      case PlanList::RemovedOfOthers:
        return removed(changes.of_others[at].key, Why::WithItsWhole);
      case PlanList::Excluded:
        return lists.add(table, ChangeKind::Excluded, changes.protected_keys[at], 0, schools);
    }
  };
}

Trouble cancelled() { return Trouble{"It was cancelled."}; }

void hold(Looked& looked, Hold because, std::string reason) { looked.held.push_back({because, std::move(reason), 0}); }

// Everything that makes a person decide, apart from whether the source is trusted to go by itself.
void look_for_holds(Looked& looked, Hub& hub, store::District const& district, store::Source const& source, PlanContext const& context,
                    LookOptions const& how) {
  auto const& comparison = *looked.comparison;
  auto const& settings = source.settings;
  for (auto const* table : all_tables) {
    auto const& data = comparison.checked.roster[table->id];
    auto const t = static_cast<std::size_t>(table->id);
    if (!data.is_read()) continue;
    if (comparison.tables[t].deleted_in_bulk > 0)
      hold(looked, Hold::LooksLikeDelta,
           std::string(table->name) + ".csv is called bulk and has " + std::to_string(comparison.tables[t].deleted_in_bulk) +
               " rows to be deleted: it looks like a delta.");
    if (settings["mode"] == "replace" && data.mode == Mode::Delta)
      hold(looked, Hold::LooksLikeDelta, std::string(table->name) + ".csv is a delta: this source sends full deliveries.");
  }
  auto const append = [&](std::vector<Held> more) { looked.held.insert(looked.held.end(), more.begin(), more.end()); };
  bool const is_whole = source.kind != batch_kind;  // an upload says what it says; nothing has to come before it, and nothing is missing
  if (is_whole) append(look_for_missing_files(comparison, context));
  append(look_at_thresholds(looked.plan, context, hub.today));
  auto anomalies = look_for_anomalies(looked.plan, comparison, looked.bundle, context);
  append(std::move(anomalies.held));
  for (auto& warning : anomalies.warnings) looked.answer.reasons.push_back(std::move(warning)), ++looked.plan.warnings;
  if (has_delta(comparison) && is_whole) {
    auto& operations = hub.home.operations();
    if (auto const tables = needs_full_after(operations, source.id, looked.modes); !tables.empty())
      hold(looked, Hold::NeedsFull, "An earlier delta of this source was not taken; full files have to come first: " + joined_by_commas(tables) + ".");
    for (auto const& run : store::open_runs(operations, district.id))
      if (run.source == source.id && run.decision == "open" && run.modes.find("=delta") != std::string::npos && run.state == "done" &&
          (!how.run || run.id < *how.run) && Work::of(run.work).lasting().empty() && !(looked.waits && waited_for_a_pause(run)))
        hold(looked, Hold::BehindHeldDelta, "It comes after the delta of run " + std::to_string(run.id) + ", which waits for a decision.");
  }
}

Result<std::unique_ptr<Looked>> open_for_a_look(Hub& hub, store::District const& district, store::Source const& source) {
  auto looked = std::make_unique<Looked>();
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  looked->roster = std::move(*roster);
  if (auto trouble = recount_where_due(*looked->roster)) return *trouble;
  looked->at_revision = last_revision(*looked->roster);
  looked->said = std::make_unique<store::StoredSaid>(*looked->roster, source.id, seed_of(hub, district.id));
  looked->before = std::make_unique<StoredBefore>(*looked->roster, source.id, hub.workers, [&hub, number = district.id] { return hub.home.roster(number); });
  looked->answer.kind = source.kind == batch_kind ? batch_kind : "delivery";
  looked->answer.district = district.name;
  looked->answer.source = source.name;
  if (looked->roster->trouble()) return *looked->roster->trouble();
  return looked;
}

}  // namespace

Result<std::unique_ptr<Looked>> look_at_nothing(Hub& hub, store::District const& district, store::Source const& source) {
  auto begun = open_for_a_look(hub, district, source);
  if (!begun) return begun;
  auto& l = **begun;
  l.comparison = std::unique_ptr<Comparison>(new Comparison{{}, {}, KeyFinder(*l.said, seed_of(hub, district.id))});
  for (auto const* table : all_tables) {
    auto& data = l.comparison->checked.roster.tables[static_cast<std::size_t>(table->id)];
    data.table = table;
    data.layout.column_of.fill(no_column);
    auto& plan = l.plan[table->id];
    plan.stored = l.said->rows(table->id);
    plan.bits = l.said->bits(table->id);
    plan.next_key = l.said->next_key(table->id);
  }
  l.delivered = std::make_unique<DeliveredRows>(l.comparison->checked.roster, l.comparison->keys, hub.workers);
  return begun;
}

Result<std::unique_ptr<store::Database>> open_roster(Hub& hub, store::District const& district) {
  auto roster = hub.home.roster(district.id);
  if (!roster) return roster;
  if (auto trouble = store::migrate(**roster, store::roster_migrations())) return *trouble;
  return roster;
}

std::string modes_of(Bundle const& bundle) {
  std::string all;
  for (auto const* table : all_tables)
    if (auto const mode = bundle.modes[static_cast<std::size_t>(table->id)]; mode != Mode::Absent)
      all += (all.empty() ? "" : ",") + std::string(table->name) + "=" + std::string(name_of(mode));
  return all;
}

std::vector<School> describe(Answer& answer, Plan const& plan, PlanContext const& context) {
  answer.tables.clear();
  answer.schools.clear();
  answer.withheld.clear();
  answer.kept.clear();
  answer.with_their_whole.clear();
  answer.rejected.clear();
  answer.left_out.clear();
  answer.kept_total = 0;
  for (auto const* table : all_tables) {
    auto const& changes = plan[table->id];
    std::string const name(table->name);
    auto const adopted = changes.taken_over();
    if (changes.stated || changes.changes() > 0 || !changes.of_others.empty())
      answer.tables.emplace_back(
          name, Counts{changes.created.size() - adopted.all, changes.updated.size() + adopted.changed, changes.unchanged + adopted.all - adopted.changed,
                       changes.removed.size() + changes.of_others.size(), changes.excluded});
    if (changes.withheld > 0)
      answer.withheld.push_back(
          {name, plan.no_removals.empty() ? "the ids of some rows cannot be read, and nobody knows whom they protect" : plan.no_removals, changes.withheld});
    for (auto const& kept : changes.kept) {
      ++answer.kept_total;
      if (answer.kept.size() < 100)
        answer.kept.push_back({name, id_of(context.roster, table->id, kept.key), std::string(table_of(kept.because).name),
                               id_of(context.roster, kept.because, kept.because_key)});
    }
    auto const own_parts = std::count_if(changes.removed.begin(), changes.removed.end(), [](Removed const& r) { return r.why == Why::WithItsWhole; });
    if (auto const parts = static_cast<std::uint64_t>(own_parts) + changes.of_others.size(); parts > 0) answer.with_their_whole[name] = parts;
    if (changes.rejected > 0) answer.rejected[name] = changes.rejected;
    if (changes.left_out > 0) answer.left_out[name] = changes.left_out;
  }

  auto const consequences = find_consequences(plan, context);
  for (auto const& [table, keys, left] : {std::tuple{TableId::Classes, &consequences.classes_without_teacher, &answer.classes_without_teacher},
                                          std::tuple{TableId::Users, &consequences.people_without_class, &answer.people_without_class}}) {
    *left = {keys->size(), {}};
    for (std::size_t i = 0; i < std::min<std::size_t>(keys->size(), 100); ++i) left->sourced_ids.push_back(id_of(context.roster, table, (*keys)[i]));
  }

  std::map<std::uint32_t, std::pair<std::string, std::string>> new_orgs;  // key → id, name
  if (context.delivered != nullptr) {
    std::vector<std::uint32_t> rows;
    for (auto const& row : plan[TableId::Orgs].created) rows.push_back(row.row);
    std::size_t i = 0;
    context.delivered->each(TableId::Orgs, rows, [&](std::uint32_t number, std::string_view id, StoredRow const& row) {
      while (plan[TableId::Orgs].created[i].row != number) ++i;
      auto const name = stored_index(TableId::Orgs, "name");
      new_orgs[plan[TableId::Orgs].created[i].key] = {std::string(id), row.is_null(name) ? "" : std::string(row.text(name))};
    });
  }
  std::map<School, Answer::SchoolAnswer> schools;
  auto stored = context.roster.prepare("SELECT rows FROM school_rows WHERE source = ? AND tbl = ? AND school = ?");
  for (auto const& [key, change] : plan.counts) {
    auto const [table, school] = key;
    if (school == 0 || school == whole_district || change.created + change.updated + change.removed + change.excluded == 0) continue;
    auto& one = schools[school];
    std::uint64_t before = 0;
    if (stored->with(context.source.id, table, school).step()) before = static_cast<std::uint64_t>(stored->integer(0));
    stored->reset();
    auto const touched = change.updated + change.removed + change.excluded;
    one.tables[std::string(all_tables[table]->name)] = {change.created, change.updated, before > touched ? before - touched : 0, change.removed,
                                                        change.excluded};
  }
  std::vector<School> order;
  auto name = context.roster.prepare("SELECT name FROM \"orgs\" WHERE row_key = ? ORDER BY row_since DESC");
  for (auto& [school, one] : schools) {
    if (auto const fresh = new_orgs.find(school - 1); fresh != new_orgs.end()) {
      std::tie(one.sourced_id, one.name) = fresh->second;
    } else {
      one.sourced_id = id_of(context.roster, TableId::Orgs, school - 1);
      if (name->with(school - 1).step() && !name->is_null(0)) one.name = name->text(0);
      name->reset();
    }
    order.push_back(school);
  }
  std::sort(order.begin(), order.end(), [&](School a, School b) { return schools[a].sourced_id < schools[b].sourced_id; });
  for (auto const school : order) answer.schools.push_back(std::move(schools[school]));
  return order;
}

namespace {

// What the district's own rules say of it.
void tell_requirements(Answer& answer, Looked const& looked, store::Source const& source) {
  auto const required = source.settings.pairs("require");
  for (auto const* table : all_tables) {
    auto const& now = looked.comparison->tables[static_cast<std::size_t>(table->id)];
    std::map<bool, std::uint64_t> missed;
    for (auto const& [row, number] : now.missed) ++missed[required[number].second == "skip"];
    auto const tell = [&](RuleInfo const& rule, bool error, std::uint64_t rows) {
      if (rows > 0) answer.findings.push_back({std::string(rule.code), file_name(table->id), error ? "error" : "warning", std::string(rule.name), rows});
    };
    for (auto const& [skips, rows] : missed) tell(required_value_is_blank, skips, rows);
    tell(value_is_shared, true, now.shared.size());
  }
}

}  // namespace

Result<std::unique_ptr<Looked>> look(Hub& hub, store::District const& district, store::Source const& whose, delivery::Delivery given, LookOptions const& how) {
  auto source = whose;
  auto const planned = planned_for_today(hub, district, source);
  if (hub.home.operations().trouble()) return *hub.home.operations().trouble();
  auto begun = open_for_a_look(hub, district, source);
  if (!begun) return begun;
  auto looked = std::move(*begun);
  looked->delivery = std::move(given);
  auto& delivery = looked->delivery;
  auto const seed = seed_of(hub, district.id);
  auto options = options_of(hub, source, delivery, seed, how);
  if (source.kind == batch_kind) options.profile = &upload_profile();
  if (is_upload(source, delivery)) {
    if (auto wrong = take_upload(*looked, hub, district, source, {how.confirmed})) return *wrong;
    if (auto const& refusal = looked->upload->refusal; !refusal.empty()) {
      looked->answer.reasons.push_back(refusal);
      looked->refused = true;
      return looked;
    }
  }
  if (!delivery.zipped && !looked->upload) options.will_read = delivery::populate, options.fetch = delivery::fetcher(delivery);
  options.leave_off = [&] { return delivery::failed(delivery) || hub.watch.stops(); };
  std::atomic<std::uint64_t> read{0};
  if (hub.watch.progress)
    options.progress = [&](std::uint64_t bytes) { hub.watch.at(Stage::Reading, read.fetch_add(bytes, std::memory_order_relaxed) + bytes, delivery.bytes); };
  options.found = hub.watch.found.get();
  if (how.run) looked->marks = std::make_unique<Marks>();
  options.marks = looked->marks.get();
  hub.watch.at(Stage::Opening);
  if (!how.confirmed.empty()) add_confirmed_manifest(delivery, how.confirmed, looked->manifest);
  looked->bundle = delivery.problems.empty() ? open_bundle(std::move(delivery.files)) : Bundle{};
  if (how.run && !source.settings.is("live")) looked->why_not_live = why_undecided(undecided(looked->bundle, *looked->roster, source), source);
  looked->translated = translate_delivery(looked->bundle, {*looked->roster, *looked->said, source, seed}, options.kernel, hub.workers);
  mask_columns(looked->bundle, *looked->said);
  CompareOptions compare;
  compare.additive = only_adds(source);
  compare.no_removals = !planned.no_removals.empty();
  compare.judge = both(judge_of(source.settings, looked->bundle.version), looked->translated.judge);
  compare.hand_back = [] { ::malloc_trim(0); };
  compare.unique = unique_of(source.settings);
  if (!compare.unique.empty()) compare.stored_values = stored_values(*looked->roster, source.id, looked->at_revision, hub.today);
  compare.missed = missed_of(source.settings);
  compare.note_roles = how.run.has_value();
  looked->comparison = compare_delivery(looked->bundle, *looked->said, options, compare);
  if (hub.watch.stops()) return cancelled();
  if (delivery.problems.empty() && !delivery::arrived_whole(delivery)) looked->bundle = Bundle{};
  if (!delivery.problems.empty()) looked->comparison->checked = check(looked->bundle, delivery.problems, options);
  if (how.lists == no_rule) keep_lowest(looked->comparison->checked, most_findings);
  auto report = render(looked->comparison->checked, looked->bundle, options, delivery.name, Demographics::Hidden);
  bool const no_manifest = delivery.problems.empty() && !looked->bundle.manifest;
  looked->modes = modes_of(looked->bundle);
  looked->refused = report.verdict == Verdict::Refused || no_manifest;
  auto& answer = looked->answer;
  take_findings(answer, report, looked->refused);
  auto const causes = take_causes(report);
  if (how.run || how.lists != no_rule) looked->findings = std::move(report.findings);
  if (no_manifest && answer.reasons.empty())
    answer.reasons.push_back("There is no manifest.csv: without it nobody knows whether files are full or hold changes only. Have the system export it too.");
  if (delivery.problems.empty()) {
    for (auto const& found : looked->translated.found) {
      answer.errors += found.rows;
      answer.findings.push_back({std::string(found.rule->code), file_name(found.table), "error", std::string(found.rule->name), found.rows});
    }
    answer.infos += looked->translated.told.size();
    for (auto& sentence : looked->translated.told) answer.reasons.push_back(std::move(sentence));
  }
  if (looked->roster->trouble()) return *looked->roster->trouble();
  if (looked->refused) return looked;
  tell_requirements(answer, *looked, source);
  if (how.lists != no_rule) {
    auto own = findings_of_requirements(*looked, source, most_listed);
    looked->findings.insert(looked->findings.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    return looked;
  }
  if (how.run) {
    looked->quality = quality_of(*looked, source, seed);
    looked->quality.causes = causes;
    auto own = findings_of_requirements(*looked, source, most_of_a_rule);
    looked->findings.insert(looked->findings.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    looked->marks.reset();
    looked->comparison->tables[static_cast<std::size_t>(TableId::Roles)].roles = {};
  }

  hub.watch.at(Stage::Comparing);
  looked->delivered = std::make_unique<DeliveredRows>(looked->comparison->checked.roster, looked->comparison->keys, hub.workers);
  auto const context = looked->context(source, seed);
  looked->waits = !planned.waits.empty();
  looked->held = planned.waits;
  looked->plan = make_plan(*looked->comparison, context, {how.remainder, planned.no_removals});
  looked->plan.moved_from = moved_from(*looked->roster, looked->plan, source.id, looked->bundle.version);
  if (looked->plan.moved_from)
    answer.reasons.push_back("The source speaks OneRoster " + std::string(name_of(*looked->bundle.version)) + " now, no longer " +
                             std::string(name_of(*looked->plan.moved_from)) + ": what people are is taken from " +
                             (*looked->bundle.version == Version::V11 ? "users.csv." : "roles.csv."));
  tell_taken(answer, *looked, source);
  looked->plan.warnings += looked->translated.warnings;
  for (auto const* table : all_tables) {
    auto rows = looked->plan[table->id].another_one_rows;
    std::sort(rows.begin(), rows.end());
    rows.resize(std::min<std::size_t>(rows.size(), 20));
    StoredRow row;
    for_rows(looked->comparison->checked.roster[table->id], rows, looked->comparison->keys, csv::best_kernel(),
             [&](std::uint32_t, std::uint32_t, RowReader& reader, csv::Batch const& batch, std::uint32_t at) {
               answer.reasons.push_back(std::string(table->name) + ".csv: id " + std::string(reader.id(batch, at)) + " is another " + std::string(table->one) +
                                        " in another source; the row is left out until an alias tells them apart.");
             });
  }
  for (auto const* table : all_tables) {
    answer.infos += looked->plan[table->id].unknown_deletions;
    if (auto const rows = looked->comparison->tables[static_cast<std::size_t>(table->id)].deletions_not_made; rows > 0) {
      answer.infos += rows;
      answer.reasons.push_back(std::string(table->name) + ".csv asks to delete " + std::to_string(rows) +
                               " records; this source only adds and updates, so they stay.");
    }
  }
  if (!how.except_schools.empty()) {
    std::vector<std::uint32_t> schools;
    for (auto const& id : how.except_schools) {
      auto const key = looked->comparison->keys.find(TableId::Orgs, looked->comparison->keys.hash(id));
      auto const stored = key == no_key ? key_of_id(*looked->roster, TableId::Orgs, id) : std::optional(key);
      if (!stored) return Trouble{"There is no organization \"" + id + "\" in this delivery or in the roster."};
      schools.push_back(*stored);
    }
    answer.digest = looked->plan.digest();  // of what the person saw
    looked->whole = std::make_unique<Plan>(looked->plan);
    auto sentences = leave_out_schools(looked->plan, context, schools);
    answer.reasons.insert(answer.reasons.end(), sentences.begin(), sentences.end());
  }
  if (hub.watch.stops()) return cancelled();
  hub.watch.at(Stage::Counting);
  count_schools(looked->plan, context, hub.today, how.run ? list_changes(looked->plan, looked->lists) : EachChange());
  if (answer.digest.empty()) answer.digest = looked->plan.digest();
  look_for_holds(*looked, hub, district, source, context, how);
  looked->schools = describe(answer, looked->plan, context);
  if (looked->upload) count_upload(*looked, hub.today);
  if (auto const clashes = new_clashes(looked->plan, context, hub.today); clashes > 0) {
    looked->plan.warnings += clashes;
    answer.reasons.push_back(std::to_string(clashes) + (clashes == 1 ? " field that was" : " fields that were") +
                             " edited by hand would change: the edits stay in force, and \"rollbook inbox\" lists both values.");
  }
  for (auto const& table : looked->plan.tables)
    looked->plan.warnings += table.stale + table.another_one + table.unresolved + table.flagged + table.differing_claims;
  if (looked->roster->trouble()) return *looked->roster->trouble();
  return looked;
}

}  // namespace rollbook::runs
