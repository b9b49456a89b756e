#include "proto/wire/icmpv6.hpp"

#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/quoted.hpp"
#include "proto/dissect/related.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Icmpv6;
using wire::Icmpv6Option;
using wire::Icmpv6Type;

constexpr Field<void> bad_checksum{"icmpv6.checksum_bad.expert", "Bad checksum"};

constexpr auto icmpv6_fields = join(
    table_of(bad_checksum, RelatedFields::echo6_request, RelatedFields::echo6_time), Icmpv6::table,
    Icmpv6::advertisement, Icmpv6::router, Icmpv6Option::table, Icmpv6Option::prefix_table,
    FieldTable<9>{&Icmpv6::mtu.info, &Icmpv6::identifier.info, &Icmpv6::sequence.info, &Icmpv6::solicited_target.info,
                  &Icmpv6::redirect_target.info, &Icmpv6::redirect_destination.info, &Icmpv6Option::link_address.info,
                  &Icmpv6Option::mtu.info, &ChecksumFields::icmpv6.info});

ChecksumSum sum_of(const Context& c, Bytes message) {
    ChecksumSum sum;
    if (c.info.source.version == 6)
        sum.add_pseudo(c.info.source.octets, c.info.destination.octets, 58, static_cast<std::uint32_t>(message.size()));
    return sum.add(message);
}

ChecksumStatus status_of(const Context& c, Bytes message) {
    if (c.missing() > 0 || c.info.is_fragment || c.info.is_quoted || !c.verifies_checksums())
        return ChecksumStatus::unverified;
    return checked(sum_of(c, message).is_valid());
}

void add_options(Context& c, Bytes options) {
    while (!options.empty()) {
        c.add_fields(options, Icmpv6Option::table);
        const std::size_t size = options.size() < 2 ? 0 : options[1] * 8u;
        if (size == 0) return c.malformed({}, "option of length 0");
        if (size > options.size()) return c.too_short({}, size);
        const Bytes option = options.first(size);
        if (option[0] == Icmpv6Option::source_link_address || option[0] == Icmpv6Option::target_link_address)
            c.add_fields(option, FieldTable<1>{&Icmpv6Option::link_address.info});
        if (option[0] == Icmpv6Option::prefix_information) c.add_fields(option, Icmpv6Option::prefix_table);
        if (option[0] == Icmpv6Option::mtu_type) c.add_fields(option, FieldTable<1>{&Icmpv6Option::mtu.info});
        options = options.subspan(size);
    }
}

// Neighbor discovery: fixed fields up to `size`, then options.
void dissect_discovery(Context& c, Bytes message, std::span<const FieldInfo* const> table, std::size_t size) {
    c.add_fields(message, table);
    if (message.size() < size) return c.too_short(message.subspan(4), size - 4);
    add_options(c, message.subspan(size));
}

void dissect_by_type(Context& c, Bytes message) {
    switch (static_cast<Icmpv6Type>(message[0])) {
        case Icmpv6Type::packet_too_big: c.add_fields(message, FieldTable<1>{&Icmpv6::mtu.info}); [[fallthrough]];
        case Icmpv6Type::destination_unreachable:
        case Icmpv6Type::time_exceeded:
        case Icmpv6Type::parameter_problem:
            if (message.size() < 8) return c.too_short(message.subspan(4), 4);
            return dissect_quoted(c, ipv6, message.subspan(8), c.missing());
        case Icmpv6Type::echo_request:
        case Icmpv6Type::echo_reply:
            c.add_fields(message, FieldTable<2>{&Icmpv6::identifier.info, &Icmpv6::sequence.info});
            if (message.size() < 8) return c.too_short(message.subspan(4), 4);
            relate_echo(c, static_cast<Icmpv6Type>(message[0]) == Icmpv6Type::echo_reply, load_be32(message.data() + 4),
                        RelatedFields::echo6_request, RelatedFields::echo6_time);
            return c.data(message.subspan(8));
        case Icmpv6Type::router_solicitation: return dissect_discovery(c, message, {}, 8);
        case Icmpv6Type::router_advertisement: return dissect_discovery(c, message, Icmpv6::router, 16);
        case Icmpv6Type::neighbor_solicitation:
            return dissect_discovery(c, message, FieldTable<1>{&Icmpv6::solicited_target.info}, 24);
        case Icmpv6Type::neighbor_advertisement: return dissect_discovery(c, message, Icmpv6::advertisement, 24);
        case Icmpv6Type::redirect:
            return dissect_discovery(
                c, message, FieldTable<2>{&Icmpv6::redirect_target.info, &Icmpv6::redirect_destination.info}, 40);
        default: return;  // listener messages: the header is enough
    }
}

void dissect_icmpv6(Context& c, Bytes message) {
    c.begin(icmpv6, message);
    c.add_fields(message, Icmpv6::table);
    if (message.size() < Icmpv6::min_size) return c.too_short(message, Icmpv6::min_size);
    const ChecksumStatus status = status_of(c, message);
    c.generate(ChecksumFields::icmpv6, static_cast<unsigned>(status));
    if (status == ChecksumStatus::bad)
        add_bad_checksum(c, {bad_checksum.info, Severity::warning, RemarkGroup::checksum}, sum_of(c, message),
                         load_be16(message.data() + 2));
    dissect_by_type(c, message);
}

void summarize_icmpv6(const LayerView& view, std::string& info) {
    const std::uint64_t type = view.number(Icmpv6::type);
    const char* name = Icmpv6::type.info.names.find(type);
    info = name ? name : fmt::format("Type {}", type);
    const auto address = [](const Item& item) { return Ipv6Address::load(item.bytes.data()).to_string(); };
    if (const Item* id = view.find(Icmpv6::identifier))
        info += fmt::format(" id=0x{:04x}, seq={}", id->number, view.number(Icmpv6::sequence));
    if (const Item* target = view.find(Icmpv6::solicited_target)) info += " for " + address(*target);
    if (const Item* target = view.find(Icmpv6::advertised_target)) info += " " + address(*target);
}

}  // namespace

constinit const Protocol icmpv6{.heading = {"icmpv6", "Internet Control Message Protocol v6"},
                                .column = "ICMPv6",
                                .fields = icmpv6_fields,
                                .dissect = dissect_icmpv6,
                                .summarize = summarize_icmpv6,
                                .source = "RFC 4443"};

}  // namespace layerlab::proto::dissect
