// rollbook sync, approve, discard, undo, runs, run: deliveries come, and people decide of them.
#include <cstdio>

#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/in_hub.h"
#include "cli/output.h"
#include "runs/batch_kind.h"
#include "runs/edit.h"
#include "runs/handed_on.h"
#include "runs/trace.h"
#include "runs/undo.h"
#include "runs/work.h"

namespace rollbook::cli {

int run_sync(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const source = store::find_source(hub.home.operations(), district, given.source);
    if (!source) return say_why(source.trouble().text);
    if (auto const why = runs::why_only_uploads(*source); !why.empty()) return say_why(pasteable(why, arguments, district.name));
    auto delivery = delivery::load_delivery(given.paths, hub.workers);
    if (!delivery) return complain(delivery.trouble().text);
    if (given.dry_run) return tell(arguments, runs::preview(hub, district, *source, std::move(*delivery)));
    return tell(arguments, runs::sync(hub, district, *source, std::move(*delivery), given.approve));
  });
}

int run_approve(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    return tell(arguments, runs::approve(hub, district, given.run, given.except_schools), district.name);
  });
}

int run_discard(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const answer = runs::discard(hub, district, given.run);
    tell(arguments, answer);
    return answer ? exit_fine : exit_told;
  });
}

int run_undo(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    return tell(arguments, runs::undo(hub, district, given.run, given.force, given.dry_run));
  });
}

int run_runs(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const all = store::list_runs(hub.home.operations(), district.id);
    if (hub.home.operations().trouble()) return complain(hub.home.operations().trouble()->text);
    auto const sources = store::list_sources(hub.home.operations(), district);
    auto const source_name = [&](std::optional<std::int64_t> id) {
      auto const* const source = sources ? store::source_with(*sources, id) : nullptr;
      return source == nullptr ? std::string() : source->name;
    };
    std::string out;
    JsonWriter json(out);
    if (arguments.format == "json") {
      json.begin_array();
      for (auto const& run : all)
        json.begin_object()
            .field("run", run.id)
            .field("kind", run.kind)
            .field("source", source_name(run.source))
            .field("created", run.created)
            .field("finished", run.finished)
            .field("who", run.who)
            .field("state", run.state)
            .field("outcome", run.outcome.empty() ? std::optional<std::string>() : run.outcome)
            .field("decision", run.decision.empty() ? std::optional<std::string>() : run.decision)
            .field("held_because", run.held_because)
            .field("revision", run.revision)
            .field("undoes", run.undoes)
            .field("digest", run.digest)
            .end_object();
      json.end_array();
      out += '\n';
    } else {
      if (all.empty()) out = pasteable("No runs yet. \"rollbook sync DELIVERY --source NAME\" makes the first.\n", arguments, district.name);
      for (auto run = all.rbegin(); run != all.rend(); ++run) {
        out += std::to_string(run->id) + "  " + run->created + "  " + run->kind + (run->undoes ? " of run " + std::to_string(*run->undoes) : "") +
               (run->source ? " (" + source_name(run->source) + ")" : "") + ": " + (run->state == "done" ? run->outcome : run->state);
        if (!run->decision.empty()) out += ", " + run->decision;
        if (!run->held_because.empty()) out += " (" + run->held_because + ")";
        if (run->revision) out += ", revision " + std::to_string(*run->revision);
        out += "\n";
      }
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    return exit_fine;
  });
}

int run_run(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const run = store::find_run(hub.home.operations(), district.id, given.run);
    if (!run) return say_why(store::no_run(district, given.run));
    if (run->report.empty()) return say_why("Run " + std::to_string(given.run) + " is " + run->state + "; it has no answer yet.");
    if (arguments.format == "json") {
      std::printf("%s\n", run->report.c_str());
      return exit_fine;
    }
    auto const answer = runs::from_json(run->report);
    if (!answer) return say_why(answer.trouble().text);
    auto const text = runs::to_text(*answer);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_fine;
  });
}

int run_export(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    runs::ExportOptions options;
    options.revision = given.revision;
    if (!given.oneroster.empty()) options.version = given.oneroster == "1.2" ? Version::V12 : Version::V11;
    options.schools = given.schools;
    if (auto const there = in_the_way(given.out); !there.empty()) {
      if (!given.force) return say_why(there + " is there already; --force writes over it.");
      clear_tables(given.out);
    }
    auto handed_on = runs::HandedOn::begin(hub, district, options);
    if (!handed_on) return say_why(handed_on.trouble().text);
    Output output(
        given.out, [&](std::string_view bytes) { handed_on->take(bytes); }, hub.workers);
    auto const exported =
        output.sink() == nullptr ? Result<runs::Exported>(Trouble{output.why()}) : runs::export_roster(hub, district, options, *output.sink());
    auto const written = exported && output.finish();
    if (auto trouble = handed_on->end(hub, written ? exported : Result<runs::Exported>(Trouble{}))) return say_why(trouble->text);
    if (!exported && output.sink() != nullptr) return say_why(exported.trouble().text);
    if (!written) return complain(output.why());
    std::string out;
    if (arguments.format == "json") {
      JsonWriter json(out);
      json.begin_object().field("revision", exported->revision).field("oneroster", name_of(exported->version)).key("rows").begin_object();
      for (auto const& [table, rows] : exported->rows) json.field(table, rows);
      json.end_object().key("lost").begin_array();
      for (auto const& lost : exported->lost) json.value(lost);
      json.end_array().end_object();
    } else {
      out = "Revision " + std::to_string(exported->revision) + " of " + district.name + " as OneRoster " + std::string(name_of(exported->version)) + " in " +
            given.out + ":";
      for (auto const& [table, rows] : exported->rows) out += " " + std::to_string(rows) + " " + table;
      for (auto const& lost : exported->lost) out += "\n  - " + lost;
    }
    std::printf("%s\n", out.c_str());
    return exit_fine;
  });
}

int run_edit(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    runs::EditRequest request{given.table, given.sourced_id, {}, given.until};
    for (auto const& text : given.fields) {
      auto const at = text.find('=');
      if (at == std::string::npos) return complain("\"" + text + "\" is written FIELD=VALUE.");
      request.fields.emplace_back(text.substr(0, at), text.substr(at + 1));
    }
    return tell(arguments, runs::edit(hub, district, request));
  });
}

int run_rekey(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    return tell(arguments, runs::rekey(hub, district, given.table, given.sourced_id, given.new_id));
  });
}

int run_trace(HubArguments const& arguments, RunArguments const& given, bool with_events) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const record = runs::trace(hub, district, given.table, given.sourced_id, given.revision);
    if (!record) return say_why(record.trouble().text);
    auto const text = arguments.format == "json" ? runs::to_json(*record, with_events) + "\n" : runs::to_text(*record, with_events);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return record->lives || with_events ? exit_fine : exit_told;
  });
}

}  // namespace rollbook::cli
