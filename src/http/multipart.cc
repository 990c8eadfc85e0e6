// The delimiter is looked for in what has come; the few bytes that could still become one are held until the next piece.
#include <utility>

#include "base/text.h"
#include "http/characters.h"
#include "http/forms.h"

namespace rollbook::http {
namespace {

constexpr std::size_t longest_part_head = 8 << 10, longest_value = 64 << 10, longest_values = 1 << 20, most_parts = 1000;

Trouble malformed(std::string const& what) { return {"The form that was sent is damaged: " + what + ". Send it again."}; }

// name="value" or name=value behind semicolons; the first of the name. Nothing when it is not there, or does not end.
std::optional<std::string> parameter(std::string_view text, std::string_view wanted) {
  auto at = text.find(';');
  while (at < text.size()) {
    auto const equals = text.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    auto const name = lower(trimmed(text.substr(at + 1, equals - at - 1)));
    auto begin = equals + 1;
    while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
    std::string value;
    if (begin < text.size() && text[begin] == '"') {
      auto i = begin + 1;
      // Browsers write a backslash as it is; others put one before quotes.
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
        value += text[i];
      }
      if (i >= text.size()) return std::nullopt;
      at = text.find(';', i);
    } else {
      at = std::min(text.find(';', begin), text.size());
      value = trimmed(text.substr(begin, at - begin));
    }
    if (name == wanted) return value;
  }
  return std::nullopt;
}

// Browsers write quotes and ends of lines within names in this way, and nothing else.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const three = text.substr(i, 3);
    if (three == "%22") out += '"', i += 2;
    else if (three == "%0D" || three == "%0d") out += '\r', i += 2;
    else if (three == "%0A" || three == "%0a") out += '\n', i += 2;
    else out += text[i];
  }
  return out;
}

bool is_boundary(std::string_view text) {
  constexpr std::string_view others = "'()+_,-./:=? ";
  return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
}

}  // namespace

struct Multipart::State {
  enum class Is { Before, BehindDelimiter, InHead, InValue, InFile, Behind };

  Begin begin;
  Piece piece;
  End end;
  std::string delimiter;      // with the end of line before it
  std::string held = "\r\n";  // the first delimiter has none, and shall not need it
  Is is = Is::Before;
  Fields fields;
  bool first_of_content = false;  // the end of line behind a part's head is still there
  std::size_t value_bytes = 0, parts = 0;
  std::optional<Trouble> trouble;

  // Each step takes bytes away from the front of `text`; false: it needs more of them, or there is trouble.
  bool step(std::string_view& text) {
    switch (is) {
      case Is::Before:
        return skip_to_delimiter(text);
      case Is::BehindDelimiter:
        return read_delimiter_line(text);
      case Is::InHead:
        return read_part_head(text);
      case Is::InValue:
      case Is::InFile:
        return read_content(text);
      case Is::Behind:
        return text = {}, false;
    }
    return false;
  }

  bool fail(Trouble what) { return trouble = std::move(what), false; }

  // How much of `text` cannot belong to a delimiter that has only begun.
  std::size_t sure(std::string_view text) const { return text.size() < delimiter.size() ? 0 : text.size() - delimiter.size() + 1; }

  // Judges alike whether the end has come already or cannot come in time any more.
  static bool too_long(std::string_view text, std::size_t end, std::size_t end_size) {
    return end == std::string_view::npos ? text.size() >= longest_part_head + end_size : end > longest_part_head;
  }

  bool skip_to_delimiter(std::string_view& text) {
    auto const at = text.find(delimiter);
    if (at == std::string_view::npos) return text.remove_prefix(sure(text)), false;
    text.remove_prefix(at + delimiter.size());
    is = Is::BehindDelimiter;
    return true;
  }

  bool read_delimiter_line(std::string_view& text) {
    if (text.size() < 2) return false;
    if (text.starts_with("--")) return is = Is::Behind, true;
    auto const line_end = text.find("\r\n");
    if (too_long(text, line_end, 2)) return fail(malformed("a line between its parts does not end"));
    if (line_end == std::string_view::npos) return false;
    if (!trimmed(text.substr(0, line_end)).empty()) return fail(malformed("there is text behind a line between its parts"));
    if (++parts > most_parts) return fail({"The form has more than " + std::to_string(most_parts) + " parts. Send less at once."});
    text.remove_prefix(line_end);  // the end of line stays: a head without any header is found by it
    is = Is::InHead;
    return true;
  }

