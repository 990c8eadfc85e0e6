// A delivery comes in by hand: a zip, loose CSV files or a folder, from the form of a browser into the vault, piece by piece. A run is made of it and put into
// the queue; nothing is looked at here.
#include <algorithm>
#include <atomic>

#include "base/text.h"
#include "http/forms.h"
#include "report/words.h"
#include "runs/batch_kind.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/queue.h"
#include "runs/source_change.h"
#include "store/runs.h"
#include "store/sources.h"
#include "web/admission.h"
#include "web/pages.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t longest_name = 255, most_names_told = 3;

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

// What the sender calls it, fit to be stored and shown: no control characters, not endless, and cut between characters.
std::string tidy_name(std::string name) {
  for (auto& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '_';
  if (name.size() > longest_name) {
    auto from = name.size() - longest_name;  // its end says what it is
    while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0) == 0x80) ++from;
    name.erase(0, from);
  }
  return name;
}

// The hashes of a delivery, whatever its files are called, in an order that does not depend on who sent them.
std::vector<std::string> content_of(std::string const& delivery) {
  std::vector<std::string> hashes;
  for (auto const& file : runs::received_files(delivery)) hashes.push_back(file.hash + (file.zip ? "" : " " + base_name(file.path)));
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

// Each holds databases and files open for as long as its sender takes.
class Seat {
 public:
  static constexpr int most = 32;
  Seat() : number_(++taken) {}
  Seat(Seat const&) = delete;
  ~Seat() { --taken; }
  bool is_one_too_many() const { return number_ > most; }

 private:
  static inline std::atomic<int> taken = 0;
  int const number_;
};

// Takes the form as it comes. Its fields come first: the token, the source; then the files.
class Upload : public Taker {
 public:
  explicit Upload(Visit& visit) : visit_(visit) {
    if (seat_.is_one_too_many()) {
      refused_ = Refusal{503, "Too many uploads are under way on this server.", "Try again in some minutes."};
      return;
    }
    if (visit.head.body_size.value_or(0) > visit.most_to_upload + form_around) {
      refused_ =
          Refusal{413, "This is " + size_in_words(*visit.head.body_size) + "; at most " + size_in_words(visit.most_to_upload) + " can be uploaded at once.",
                  "Send a zip: roster files become about ten times smaller in it."};
      return;
    }
    auto form = http::Multipart::of(
        visit.head.header("content-type"), [this](auto const& file) { return begin(file); }, [this](auto bytes) { return piece(bytes); },
        []() -> std::optional<Trouble> { return std::nullopt; });
    if (form) form_.emplace(std::move(*form));
    else refused_ = Refusal{400, form.trouble().text, "Open the upload page again, and choose the files there."};
  }

  std::optional<Answer> take(std::string_view bytes) override {
    if (refused_) return std::exchange(refused_, std::nullopt);
    came_ += bytes.size();
    if (came_ > visit_.most_to_upload + form_around)
      return Refusal{413, "At most " + size_in_words(visit_.most_to_upload) + " can be uploaded at once.",
                     "Send a zip: roster files become about ten times smaller in it."};
    // What is wrong with the choice of files is told when all of it has come: a browser that still sends would not hear it.
    if (!wrong_.empty()) return std::nullopt;
    if (auto const trouble = form_->take(bytes); trouble && wrong_.empty() && !refused_) refused_ = Refusal{400, trouble->text};
    return refused_ ? std::optional(std::exchange(refused_, std::nullopt)) : std::nullopt;
  }

  Answer finish() override {
    if (refused_) return std::move(*refused_);
    if (wrong_.empty())
      if (auto const trouble = form_->finish()) return Refusal{400, trouble->text};
    if (!may()) return std::move(*refused_);
    if (wrong_.empty() && !landing_)
      wrong_ = left_out_.empty() ? "Choose a zip, or the CSV files of one delivery, first." : "There is no zip and no CSV file in what was chosen.";
    if (!wrong_.empty()) return upload_page(visit_, open_sources(visit_), form_->fields()["source"], wrong_);
    return keep();
  }

 private:
  static constexpr std::uint64_t form_around = 1 << 20;  // fields and the lines between the parts

  // Before the first byte of a file is kept: that the form is ours, and for whom it is.
  bool may() {
    if (visit_.csrf_checked) return true;
    if (!right_token(visit_, form_->fields()["csrf"])) {
      refused_ = Refusal{403, "This form is too old, or it did not come from a page of this portal.", "Go back, load the page again, and send it once more."};
      return false;
    }
    return visit_.csrf_checked = true;
  }

  std::optional<Trouble> say(std::string what) {
    wrong_ = std::move(what);
    landing_.reset();
    return Trouble{wrong_};
  }

  std::optional<Trouble> begin(http::Multipart::File const& file) {
    skips_ = true;
    if (!may()) return Trouble{"not from us"};
    if (file.name.empty()) return std::nullopt;  // an input in which nothing was chosen
    auto const name = tidy_name(file.name);
    auto const kind = lower(base_name(name));
    if (!kind.ends_with(".zip") && !kind.ends_with(".csv")) return left_out_.push_back(base_name(name)), std::nullopt;
    if (kind.ends_with(".zip") && ++zips_ > 1) return say("Several zips were chosen. Send one: a delivery is one zip, or loose CSV files.");
    if (!landing_)
      if (auto trouble = start()) return trouble;
    if (auto const trouble = landing_->begin(name)) return say(trouble->text);
    skips_ = false;
    return std::nullopt;
  }

  std::optional<Trouble> start() {
    source_ = source_of(visit_, form_->fields()["source"]);
    if (!source_) return say("Choose the source that this delivery comes from.");
    if (auto why = runs::why_closed(*source_); !why.empty()) return say(std::move(why));
    if (visit_.hub.data_folder.empty())  // there the vault lies in the roster's database
      if (auto const roster = runs::open_roster(visit_.hub, *visit_.district); !roster) return say(roster.trouble().text);
    landing_.emplace(visit_.hub, *visit_.district);
    if (auto trouble = landing_->no_room_for(visit_.head.body_size.value_or(0))) return say(std::move(trouble->text));
    return std::nullopt;
  }

  std::optional<Trouble> piece(std::string_view bytes) {
    if (skips_) return std::nullopt;
    landing_->take(bytes);
    if (landing_->is_stuck())
      return say("The server's disk took no more of it: it is full, or broken. Nothing of it was kept. Tell the operator of this server.");
    return std::nullopt;
  }

  Answer keep() {
    auto& operations = visit_.hub.home.operations();
    auto const landed = landing_->finish();
    if (!landed) return upload_page(visit_, open_sources(visit_), std::to_string(source_->id), landed.trouble().text);
    auto const before = store::last_delivery(operations, visit_.district->id, source_->id, store::Deliveries::Applied);
    auto const queued = runs::queue_delivery(visit_.hub, *visit_.district, *source_, landed->delivery, "");
    if (!queued || queued->failed)
      return upload_page(visit_, open_sources(visit_), std::to_string(source_->id), queued ? *queued->failed : queued.trouble().text);
    // What is not noted has come all the same: the run itself says by whom.
    [[maybe_unused]] auto const not_noted = operations.transaction([&] {
      store::note(operations, visit_.hub.actor, visit_.district->id, "delivery uploaded", source_->name + ": run " + std::to_string(queued->run));
      return true;
    });
    auto said = std::string("It has arrived.");
    for (auto const& sentence : landed->told) said += " " + sentence;
    if (!left_out_.empty()) said += " " + what_was_left_out();
    if (before && content_of(before->files) == content_of(landed->delivery))
      said += " It is the same delivery as run " + std::to_string(before->run) + ", the last that was applied.";
    return Redirect{run_address(visit_, queued->run), said};
  }

  std::string what_was_left_out() const {
    std::string names;
    for (std::size_t i = 0; i < left_out_.size() && i < most_names_told; ++i) names += (i > 0 ? ", " : "") + left_out_[i].substr(0, 60);
    if (left_out_.size() > most_names_told) names += " and " + std::to_string(left_out_.size() - most_names_told) + " more";
    return "Left out, for being neither a zip nor a CSV file: " + names + ".";
  }

  Visit& visit_;
  Seat seat_;
  std::optional<http::Multipart> form_;
  std::optional<store::Source> source_;
  std::optional<runs::Landing> landing_;
  std::uint64_t came_ = 0;
  int zips_ = 0;
  bool skips_ = true;
  std::vector<std::string> left_out_;
  std::string wrong_;              // with what was chosen; told on the page when all has come
  std::optional<Answer> refused_;  // told at once
};

}  // namespace

Answer upload(Visit& visit) {
  auto const sources = open_sources(visit);
  if (sources.empty()) return Redirect{visit.in_district("gallery"), "There is no source yet that could take a delivery: activate one here, then upload."};
  return upload_page(visit, sources, visit.query["source"], "");
}

std::unique_ptr<Taker> take_upload(Visit& visit) { return std::make_unique<Upload>(visit); }

}  // namespace rollbook::web
