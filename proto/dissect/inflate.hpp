// Decompression of bodies as Wireshark does it: zlib (RFC 1950), gzip (RFC 1952) and bare deflate (RFC 1951) are told
// apart by their bytes, whatever the message calls them. A stream that ends too early gives what it has; gzip's
// checksum and what follows the first stream are not looked at.
#pragma once

#include <optional>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::dissect {

// At most `most` octets: a small body may stand for a very large one. nullopt: not compressed like this, or damaged.
std::optional<std::vector<std::uint8_t>> inflate_body(Bytes body, std::size_t most);

}  // namespace layerlab::proto::dissect
