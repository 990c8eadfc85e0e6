#include "doors/session.h"

#include <algorithm>
#include <cstdio>

namespace rollbook::doors {
namespace {

// The name in the flat folder; "" for the folder itself, nothing for what leads elsewhere.
std::optional<std::string_view> name_of(std::string_view path) {
  while (path.starts_with("/") || path.starts_with("./")) path.remove_prefix(path.starts_with("/") ? 1 : 2);
  if (path.empty() || path == ".") return std::string_view{};
  return is_zone_name(path) ? std::optional(path) : std::nullopt;
}

Status status_of(ZoneSays said) {
  switch (said) {
    case ZoneSays::Ok:
      return Status::Ok;
    case ZoneSays::NotThere:
      return Status::NotThere;
    case ZoneSays::BadName:
      return Status::Denied;
    default:
      return Status::Failure;
  }
}

std::string_view words_of(ZoneSays said) {
  switch (said) {
    case ZoneSays::BadName:
      return "Names here have no folders in them: there is one flat folder.";
    case ZoneSays::IsThere:
      return "A file of this name is there already.";
    case ZoneSays::InUse:
      return "This file is being sent at this moment.";
    case ZoneSays::TooMuch:
      return "There is no room for this: the quota of this account is used up.";
    case ZoneSays::TooManyFiles:
      return "There are too many files in this folder already.";
    case ZoneSays::DiskFull:
      return "The disk of the server is full.";
    default:
      return {};
  }
}

void answer_said(std::string& out, std::uint32_t id, ZoneSays said) { answer_status(out, id, status_of(said), words_of(said)); }

Attributes attributes_of(ZoneEntry const& entry) { return {entry.size, static_cast<std::uint32_t>(entry.modified / 1'000'000'000), false}; }

constexpr Attributes the_folder{0, 0, true};

// As `ls -l` has it; clients show it as it is.
std::string as_listed(ZoneEntry const& entry) {
  char size[32];
  std::snprintf(size, sizeof size, "%12llu", static_cast<unsigned long long>(entry.size));
  return "-rw-------    1 you      you      " + std::string(size) + " Jan  1 00:00 " + entry.name;
}

}  // namespace

bool Session::answer_next(std::string& out) {
  if (is_broken()) return false;
  auto const body = packets_.next();
  if (!body) return false;
  auto const request = read_request(*body);
  bool const begins = request && request->ask == Ask::Init;
  if (begins == begun_) return broken_ = true, false;  // it comes first, and once
  begun_ = true;
  if (begins) answer_version(out);
  else if (!request) answer_status(out, id_of(*body), Status::BadMessage);
  else answer(*request, out);
  return true;
}

void Session::answer(Request const& request, std::string& out) {
  switch (request.ask) {
    case Ask::Open:
      return open(request, out);
    case Ask::Close:
      return close(request, out);
    case Ask::Read:
      return read(request, out);
    case Ask::Write:
      return write(request, out);
    case Ask::Lstat:
    case Ask::Stat:
      return tell(request, out);
    case Ask::Fstat:
      return tell_open(request, out);
    case Ask::Setstat:
    case Ask::Fsetstat:
      return set(request, out);
    case Ask::Opendir:
      return open_folder(request, out);
    case Ask::Readdir:
      return read_folder(request, out);
    case Ask::Remove: {
      auto const name = name_of(request.path);
      return answer_said(out, request.id, name ? zone_->remove(*name) : ZoneSays::BadName);
    }
    case Ask::Realpath:
      return real_path(request, out);
    case Ask::Rename:
      return rename(request, false, out);
    case Ask::Extended:
      if (request.extension == "posix-rename@openssh.com") return rename(request, true, out);
      return answer_status(out, request.id, Status::Unsupported);
    case Ask::Mkdir:
    case Ask::Rmdir:
      return answer_status(out, request.id, Status::Denied, "There is one flat folder here, and no other.");
    case Ask::Readlink:
    case Ask::Symlink:
      return answer_status(out, request.id, Status::Denied, "There are no links here.");
    case Ask::Init:
    case Ask::Unknown:
      return answer_status(out, request.id, Status::Unsupported);
  }
}

void Session::open(Request const& request, std::string& out) {
  auto const name = name_of(request.path);
  if (!name || name->empty()) return answer_said(out, request.id, ZoneSays::BadName);
  if (handles_.size() >= most_handles) return answer_status(out, request.id, Status::Failure, "Too many files are open.");
  bool const writes = request.flags & (open_write | open_append);
  Zone::Wish const wish{.create = (request.flags & open_create) != 0,
                        .fresh = (request.flags & open_exclusive) != 0,
                        .how = request.flags & open_truncate ? Writing::Anew : Writing::GoOn};
  auto opened = writes ? zone_->write(*name, wish) : zone_->read(*name);
  if (opened.said != ZoneSays::Ok) return answer_said(out, request.id, opened.said);
  Handle handle;
  handle.file = std::move(opened.file);
  handle.append = (request.flags & open_append) != 0;
  give_handle(request, std::move(handle), out);
}

void Session::open_folder(Request const& request, std::string& out) {
  auto const name = name_of(request.path);
  if (!name || !name->empty()) return answer_status(out, request.id, Status::NotThere);
  if (handles_.size() >= most_handles) return answer_status(out, request.id, Status::Failure, "Too many files are open.");
  Handle handle;
  handle.entries = zone_->list();
  give_handle(request, std::move(handle), out);
}

void Session::give_handle(Request const& request, Handle handle, std::string& out) {
  auto const name = "h" + std::to_string(next_handle_++);
  handles_.emplace(name, std::move(handle));
  answer_handle(out, request.id, name);
}

Session::Handle* Session::handle_of(Request const& request) {
  auto const found = handles_.find(request.handle);
  return found == handles_.end() ? nullptr : &found->second;
}

void Session::close(Request const& request, std::string& out) {
  auto const found = handles_.find(request.handle);
  if (found == handles_.end()) return answer_status(out, request.id, Status::Failure);
  auto const said = found->second.file ? found->second.file->close() : ZoneSays::Ok;
  handles_.erase(found);  // only now it is not in use any more
  answer_said(out, request.id, said);
}

void Session::read(Request const& request, std::string& out) {
  auto const* const handle = handle_of(request);
  if (handle == nullptr || !handle->file) return answer_status(out, request.id, Status::Failure);
  auto const bytes = handle->file->read(request.offset, std::min<std::size_t>(request.length, most_read_bytes));
  if (!bytes) answer_status(out, request.id, Status::Failure);
  else if (bytes->empty()) answer_status(out, request.id, Status::End);
  else answer_data(out, request.id, *bytes);
}

void Session::write(Request const& request, std::string& out) {
  auto const* const handle = handle_of(request);
  if (handle == nullptr || !handle->file) return answer_status(out, request.id, Status::Failure);
  auto const said = handle->file->write(handle->append ? handle->file->size() : request.offset, request.data);
  if (said == ZoneSays::Ok) written_ += request.data.size();
  answer_said(out, request.id, said);
}

void Session::read_folder(Request const& request, std::string& out) {
  constexpr std::size_t at_once = 100;
  auto* const handle = handle_of(request);
  if (handle == nullptr || handle->file) return answer_status(out, request.id, Status::Failure);
  Names names(request.id);
  for (; handle->told < handle->entries.size() && names.size() < at_once; ++handle->told) {
    auto const& entry = handle->entries[handle->told];
    names.add(entry.name, as_listed(entry), attributes_of(entry));
  }
  if (names.size() == 0) answer_status(out, request.id, Status::End);
  else names.answer(out);
}

void Session::tell(Request const& request, std::string& out) {
  auto const name = name_of(request.path);
  if (!name) return answer_status(out, request.id, Status::NotThere);
  if (name->empty()) return answer_attributes(out, request.id, the_folder);
  auto const entry = zone_->look(*name);
  if (entry) answer_attributes(out, request.id, attributes_of(*entry));
  else answer_status(out, request.id, Status::NotThere);
}

void Session::tell_open(Request const& request, std::string& out) {
  auto const* const handle = handle_of(request);
  if (handle == nullptr) answer_status(out, request.id, Status::Failure);
  else if (!handle->file) answer_attributes(out, request.id, the_folder);
  else answer_attributes(out, request.id, {handle->file->size(), static_cast<std::uint32_t>(handle->file->modified()), false});
}

// Owners, permissions and times are taken note of and not kept: when something came is for us to say, and quiet is measured by it.
void Session::set(Request const& request, std::string& out) {
  if (request.ask == Ask::Fsetstat) {
    auto const* const handle = handle_of(request);
    if (handle == nullptr) return answer_status(out, request.id, Status::Failure);
    return answer_said(out, request.id, request.size && handle->file ? handle->file->cut(*request.size) : ZoneSays::Ok);
  }
  auto const name = name_of(request.path);
  if (!name) return answer_said(out, request.id, ZoneSays::BadName);
  if (name->empty()) return answer_status(out, request.id, Status::Ok);
  auto const entry = zone_->look(*name);
  if (!entry) return answer_said(out, request.id, ZoneSays::NotThere);
  if (!request.size) return answer_status(out, request.id, Status::Ok);
  auto const opened = zone_->write(*name, {.create = false, .fresh = false, .how = Writing::GoOn});
  auto said = opened.said;
  if (said == ZoneSays::Ok) said = opened.file->cut(*request.size);
  if (said == ZoneSays::Ok && !entry->unfinished) said = opened.file->close();
  answer_said(out, request.id, said);
}

void Session::real_path(Request const& request, std::string& out) {
  auto const name = name_of(request.path);
  if (!name) return answer_status(out, request.id, Status::NotThere, "There is one flat folder here, and no other.");
  Names names(request.id);
  auto const path = "/" + std::string(*name);
  names.add(path, path, name->empty() ? the_folder : Attributes{});
  names.answer(out);
}

void Session::rename(Request const& request, bool may_replace, std::string& out) {
  auto const from = name_of(request.path), to = name_of(request.target);
  answer_said(out, request.id, from && to ? zone_->rename(*from, *to, may_replace) : ZoneSays::BadName);
}

}  // namespace rollbook::doors
