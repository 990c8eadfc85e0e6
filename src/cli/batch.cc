#include "cli/batch.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/in_hub.h"
#include "runs/batch.h"
#include "store/district_settings.h"

namespace rollbook::cli {
namespace {

std::string counted(std::uint64_t many, std::string const& one) { return std::to_string(many) + " " + one + (many == 1 ? "" : "s"); }

std::optional<std::string> write_new(std::string const& path, std::string const& text) {
  if (std::error_code error; std::filesystem::exists(path, error)) return path + " is there already; name another file.";
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return "Cannot write " + path + ": " + std::strerror(errno) + ".";
  return std::nullopt;
}

// Says what stage one has found in a file, and writes the report. Nothing: it goes on.
template <class Row>
std::optional<int> tell_errors(std::string const& name, batch::FlatFile<Row> const& file, std::string const& report, std::string const& option,
                               std::string const& to) {
  if (report.empty()) return std::nullopt;
  if (!to.empty())
    if (auto const wrong = write_new(to, report)) return say_why(*wrong);
  std::fprintf(stderr, "%s and %s in %s; %s. %s\n", counted(file.errors(), "error").c_str(), counted(file.warnings(), "warning").c_str(), name.c_str(),
               (counted(file.left_out, "row") + (file.left_out == 1 ? " is" : " are") + " left out").c_str(),
               to.empty() ? (option + " FILE writes a report that says what is wrong with each row.").c_str() : ("The report is in " + to + ".").c_str());
  return std::nullopt;
}

runs::Answer refused(store::District const& district, std::string const& why) {
  runs::Answer answer;
  answer.kind = runs::batch_kind;
  answer.district = district.name;
  answer.outcome = "refused";
  answer.reasons = {why};
  return answer;
}

}  // namespace

int run_batch(HubArguments const& arguments, RunArguments const& given, BatchArguments const& given_batch) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto delivery = delivery::load_delivery(given.paths, hub.workers);
    if (!delivery) return complain(delivery.trouble().text);
    if (auto const wrong = runs::name_upload(*delivery); !wrong.empty()) return complain(wrong);
    auto const looked = runs::look_at_upload(hub, district, *delivery);
    if (!looked) return say_why(pasteable(looked.trouble().text, arguments, district.name));
    auto const& upload = *looked->upload;
    if (!upload.refusal.empty()) return tell(arguments, refused(district, upload.refusal));
    if (auto const status = tell_errors("users.csv", upload.users, looked->users_errors, "--errors", given_batch.errors)) return *status;
    if (auto const status =
            tell_errors("demographics.csv", upload.demographics, looked->demographics_errors, "--demographics-errors", given_batch.demographics_errors))
      return *status;
    if (given.dry_run) return tell(arguments, runs::preview_upload(hub, district, std::move(*delivery)));
    return tell(arguments, runs::process_upload(hub, district, std::move(*delivery), given.approve));
  });
}

int run_users_file(HubArguments const& arguments, RunArguments const& given, BatchArguments const& batch) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const written = runs::users_file(hub, district, {batch.school, batch.role});
    if (!written) return say_why(written.trouble().text);
    if (auto const wrong = write_new(batch.out, written->text)) return say_why(*wrong);
    std::printf("%s in %s.%s\n", counted(written->rows, "row").c_str(), batch.out.c_str(),
                written->others == 0
                    ? ""
                    : (" People with other roles are left out, " + std::to_string(written->others) + " in all: users.csv has no word for them.").c_str());
    return exit_fine;
  });
}

int run_demographics_file(HubArguments const& arguments, RunArguments const& given, BatchArguments const& batch) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto const written = runs::demographics_file(hub, district, {batch.school, batch.role});
    if (!written) return say_why(written.trouble().text);
    if (auto const wrong = write_new(batch.out, written->text)) return say_why(*wrong);
    std::printf("%s in %s.\n", counted(written->rows, "row").c_str(), batch.out.c_str());
    return exit_fine;
  });
}

int run_organization_add(HubArguments const& arguments, RunArguments const& given, BatchArguments const& batch) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    return tell(arguments, runs::add_organization(hub, district, {batch.id, batch.name, batch.type, batch.parent}));
  });
}

int run_batch_upload(HubArguments const& arguments, RunArguments const& given, BatchArguments const& batch) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    bool const on = batch.on == "on";
    if (auto const trouble = store::switch_batch_upload(hub.home.operations(), district, on, hub.actor)) return say_why(trouble->text);
    std::printf("Batch Upload is switched %s for \"%s\".\n", on ? "on" : "off", district.name.c_str());
    return exit_fine;
  });
}

}  // namespace rollbook::cli
