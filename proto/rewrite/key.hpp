// Makes a key out of a text that a person has chosen, slowly (PBKDF2 of RFC 8018 with SHA-256), so that texts cannot be
// tried out fast; or out of octets that are hard to guess already.
#pragma once

#include <string_view>

#include "proto/rewrite/prefix_cipher.hpp"

namespace layerlab::proto::rewrite {

Key key_from_text(std::string_view text);
Key key_from_octets(Bytes octets);

}  // namespace layerlab::proto::rewrite
