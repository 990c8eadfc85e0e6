// Pages of the operator that are about whole districts and the server itself, and of the staff; as web/pages.h has the others.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// operate_life.cc: a district is suspended by the operator, resumed, deleted; what is left of those that were.
Answer lock_district(Visit& visit);
Answer unlock_district(Visit& visit);
Answer switch_batch_upload(Visit& visit);
Answer delete_district(Visit& visit);
Answer do_delete_district(Visit& visit);
Answer deletions(Visit& visit);
Answer deletion(Visit& visit);
Answer proof_of_deletion(Visit& visit);

// server_health.cc: queue, storage, versions.
Answer server_health(Visit& visit);
Answer make_metrics_token(Visit& visit);
Answer end_metrics_token(Visit& visit);

// metrics.cc: for programs that watch the server.
Answer healthz(Visit& visit);
Answer metrics(Visit& visit);
http::Response without_database();

// staff.cc: who is on the staff of any source.
Answer staff(Visit& visit);

}  // namespace rollbook::web
