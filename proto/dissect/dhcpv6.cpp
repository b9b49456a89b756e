// DHCPv6 over UDP ports 546 and 547: RFC 8415.
#include "proto/wire/dhcpv6.hpp"

#include <fmt/format.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Dhcpv6;
using wire::Dhcpv6Option;
namespace option = wire::dhcpv6_option;

constexpr auto dhcpv6_fields = join(Dhcpv6::table, Dhcpv6Option::table, Dhcpv6Option::ia_table,
                                    Dhcpv6Option::address_table, Dhcpv6Option::other_table);
constexpr int most_depth = 3;  // an address in an association in a message

void add_options(Context& c, Bytes options, int depth);

// `whole` begins with code and length.
void add_option(Context& c, std::uint16_t code, Bytes whole, int depth) {
    const Bytes data = whole.subspan(4);
    const auto indent = c.indent();
    switch (code) {
        case option::client_id:
        case option::server_id: c.add(Dhcpv6Option::duid, data); break;
        case option::ia_na:
            c.add_fields(whole, Dhcpv6Option::ia_table);
            if (data.size() < 12) return c.too_short(data, 12);
            return add_options(c, data.subspan(12), depth + 1);
        case option::ia_address:
            c.add_fields(whole, Dhcpv6Option::address_table);
            if (data.size() < 24) return c.too_short(data, 24);
            return add_options(c, data.subspan(24), depth + 1);
        case option::option_request:
            for (std::size_t at = 0; at + 2 <= data.size(); at += 2)
                c.add(Dhcpv6Option::requested, data.subspan(at, 2));
            break;
        case option::preference: c.add_fields(whole, FieldTable<1>{&Dhcpv6Option::preference.info}); break;
        case option::elapsed_time: c.add_fields(whole, FieldTable<1>{&Dhcpv6Option::elapsed.info}); break;
        case option::status:
            c.add_fields(whole, FieldTable<1>{&Dhcpv6Option::status.info});
            if (data.size() < 2) return c.too_short(data, 2);
            if (data.size() > 2) c.add(Dhcpv6Option::status_message, data.subspan(2));
            break;
        case option::dns_servers:
            for (std::size_t at = 0; at + 16 <= data.size(); at += 16)
                c.add(Dhcpv6Option::dns_server, data.subspan(at, 16));
            break;
        default: break;
    }
}

void add_options(Context& c, Bytes options, int depth) {
    if (depth > most_depth) return c.malformed(options, "options nested too deeply");
    while (!options.empty()) {
        c.add_fields(options, Dhcpv6Option::table);
        if (options.size() < 4) return c.too_short(options, 4);
        const std::size_t size = 4u + load_be16(options.data() + 2);
        if (size > options.size()) return c.too_short(options, size);
        add_option(c, load_be16(options.data()), options.first(size), depth);
        options = options.subspan(size);
    }
}

void dissect_dhcpv6(Context& c, Bytes message) {
    c.begin(dhcpv6, message);
    c.add_fields(message, Dhcpv6::table);
    if (message.size() < Dhcpv6::min_size) return c.too_short(message, Dhcpv6::min_size);
    const bool is_relayed = message[0] == 12 || message[0] == 13;  // another header, and a message within
    if (is_relayed) return c.data(message.subspan(4));
    add_options(c, message.subspan(4), 1);
}

void summarize_dhcpv6(const LayerView& view, std::string& info) {
    const std::uint64_t type = view.number(Dhcpv6::type);
    const char* name = Dhcpv6::type.info.names.find(type);
    info = fmt::format("{} XID: 0x{:06x}", name ? name : "Unknown", view.number(Dhcpv6::id));
    if (const Item* address = view.find(Dhcpv6Option::address))
        info += " IAA: " + Ipv6Address::load(address->bytes.data()).to_string();
}

}  // namespace

constinit const Protocol dhcpv6{.heading = {"dhcpv6", "DHCPv6"},
                                .column = "DHCPv6",
                                .fields = dhcpv6_fields,
                                .dissect = dissect_dhcpv6,
                                .summarize = summarize_dhcpv6,
                                .source = "RFC 8415"};

}  // namespace layerlab::proto::dissect
