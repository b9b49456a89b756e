// The ends of a packet, read from the layers of its dissection.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "proto/dissect/layer_view.hpp"

namespace layerlab::proto::statistics {

// One side: an address and, above IP, a port.
struct Endpoint {
    std::array<std::uint8_t, 16> octets{};
    std::uint8_t size = 0;  // of the address: 6, 4 or 16
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};
// "10.0.0.1", "10.0.0.1:80", "[2001:db8::1]:80", "02:00:00:00:00:01".
std::string text_of(const Endpoint& endpoint, bool has_port);

struct AddressPair {
    std::optional<Endpoint> from, to;
    explicit operator bool() const { return from && to; }
};

// Of an Ethernet layer, of an IPv4 or IPv6 layer; nothing for other layers or where the header is wrong or cut off.
// `frame` is what was dissected; no items are read.
AddressPair link_addresses(const dissect::LayerView& view, Bytes frame);
AddressPair network_addresses(const dissect::LayerView& view, Bytes frame);
// With the ports of a TCP or UDP layer that stands above these addresses.
AddressPair transport_addresses(AddressPair network, const dissect::LayerView& view, Bytes frame);

}  // namespace layerlab::proto::statistics
