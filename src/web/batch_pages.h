// Batch Upload: users.csv and demographics.csv of a district without a OneRoster export.
#pragma once

#include <memory>

#include "web/page.h"

namespace rollbook::web {

struct OneRun;

// batch_upload.cc: instructions, and where the files come in.
Answer batch_upload(Visit& visit);
std::unique_ptr<Taker> take_batch_upload(Visit& visit);

// batch_files.cc: templates, a sample, and the roster as such files.
Answer users_template(Visit& visit);
Answer demographics_template(Visit& visit);
Answer sample_set(Visit& visit);
Answer download_users(Visit& visit);
Answer download_demographics(Visit& visit);
Answer download_ticked_students(Visit& visit);
Answer download_ticked_staff(Visit& visit);

// batch_rows.cc: what is wrong with the rows of an upload, and what a person may decide of them.
Answer upload_rows(Visit& visit);
Answer confirm_people(Visit& visit);
Answer choose_values(Visit& visit);
Answer users_errors(Visit& visit);
Answer demographics_errors(Visit& visit);

// On the page of a run of an upload: what it counts, and where its rows are.
void set_upload(Visit& visit, Model& model, OneRun const& one);

}  // namespace rollbook::web
