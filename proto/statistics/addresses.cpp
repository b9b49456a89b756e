#include "proto/statistics/addresses.hpp"

#include <cstring>
#include <fmt/format.h>

#include "proto/dissect/protocols.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"

namespace layerlab::proto::statistics {

namespace {

using dissect::Item;
using dissect::LayerView;
using wire::Ethernet;
using wire::Ipv4;
using wire::Ipv6;
using wire::Tcp;
using wire::Udp;

std::optional<Endpoint> address_of(const Item* item) {
    if (!item) return std::nullopt;
    Endpoint e;
    if (item->field->type == FieldType::ipv6) {
        if (item->bytes.size() != 16) return std::nullopt;
        e.size = 16;
        std::memcpy(e.octets.data(), item->bytes.data(), 16);
    } else if (item->field->type == FieldType::ipv4) {
        e.size = 4;
        store_be32(e.octets.data(), static_cast<std::uint32_t>(item->number));
    } else {
        e.size = 6;
        MacAddress::from_number(item->number).store(e.octets.data());
    }
    return e;
}

template <class T>
AddressPair pair_of(const LayerView& view, const Field<T>& source, const Field<T>& destination) {
    return {address_of(view.find(source)), address_of(view.find(destination))};
}

// With the ports of a transport layer; nothing where there are no addresses or no ports.
template <class T>
AddressPair with_ports(AddressPair pair, const LayerView& view, const Field<T>& source, const Field<T>& destination) {
    const Item *from = view.find(source), *to = view.find(destination);
    if (!pair || !from || !to) return {};
    pair.from->port = static_cast<std::uint16_t>(from->number);
    pair.to->port = static_cast<std::uint16_t>(to->number);
    return pair;
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

void add_addresses(dissect::Wanted& wanted) {
    for (const FieldInfo* field :
         {&Ethernet::source.info, &Ethernet::destination.info, &Ipv4::source.info, &Ipv4::destination.info,
          &Ipv6::source.info, &Ipv6::destination.info, &Tcp::source_port.info, &Tcp::destination_port.info,
          &Udp::source_port.info, &Udp::destination_port.info})
        wanted.add(*field);
}

AddressPair link_addresses(const LayerView& view) {
    if (view.layer().protocol != &dissect::ethernet) return {};
    return pair_of(view, Ethernet::source, Ethernet::destination);
}

AddressPair network_addresses(const LayerView& view) {
    if (view.layer().protocol == &dissect::ipv4) return pair_of(view, Ipv4::source, Ipv4::destination);
    if (view.layer().protocol == &dissect::ipv6) return pair_of(view, Ipv6::source, Ipv6::destination);
    return {};
}

AddressPair transport_addresses(AddressPair network, const LayerView& view) {
    if (view.layer().protocol == &dissect::tcp)
        return with_ports(std::move(network), view, Tcp::source_port, Tcp::destination_port);
    if (view.layer().protocol == &dissect::udp)
        return with_ports(std::move(network), view, Udp::source_port, Udp::destination_port);
    return {};
}

}  // namespace layerlab::proto::statistics
