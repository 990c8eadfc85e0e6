// What the packets of one SFTP session do to a zone. Requests may come one behind the other without waiting; they are done in their order.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "doors/codec.h"
#include "doors/zone.h"

namespace rollbook::doors {

class Session {
 public:
  static constexpr std::size_t most_handles = 16;

  explicit Session(std::shared_ptr<Zone> zone) : zone_(std::move(zone)) {}

  void take(std::string_view bytes) { packets_.take(bytes); }
  // Does the next request that is whole, and puts its answer behind what stands in `out`. False when there is none.
  bool answer_next(std::string& out);
  // The client does not speak SFTP: nothing more will be understood.
  bool is_broken() const { return broken_ || packets_.is_broken(); }

  // Bytes written, and files closed after they were: for the log.
  std::uint64_t written() const { return written_; }

 private:
  struct Handle {
    std::unique_ptr<Zone::File> file;
    bool append = false;
    std::vector<ZoneEntry> entries;  // of a folder: what it held when it was opened
    std::size_t told = 0;
  };
  void answer(Request const& request, std::string& out);
  void open(Request const& request, std::string& out);
  void open_folder(Request const& request, std::string& out);
  void close(Request const& request, std::string& out);
  void read(Request const& request, std::string& out);
  void read_folder(Request const& request, std::string& out);
  void write(Request const& request, std::string& out);
  void tell(Request const& request, std::string& out);
  void tell_open(Request const& request, std::string& out);
  void set(Request const& request, std::string& out);
  void real_path(Request const& request, std::string& out);
  void rename(Request const& request, bool may_replace, std::string& out);
  void give_handle(Request const& request, Handle handle, std::string& out);
  Handle* handle_of(Request const& request);

  std::shared_ptr<Zone> zone_;
  Packets packets_;
  std::map<std::string, Handle, std::less<>> handles_;
  std::uint64_t next_handle_ = 1, written_ = 0;
  bool begun_ = false, broken_ = false;
};

}  // namespace rollbook::doors
