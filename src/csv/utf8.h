// Is this text UTF-8, and if not, what does it look like?
#pragma once

#include <cstddef>
#include <string_view>

namespace rollbook::csv {

// Offset of the first byte that is no well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF), or npos.
std::size_t first_invalid_utf8(std::string_view text);

// What the first bytes of a file say about it.
enum class Encoding { Utf8, Utf8WithBom, Utf16LittleEndian, Utf16BigEndian, Utf32, Empty };
Encoding sniff_encoding(std::string_view text);

// A guess at the encoding of text that is not UTF-8: "Shift_JIS", "Windows-1252" (which covers ISO-8859-1), or "an unknown encoding".
std::string_view guess_legacy_encoding(std::string_view text);

}  // namespace rollbook::csv
