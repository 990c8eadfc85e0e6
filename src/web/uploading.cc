#include "web/uploading.h"

#include "base/text.h"
#include "report/words.h"
#include "runs/look.h"
#include "web/admission.h"

namespace rollbook::web {
namespace {

constexpr std::size_t longest_name = 255, most_names_told = 3;
constexpr std::uint64_t form_around = 1 << 20;  // fields and the lines between the parts

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

constexpr char send_a_zip[] = "Send a zip: roster files become about ten times smaller in it.";

}  // namespace

Uploading::Uploading(Visit& visit) : visit_(visit) {
  if (seat_.is_one_too_many()) {
    refused_ = Refusal{503, "Too many uploads are under way on this server.", "Try again in some minutes."};
    return;
  }
  if (visit.head.body_size.value_or(0) > visit.most_to_upload + form_around) {
    refused_ = Refusal{
        413, "This is " + size_in_words(*visit.head.body_size) + "; at most " + size_in_words(visit.most_to_upload) + " can be uploaded at once.", send_a_zip};
    return;
  }
  auto form = http::Multipart::of(
      visit.head.header("content-type"), [this](auto const& file) { return begin(file); }, [this](auto bytes) { return piece(bytes); },
      [this] { return end_file(); });
  if (form) form_.emplace(std::move(*form));
  else refused_ = Refusal{400, form.trouble().text, "Open the upload page again, and choose the files there."};
}

std::optional<Answer> Uploading::take(std::string_view bytes) {
  if (refused_) return std::exchange(refused_, std::nullopt);
  came_ += bytes.size();
  if (came_ > visit_.most_to_upload + form_around)
    return Refusal{413, "At most " + size_in_words(visit_.most_to_upload) + " can be uploaded at once.", send_a_zip};
  // What is wrong with the choice of files is told when all of it has come: a browser that still sends would not hear it.
  if (!wrong_.empty()) return std::nullopt;
  if (auto const trouble = form_->take(bytes); trouble && wrong_.empty() && !refused_) refused_ = Refusal{400, trouble->text};
  return refused_ ? std::optional(std::exchange(refused_, std::nullopt)) : std::nullopt;
}

Answer Uploading::finish() {
  if (refused_) return std::move(*refused_);
  if (wrong_.empty())
    if (auto const trouble = form_->finish(); trouble && wrong_.empty()) return Refusal{400, trouble->text};
  if (!may()) return std::move(*refused_);
  if (wrong_.empty() && !landing_) wrong_ = left_out_.empty() ? nothing_chosen() : "There is no zip and no CSV file in what was chosen.";
  if (!wrong_.empty()) return again(wrong_);
  auto const landed = landing_->finish();
  if (!landed) return again(landed.trouble().text);
  return keep(*landed);
}

std::string Uploading::what_was_left_out() const {
  if (left_out_.empty()) return "";
  std::string names;
  for (std::size_t i = 0; i < left_out_.size() && i < most_names_told; ++i) names += (i > 0 ? ", " : "") + left_out_[i].substr(0, 60);
  if (left_out_.size() > most_names_told) names += " and " + std::to_string(left_out_.size() - most_names_told) + " more";
  return "Left out, for being neither a zip nor a CSV file: " + names + ".";
}

// Before the first byte of a file is kept: that the form is ours, and for whom it is.
bool Uploading::may() {
  if (visit_.csrf_checked) return true;
  if (!right_token(visit_, form_->fields()["csrf"])) {
    refused_ = Refusal{403, "This form is too old, or it did not come from a page of this portal.", "Go back, load the page again, and send it once more."};
    return false;
  }
  return visit_.csrf_checked = true;
}

std::optional<Trouble> Uploading::say(std::string what) {
  wrong_ = std::move(what);
  landing_.reset();
  return Trouble{wrong_};
}

std::optional<Trouble> Uploading::begin(http::Multipart::File const& file) {
  skips_ = true;
  if (!may()) return Trouble{"not from us"};
  if (file.name.empty()) return std::nullopt;  // an input in which nothing was chosen
  name_ = tidy_name(file.name);
  auto const kind = lower(base_name(name_));
  if (!kind.ends_with(".zip") && !kind.ends_with(".csv")) return left_out_.push_back(base_name(name_)), std::nullopt;
  if (auto wrong = wrong_with(name_, kind.ends_with(".zip")); !wrong.empty()) return say(std::move(wrong));
  if (!landing_) {
    if (auto why = why_not(); !why.empty()) return say(std::move(why));
    if (visit_.hub.data_folder.empty())  // there the vault lies in the roster's database
      if (auto const roster = runs::open_roster(visit_.hub, *visit_.district); !roster) return say(roster.trouble().text);
    landing_.emplace(visit_.hub, *visit_.district);
    if (auto trouble = landing_->no_room_for(visit_.head.body_size.value_or(0))) return say(std::move(trouble->text));
  }
  beginning_.clear();
  skips_ = false, waits_ = true;
  return reads_beginning() ? std::nullopt : begin_landing();
}

std::optional<Trouble> Uploading::piece(std::string_view bytes) {
  if (skips_) return std::nullopt;
  if (waits_) {
    beginning_ += bytes;
    if (beginning_.find('\n') == std::string::npos && beginning_.size() < longest_beginning) return std::nullopt;
    return begin_landing();
  }
  landing_->take(bytes);
  if (landing_->is_stuck())
    return say("The server's disk took no more of it: it is full, or broken. Nothing of it was kept. Tell the operator of this server.");
  return std::nullopt;
}

std::optional<Trouble> Uploading::begin_landing() {
  waits_ = false;
  auto const name = kept_as(name_, beginning_);
  if (name.empty()) return say(nothing_chosen());
  if (auto const trouble = landing_->begin(name)) return say(trouble->text);
  auto const first = std::exchange(beginning_, {});
  return first.empty() ? std::nullopt : piece(first);
}

std::optional<Trouble> Uploading::end_file() { return waits_ && !skips_ && wrong_.empty() ? begin_landing() : std::nullopt; }

}  // namespace rollbook::web
