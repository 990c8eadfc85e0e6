#include <algorithm>

#include "batch/demographics_file.h"
#include "batch/demographics_form.h"
#include "batch/users_form.h"
#include "report/words.h"
#include "runs/batch.h"
#include "runs/look.h"
#include "runs/source_change.h"
#include "store/runs.h"
#include "web/batch_pages.h"
#include "web/enrollment.h"
#include "web/organizations.h"
#include "web/parts.h"
#include "web/run_words.h"
#include "web/uploading.h"

namespace rollbook::web {
namespace {

// A data dictionary, as the declaration says it.
Model dictionary_of(batch::Form const& form) {
  Model rows = Model::List();
  for (auto const& column : form.columns) {
    std::string words;
    for (auto const word : column.words) words += (words.empty() ? "" : ", ") + std::string(word);
    rows.add({{"header", column.header},
              {"need", column.need == batch::Need::Required   ? "required"
                       : column.need == batch::Need::Optional ? "optional"
                                                              : "required when " + std::string(column.when)},
              {"words", words},
              {"doc", column.doc}});
  }
  return rows;
}

// The upload that waits for a decision, if there is one.
std::optional<store::Run> waiting_upload(Visit& visit) {
  for (auto& run : store::open_runs(visit.hub.home.operations(), visit.district->id))
    if (run.kind == runs::batch_kind) return run;
  return std::nullopt;
}

Answer upload_page(Visit& visit, std::string const& wrong) {
  View view{"batch_upload", "Batch Upload"};
  auto& model = view.model;
  if (!wrong.empty()) view.status = 422;
  set_tabs(visit, model, "upload");
  auto const why = runs::why_no_batch(visit.hub, *visit.district);
  auto const waiting = waiting_upload(visit);
  Model schools = Model::List();
  for (auto const& school : organizations_of(visit)) schools.add(choice(school.id, school.name + " (" + school.id + ")", false));
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["closed"] = why.empty() ? Model(false) : alert("info", why);
  model["open"] = why.empty();
  model["waiting"] = waiting ? Model{{"id", waiting->id}, {"to", run_address(visit, waiting->id)}} : Model(false);
  model["to"] = visit.in_district("enrollment/upload");
  model["most"] = visit.most_to_upload;
  model["most_in_words"] = size_in_words(visit.most_to_upload);
  model["users"] = dictionary_of(batch::users_form);
  model["demographics"] = dictionary_of(batch::demographics_form);
  model["download"] = visit.in_district("enrollment/download");
  model["schools"] = std::move(schools);
  model["may_demographics"] = visit.standing.may_everywhere(access::Right::SeeDemographics, visit.district->id);
  model["to_history"] = visit.in_district("history?kind=batch");
  model["to_identifiers"] = visit.in_district("enrollment/identifiers");
  return view;
}

class BatchUpload : public Uploading {
 public:
  using Uploading::Uploading;

 private:
  Answer again(std::string const& wrong) override { return upload_page(visit(), wrong); }
  std::string why_not() override { return runs::why_no_batch(visit().hub, *visit().district); }

  std::string wrong_with(std::string const&, bool is_zip) override {
    if (is_zip) return "Send users.csv as it is, not in a zip. A zip of OneRoster files is uploaded under Rosters, Upload.";
    return "";
  }

  bool reads_beginning() const override { return true; }
  // By its headers: people call their files as they like.
  std::string kept_as(std::string const&, std::string_view beginning) override {
    std::string const name = batch::is_demographics(beginning) ? "demographics.csv" : "users.csv";
    auto& there = name == "users.csv" ? has_users_ : has_demographics_;
    if (std::exchange(there, true)) twice_ = name;
    return name;
  }
  std::string nothing_chosen() const override { return "Choose users.csv, demographics.csv, or both first."; }

  Answer keep(runs::Landing::Landed const& landed) override {
    if (!twice_.empty()) return again("One " + twice_ + " at a time: several files have its headers. Put their rows into one file.");
    auto const queued = runs::queue_upload(visit().hub, *visit().district, landed.delivery);
    if (!queued || queued->failed) return again(queued ? *queued->failed : queued.trouble().text);
    auto& operations = visit().hub.home.operations();
    // What is not noted has come all the same: the run itself says by whom.
    [[maybe_unused]] auto const not_noted = operations.transaction([&] {
      store::note(operations, visit().hub.actor, visit().district->id, "delivery uploaded", "Batch Upload: run " + std::to_string(queued->run));
      return true;
    });
    auto said = std::string("It has arrived. Nothing is changed before you have seen what would change, and press Process file.");
    if (auto const left_out = what_was_left_out(); !left_out.empty()) said += " " + left_out;
    return Redirect{run_address(visit(), queued->run), said};
  }

  bool has_users_ = false, has_demographics_ = false;
  std::string twice_;
};

}  // namespace

Answer batch_upload(Visit& visit) { return upload_page(visit, ""); }

std::unique_ptr<Taker> take_batch_upload(Visit& visit) { return std::make_unique<BatchUpload>(visit); }

}  // namespace rollbook::web
