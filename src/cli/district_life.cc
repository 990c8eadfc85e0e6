// rollbook district lock, unlock, delete: what the operator of a server decides of a whole district.
#include "cli/district_life.h"

#include "cli/in_hub.h"
#include "runs/delete_district.h"

namespace rollbook::cli {
namespace {

int told(std::optional<Trouble> const& trouble, std::string const& done) {
  if (trouble) return say_why(trouble->text);
  std::printf("%s\n", done.c_str());
  return exit_fine;
}

}  // namespace

int run_district_lock(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    return told(store::lock_district(hub.home.operations(), district, hub.actor),
                "Nobody enters \"" + district.name + "\" now, and nothing is taken or done for it.");
  });
}

int run_district_unlock(HubArguments const& arguments, RunArguments const& given) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    return told(store::unlock_district(hub.home.operations(), district, hub.actor), "\"" + district.name + "\" is served again; what waited goes on.");
  });
}

int run_district_delete(HubArguments const& arguments, RunArguments const& given, std::string const& typed) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto& operations = hub.home.operations();
    if (typed.empty()) {
      std::printf("All that is kept of \"%s\" would be destroyed: its roster with the whole history, its deliveries, and\n", district.name.c_str());
      for (auto const& holding : store::holdings_of(operations, district.id))
        std::printf("%10lld  %s\n", static_cast<long long>(holding.many), holding.what.c_str());
      std::printf("Backups that were made before are not covered. To delete it, add --name and the name of the district.\n");
      return exit_fine;
    }
    bool const asked = store::service_of(operations, district.id) == store::Service::Deleting && typed == district.name;
    if (!asked)
      if (auto const trouble = store::ask_to_delete(operations, district, typed, hub.actor)) return say_why(trouble->text);
    auto const done = runs::delete_district(hub, district);
    if (!done) return say_why(done.trouble().text);
    auto const deletion = store::find_deletion(operations, district.id);
    if (!*done && (!deletion || deletion->finished.empty()))
      return say_why("Somebody still works for the district, and is told to stop. A server does the rest by itself; without one, ask again in a while.");
    std::fputs(deletion->proof.c_str(), stdout);
    return exit_fine;
  });
}

}  // namespace rollbook::cli
