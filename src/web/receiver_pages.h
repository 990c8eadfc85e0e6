// Pages of a receiver: what the next export would hold, and where it is pushed to.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// receiver_preview.cc
Answer preview_receiver(Visit& visit);
Answer do_preview_receiver(Visit& visit);

// receiver_sftp.cc
Answer receiver_sftp(Visit& visit);
Answer save_receiver_sftp(Visit& visit);
Answer ask_receiver_key(Visit& visit);
Answer pin_receiver_key(Visit& visit);
Answer save_receiver_secret(Visit& visit);

}  // namespace rollbook::web
