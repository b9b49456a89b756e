#include "proto/statistics/addresses.hpp"

#include <cstring>
#include <fmt/format.h>

#include "proto/dissect/protocols.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"

namespace layerlab::proto::statistics {

namespace {

using dissect::LayerView;
using wire::Ethernet;
using wire::Ipv4;
using wire::Ipv6;

// Of addresses of `size` octets at these places.
AddressPair pair_at(Bytes header, std::size_t source, std::size_t destination, std::uint8_t size) {
    const auto at = [&](std::size_t place) {
        Endpoint e;
        e.size = size;
        std::memcpy(e.octets.data(), header.data() + place, size);
        return e;
    };
    return {at(source), at(destination)};
}

template <class T>
std::size_t place_of(const Field<T>& field) {
    return field.info.place.first / 8u;
}

template <class T>
AddressPair pair_of(Bytes header, const Field<T>& source, const Field<T>& destination) {
    return pair_at(header, place_of(source), place_of(destination),
                   static_cast<std::uint8_t>(source.info.place.width / 8));
}

bool is_right_ipv4(Bytes bytes) {
    if (bytes.size() < Ipv4::min_size) return false;
    const View<Ipv4> ip(bytes.data());
    const std::size_t header = ip[Ipv4::header_length];
    return ip[Ipv4::version] == 4 && header >= Ipv4::min_size && ip[Ipv4::total_length] >= header;
}

}  // namespace

std::string text_of(const Endpoint& endpoint, bool has_port) {
    const std::uint8_t* at = endpoint.octets.data();
    std::string text = endpoint.size == 6   ? MacAddress::load(at).to_string()
                       : endpoint.size == 4 ? Ipv4Address::load(at).to_string()
                                            : Ipv6Address::load(at).to_string();
    if (!has_port) return text;
    return endpoint.size == 16 ? fmt::format("[{}]:{}", text, endpoint.port)
                               : fmt::format("{}:{}", text, endpoint.port);
}

AddressPair link_addresses(const LayerView& view, Bytes frame) {
    if (view.layer().protocol != &dissect::ethernet) return {};
    const Bytes bytes = view.bytes(frame);
    return bytes.size() < Ethernet::min_size ? AddressPair{} : pair_of(bytes, Ethernet::source, Ethernet::destination);
}

AddressPair network_addresses(const LayerView& view, Bytes frame) {
    const Bytes bytes = view.bytes(frame);
    if (view.layer().protocol == &dissect::ipv4 && is_right_ipv4(bytes))
        return pair_of(bytes, Ipv4::source, Ipv4::destination);
    if (view.layer().protocol == &dissect::ipv6 && bytes.size() >= Ipv6::min_size && bytes[0] >> 4 == 6)
        return pair_of(bytes, Ipv6::source, Ipv6::destination);
    return {};
}

AddressPair transport_addresses(AddressPair network, const LayerView& view, Bytes frame) {
    const Bytes bytes = view.bytes(frame);
    const bool has_ports = view.layer().protocol == &dissect::tcp || view.layer().protocol == &dissect::udp;
    if (!network || !has_ports || bytes.size() < 4) return {};
    network.from->port = load_be16(bytes.data());
    network.to->port = load_be16(bytes.data() + 2);
    return network;
}

}  // namespace layerlab::proto::statistics
