// A delivery comes in by hand: a zip, loose CSV files or a folder.
#include <algorithm>

#include "report/words.h"
#include "runs/batch_kind.h"
#include "runs/look.h"
#include "runs/queue.h"
#include "runs/source_change.h"
#include "store/runs.h"
#include "store/sources.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"
#include "web/uploading.h"

namespace rollbook::web {
namespace {

std::vector<store::Source> open_sources(Visit& visit) {
  std::vector<store::Source> open;
  if (auto all = store::list_sources(visit.hub.home.operations(), *visit.district))
    for (auto& source : *all)
      if (source.is_active() && runs::why_only_uploads(source).empty()) open.push_back(std::move(source));
  return open;
}

std::optional<store::Source> source_of(Visit& visit, std::string_view id) {
  for (auto& source : open_sources(visit))
    if (std::to_string(source.id) == id) return source;
  return std::nullopt;
}

std::string what_becomes_of_it(store::Source const& source) {
  return source.settings.is("live") && source.settings.is("apply-by-itself")
             ? "What you send is checked, and applied by itself when nothing is held: this source is set so."
             : "You see first what would be created, changed and removed. Nothing changes before you apply it.";
}

// The page, with what was wrong.
View upload_page(Visit& visit, std::vector<store::Source> const& sources, std::string_view chosen, std::string wrong) {
  View view{"upload", "Upload"};
  auto const source = std::find_if(sources.begin(), sources.end(), [&](auto const& s) { return std::to_string(s.id) == chosen; });
  auto& model = view.model;
  if (!wrong.empty()) view.status = 422;
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", std::move(wrong));
  model["sources"] = Model::List();
  for (auto const& one : sources) model["sources"].add(choice(std::to_string(one.id), one.name, source != sources.end() && one.id == source->id));
  auto const* const only = sources.size() == 1 ? &sources.front() : source != sources.end() ? &*source : nullptr;
  model["only"] = sources.size() == 1 ? Model{{"id", sources.front().id}, {"name", sources.front().name}} : Model(false);
  model["becomes"] =
      only != nullptr ? what_becomes_of_it(*only) : "You see first what would be created, changed and removed, unless the source is set to apply by itself.";
  model["to"] = visit.in_district("upload");
  model["most"] = visit.most_to_upload;
  model["most_in_words"] = size_in_words(visit.most_to_upload);
  model["most_files"] = static_cast<std::int64_t>(runs::Landing::most_files);
  return view;
}

std::string base_name(std::string const& path) { return path.substr(path.find_last_of("/\\") + 1); }

// The hashes of a delivery, whatever its files are called, in an order that does not depend on who sent them.
std::vector<std::string> content_of(std::string const& delivery) {
  std::vector<std::string> hashes;
  for (auto const& file : runs::received_files(delivery)) hashes.push_back(file.hash + (file.zip ? "" : " " + base_name(file.path)));
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

// A delivery of a source. The fields of the form come first: the token, the source; then the files.
class Upload : public Uploading {
 public:
  using Uploading::Uploading;

 private:
  Answer again(std::string const& wrong) override {
    return upload_page(visit(), open_sources(visit()), source_ ? std::to_string(source_->id) : std::string(fields()["source"]), wrong);
  }

  std::string why_not() override {
    source_ = source_of(visit(), fields()["source"]);
    return source_ ? runs::why_closed(*source_) : "Choose the source that this delivery comes from.";
  }

  std::string wrong_with(std::string const&, bool is_zip) override {
    zips_ += is_zip ? 1 : 0;
    return zips_ > 1 ? "Several zips were chosen. Send one: a delivery is one zip, or loose CSV files." : "";
  }

  std::string kept_as(std::string const& name, std::string_view) override { return name; }
  std::string nothing_chosen() const override { return "Choose a zip, or the CSV files of one delivery, first."; }

  Answer keep(runs::Landing::Landed const& landed) override {
    auto& operations = visit().hub.home.operations();
    auto const before = store::last_delivery(operations, visit().district->id, source_->id, store::Deliveries::Applied);
    auto const queued = runs::queue_delivery(visit().hub, *visit().district, *source_, landed.delivery, "");
    if (!queued || queued->failed) return again(queued ? *queued->failed : queued.trouble().text);
    // What is not noted has come all the same: the run itself says by whom.
    [[maybe_unused]] auto const not_noted = operations.transaction([&] {
      store::note(operations, visit().hub.actor, visit().district->id, "delivery uploaded", source_->name + ": run " + std::to_string(queued->run));
      return true;
    });
    auto said = std::string("It has arrived.");
    for (auto const& sentence : landed.told) said += " " + sentence;
    if (auto const left_out = what_was_left_out(); !left_out.empty()) said += " " + left_out;
    if (before && content_of(before->files) == content_of(landed.delivery))
      said += " It is the same delivery as run " + std::to_string(before->run) + ", the last that was applied.";
    return Redirect{run_address(visit(), queued->run), said};
  }

  std::optional<store::Source> source_;
  int zips_ = 0;
};

}  // namespace

Answer upload(Visit& visit) {
  auto const sources = open_sources(visit);
  if (sources.empty()) return Redirect{visit.in_district("gallery"), "There is no source yet that could take a delivery: activate one here, then upload."};
  return upload_page(visit, sources, visit.query["source"], "");
}

std::unique_ptr<Taker> take_upload(Visit& visit) { return std::make_unique<Upload>(visit); }

}  // namespace rollbook::web
