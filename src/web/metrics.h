// The text format of Prometheus (0.0.4), as it is written: families of numbers, each with its help, its type and its samples.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollbook::web {

class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  // What follows belongs to it. `type`: counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  // `suffix`: of a histogram, _bucket, _sum or _count.
  void sample(double value, Labels const& labels = {}, std::string_view suffix = {});
  // A family of one number.
  void one(std::string_view name, std::string_view type, std::string_view help, double value);

  std::string const& text() const { return text_; }

 private:
  std::string text_, family_;
};

}  // namespace rollbook::web
