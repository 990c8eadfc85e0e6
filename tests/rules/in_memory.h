// A check without a disk: files as texts in, the report out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/json.h"
#include "report/render.h"
#include "rules/check.h"

namespace rollbook::test {

using Files = std::map<std::string, std::string>;  // by path

inline CheckOptions options_of(std::string_view profile) {
  CheckOptions options;
  options.profile = profile_by_name(profile);
  options.workers = 2;
  options.today = 20251001;
  options.seed = 20251001;  // a number like any other, but the same in every run
  options.kernel = csv::best_kernel();
  return options;
}

inline Bundle opened(Files const& files) {
  std::vector<InputFile> inputs;
  for (auto const& [path, text] : files) inputs.push_back({path, text, false});
  return open_bundle(std::move(inputs));
}

inline CheckReport checked(Files const& files, CheckOptions const& options) {
  auto const bundle = opened(files);
  return render(check(bundle, {}, options), bundle, options, "");
}

inline std::string json_of(CheckReport const& report) {
  std::string json;
  write_json(report, [&](std::string_view piece) { json += piece; });
  return json;
}

}  // namespace rollbook::test