  bool read_part_head(std::string_view& text) {
    auto const head_end = text.find("\r\n\r\n");
    if (too_long(text, head_end, 4)) return fail(malformed("the head of a part is too long"));
    if (head_end == std::string_view::npos) return false;
    auto head = text.substr(0, head_end);
    text.remove_prefix(head_end + 2);  // what is left begins with an end of line, so that an empty content is found as well
    while (!head.empty()) {
      head.remove_prefix(2);
      auto const line = head.substr(0, head.find("\r\n"));
      head.remove_prefix(line.size());
      auto const colon = line.find(':');
      if (colon != std::string_view::npos && lower(trimmed(line.substr(0, colon))) == "content-disposition") return begin_part(line.substr(colon + 1));
    }
    return fail(malformed("a part does not say what it is"));
  }

  bool begin_part(std::string_view disposition) {
    auto const name = parameter(disposition, "name");
    if (lower(trimmed(disposition.substr(0, disposition.find(';')))) != "form-data" || !name) return fail(malformed("a part has no name"));
    auto const file = parameter(disposition, "filename");
    File const described{unescaped(*name), file ? unescaped(*file) : ""};
    if (!is_plain_text(described.field) || !is_plain_text(described.name)) return fail(malformed("a name in it is not UTF-8"));
    // The content begins behind this end of line, which a delimiter that follows at once needs as its own.
    first_of_content = true;
    if (file) {
      is = Is::InFile;
      if (auto refused = begin(described)) return fail(std::move(*refused));
    } else {
      is = Is::InValue;
      value_bytes += described.field.size();
      fields.all.emplace_back(described.field, "");
    }
    return true;
  }

  bool read_content(std::string_view& text) {
    auto const at = text.find(delimiter);
    auto const whole = at != std::string_view::npos;
    auto content = text.substr(0, whole ? at : sure(text));
    if (first_of_content && content.size() < 2 && !whole) return false;
    text.remove_prefix(content.size());
    if (std::exchange(first_of_content, false)) content.remove_prefix(std::min<std::size_t>(2, content.size()));
    if (!content.empty() && !keep(content)) return false;
    if (!whole) return false;
    text.remove_prefix(delimiter.size());
    if (is == Is::InFile) {
      if (auto refused = end()) return fail(std::move(*refused));
    } else if (!is_plain_text(fields.all.back().second)) {
      return fail(malformed("the value of a field is not UTF-8"));
    }
    is = Is::BehindDelimiter;
    return true;
  }

  bool keep(std::string_view content) {
    if (is == Is::InFile) {
      auto refused = piece(content);
      return refused ? fail(std::move(*refused)) : true;
    }
    auto& value = fields.all.back().second;
    value_bytes += content.size();
    if (value.size() + content.size() > longest_value || value_bytes > longest_values) return fail({"A field of the form is too long. Send less at once."});
    value += content;
    return true;
  }
};

Multipart::Multipart(std::unique_ptr<State> state) : state_(std::move(state)) {}
Multipart::Multipart(Multipart&&) noexcept = default;
Multipart::~Multipart() = default;

Result<Multipart> Multipart::of(std::string_view content_type, Begin begin, Piece piece, End end) {
  if (lower(trimmed(content_type.substr(0, content_type.find(';')))) != "multipart/form-data")
    return Trouble{"This address takes a form with files (multipart/form-data); something else was sent."};
  auto const boundary = parameter(content_type, "boundary");
  if (!boundary || !is_boundary(*boundary)) return malformed("it does not say where its parts end (boundary)");
  auto state = std::make_unique<State>();
  state->begin = std::move(begin);
  state->piece = std::move(piece);
  state->end = std::move(end);
  state->delimiter = "\r\n--" + *boundary;
  return Multipart(std::move(state));
}

std::optional<Trouble> Multipart::take(std::string_view bytes) {
  auto& state = *state_;
  if (state.trouble) return state.trouble;
  state.held += bytes;
  std::string_view text = state.held;
  while (state.step(text)) {
  }
  state.held.erase(0, state.held.size() - text.size());
  return state.trouble;
}

std::optional<Trouble> Multipart::finish() {
  auto& state = *state_;
  if (!state.trouble && state.is != State::Is::Behind) state.trouble = malformed("it ends in the middle");
  return state.trouble;
}

Fields const& Multipart::fields() const { return state_->fields; }

}  // namespace rollbook::http
