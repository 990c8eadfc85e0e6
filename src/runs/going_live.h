// A source goes live with its first approved delivery, or because a person sets it so. Where the district has organizations of another source already, somebody
// must have said of each organization of the delivery which of them it is: two schools made of one are hard to take apart again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runs/what_if.h"

namespace rollbook::runs {

struct Org {
  std::string id, name, type;
};

// Organizations of a delivery, in the order of its file, at most `most_orgs`; of an orgs.csv that cannot be read none.
inline constexpr std::size_t most_orgs = 5000;
std::vector<Org> organizations_of(Bundle const& bundle, store::SourceSettings const& settings);

// Those of the roster that other sources brought than this one, by name.
std::vector<Org> organizations_of_others(store::Database& roster, std::int64_t source);

// What somebody has said of organizations of a source: map.schools, alias.organizations.
std::vector<std::pair<std::string, std::string>> decisions_on_organizations(store::SourceSettings const& settings);

// Organizations of the delivery of which nobody has said which one of the district they are; none where the district has no others.
std::vector<Org> undecided(std::vector<Org> delivered, std::vector<Org> const& of_others, store::SourceSettings const& settings);
std::vector<Org> undecided(Bundle const& bundle, store::Database& roster, store::Source const& source);

// Why a source with such organizations cannot go live, and where they are decided; "" when there are none.
std::string why_undecided(std::vector<Org> const& open, store::Source const& source);

// What is said before it, of an approval.
std::string would_go_live(store::Source const& source);

// The same of what came last; without a delivery nothing stands in the way. Of one too large to be opened while a person waits its run will say.
std::string why_not_live(Hub& hub, store::District const& district, store::Source const& source);
std::string why_not_live(Hub& hub, store::District const& district, store::Source const& source, store::LastDelivery const& last);

// The same of a run that waits: with its approval its source would go live. "" as well when it would not.
std::string why_not_approved(Hub& hub, store::District const& district, std::int64_t run);

}  // namespace rollbook::runs
