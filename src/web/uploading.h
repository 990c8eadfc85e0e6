// Files come in by hand, from the form of a browser into the vault, piece by piece; then a run is made of them and put into the queue. Nothing of them is
// looked at here but how each begins. What kind of run it is, and where it may come, is for the page to say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/forms.h"
#include "runs/landing.h"
#include "runs/queue.h"
#include "web/page.h"
#include "web/seat.h"

namespace rollbook::web {

class Uploading : public Taker {
 public:
  explicit Uploading(Visit& visit);
  std::optional<Answer> take(std::string_view bytes) final;
  Answer finish() final;

 protected:
  static constexpr std::size_t longest_beginning = 64 << 10;

  // The page again, with what was wrong.
  virtual Answer again(std::string const& wrong) = 0;
  // Why nothing can come now; "" when it can. Asked before the first byte is kept.
  virtual std::string why_not() = 0;
  // Why this file is not fit for it; "" when it is. `is_zip` by its name.
  virtual std::string wrong_with(std::string const& name, bool is_zip) = 0;
  // How it is called as it is kept. `beginning`: its first bytes, up to the end of the first line, where `reads_beginning`.
  virtual std::string kept_as(std::string const& name, std::string_view beginning) = 0;
  virtual bool reads_beginning() const { return false; }
  virtual std::string nothing_chosen() const = 0;
  // All is there.
  virtual Answer keep(runs::Landing::Landed const& landed) = 0;

  Visit& visit() { return visit_; }
  http::Fields const& fields() const { return form_->fields(); }
  // A sentence about files that were neither zips nor CSV; "" when there was none.
  std::string what_was_left_out() const;

 private:
  bool may();
  std::optional<Trouble> say(std::string what);
  std::optional<Trouble> begin(http::Multipart::File const& file);
  std::optional<Trouble> piece(std::string_view bytes);
  std::optional<Trouble> begin_landing();
  std::optional<Trouble> end_file();
  std::string too_much() const;

  Visit& visit_;
  Seat seat_;
  std::optional<http::Multipart> form_;
  std::optional<runs::Landing> landing_;
  std::uint64_t came_ = 0;
  std::string name_, beginning_;  // of a file whose beginning has not come whole
  bool skips_ = true, waits_ = false;
  std::vector<std::string> left_out_;
  std::string wrong_;              // with what was chosen; told on the page when all has come
  std::optional<Answer> refused_;  // told at once
};

}  // namespace rollbook::web
