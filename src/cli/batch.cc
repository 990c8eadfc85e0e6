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

// Says what stage one has found, and writes the report. Nothing: it goes on.
std::optional<int> tell_errors(runs::UploadLooked const& looked, BatchArguments const& batch) {
  auto const& file = looked.upload->file;
  if (looked.errors.empty()) return std::nullopt;
  if (!batch.errors.empty())
    if (auto const wrong = write_new(batch.errors, looked.errors)) return say_why(*wrong);
  std::fprintf(
      stderr, "%s and %s in users.csv; %s. %s\n", counted(file.errors(), "error").c_str(), counted(file.warnings(), "warning").c_str(),
      (counted(file.left_out, "row") + (file.left_out == 1 ? " is" : " are") + " left out").c_str(),
      batch.errors.empty() ? "--errors FILE writes a report that says what is wrong with each row." : ("The report is in " + batch.errors + ".").c_str());
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

int run_batch(HubArguments const& arguments, RunArguments const& given, BatchArguments const& batch) {
  return in_hub(arguments, given, [&](runs::Hub& hub, store::District const& district) {
    auto delivery = delivery::load_delivery(given.paths, hub.workers);
    if (!delivery) return complain(delivery.trouble().text);
    if (delivery->received.size() != 1 || delivery->zipped) return complain("An upload is one users.csv, not a zip or a folder.");
    std::string text(delivery->received[0].second);
    auto const size = text.size();
    text.append(csv::padding, '\0');
    auto const looked = runs::look_at_upload(hub, district, std::string_view(text).substr(0, size));
    if (!looked) return say_why(pasteable(looked.trouble().text, arguments, district.name));
    if (auto const& refusal = looked->upload->file.refusal; !refusal.empty()) return tell(arguments, refused(district, refusal));
    if (auto const status = tell_errors(*looked, batch)) return *status;
    delivery->files[0].path = delivery->received[0].first = "users.csv";  // however it is called
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
