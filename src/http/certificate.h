// What a certificate says of itself.
#pragma once

#include <string>

namespace rollbook::http {

// The moment until which the first certificate of a PEM file is good, as 2027-01-31T23:59:59Z; "" when there is none.
std::string end_of_certificate(std::string const& certificate_file);

}  // namespace rollbook::http
