// rollbook source deactivate, delete, replace: what becomes of a source.
#include "runs/source_change.h"

#include "cli/in_hub.h"

namespace rollbook::cli {
namespace {

template <class Work>
int of_source(HubArguments const& arguments, RunArguments const& given, Work const& work) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const source = store::find_source(hub.home.operations(), district, given.source);
    if (!source) return say_why(source.trouble().text);
    return tell(arguments, work(hub, district, *source));
  });
}

}  // namespace

int run_source_deactivate(HubArguments const& arguments, RunArguments const& given) { return of_source(arguments, given, runs::deactivate_source); }

int run_source_delete(HubArguments const& arguments, RunArguments const& given, bool with_records) {
  return of_source(arguments, given, [&](runs::Hub& hub, store::District const& district, store::Source const& source) {
    return runs::delete_source(hub, district, source, with_records);
  });
}

int run_source_replace(HubArguments const& arguments, RunArguments const& given, std::string const& new_source) {
  return of_source(arguments, given, [&](runs::Hub& hub, store::District const& district, store::Source const& source) -> Result<runs::Answer> {
    auto const next = store::find_source(hub.home.operations(), district, new_source);
    if (!next) return next.trouble();
    return runs::replace_source(hub, district, source, *next);
  });
}

}  // namespace rollbook::cli
