// How a source is sent to this server by itself: the account of its sender at the SFTP door.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// door.cc
Answer door(Visit& visit);
Answer make_door_password(Visit& visit);
Answer end_door_password(Visit& visit);
Answer add_door_key(Visit& visit);
Answer remove_door_key(Visit& visit);
Answer set_door_allowed(Visit& visit);
Answer let_in_at_door(Visit& visit);

}  // namespace rollbook::web
