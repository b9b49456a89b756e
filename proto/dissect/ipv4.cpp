#include "proto/wire/ipv4.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "proto/base/checksum.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/expert.hpp"
#include "proto/dissect/ip.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Ipv4;
using wire::Ipv4Options;

// As Wireshark 4.0 shows it: in units of eight octets, where the header's own declaration counts octets.
constexpr Field<std::uint16_t> offset_in_units{"ip.frag_offset", "Fragment Offset", bits(51, 13)};

constexpr auto shown_table = [] {
    auto table = Ipv4::table;
    for (const FieldInfo*& field : table)
        if (std::string_view(field->name) == offset_in_units.info.name) field = &offset_in_units.info;
    return table;
}();
struct Remarks {
    static constexpr Field<void> checksum{"ip.checksum_bad.expert", "Bad checksum"};
    static constexpr Field<void> ttl{"ip.ttl.too_small", "Time To Live"};
    static constexpr Field<void> local_ttl{"ip.ttl.lncb", "Time To Live"};
    static constexpr Field<void> version{"ip.bogus_ip_version", "Bogus IP version"};
    static constexpr Field<void> header_length{"ip.bogus_header_length", "Bogus IP header length"};
    static constexpr Field<void> length{"ip.bogus_ip_length", "Bogus IP length"};
    static constexpr auto table = table_of(checksum, ttl, local_ttl, version, header_length, length);
};
constexpr auto ipv4_fields =
    join(shown_table, Ipv4Options::table, Remarks::table,
         FieldTable<3>{&ChecksumFields::ip.info, &IpFields::fragment_count.info, &IpFields::reassembled_length.info});

// The table up to the total length: what is shown of a header that cannot be right.
constexpr FieldTable<1> version_only{&Ipv4::version.info};
constexpr FieldTable<6> up_to_length{&Ipv4::version.info, &Ipv4::header_length.info, &Ipv4::ds_field.info,
                                     &Ipv4::dscp.info,    &Ipv4::ecn.info,           &Ipv4::total_length.info};

void add_options(Context& c, Bytes options) {
    std::size_t at = 0;
    while (at < options.size()) {
        const std::uint8_t type = options[at];
        c.add(Ipv4Options::type, options.subspan(at, 1));
        if (type == Ipv4Options::end) return;
        if (type == Ipv4Options::no_operation) {
            ++at;
            continue;
        }
        const std::size_t length = at + 1 < options.size() ? options[at + 1] : 0;
        if (length < 2 || length > options.size() - at)
            return c.malformed({}, fmt::format("option length {} of {} octets", length, options.size() - at));
        const Bytes option = options.subspan(at, length);
        c.add(Ipv4Options::length, option.subspan(1, 1));
        if (type == Ipv4Options::router_alert && length == 4)
            c.add(Ipv4Options::alert, option.subspan(2, 2));
        else if (length > 2)
            c.add(Ipv4Options::pointer, option.subspan(2, 1));
        at += length;
    }
}

bool has_valid_checksum(Bytes header) { return ChecksumSum{}.add(header).is_valid(); }

// A packet that is about to die on its way, or one for the link alone (224.0.0.0/24) that a router might pass on.
void remark_on_ttl(Context& c, const View<Ipv4>& ip) {
    constexpr std::uint8_t pim = 103, ospf_number = 89;
    constexpr std::uint32_t vrrp_group = 18, glbp_group = 102, mdns_group = 251, llmnr_group = 252;
    const unsigned ttl = ip[Ipv4::ttl];
    const std::uint32_t to = ip[Ipv4::destination].number;
    if (to >> 8 == 0xe00000) {
        const std::uint32_t group = to & 255;
        const bool is_255 = group == vrrp_group || group == glbp_group || group == mdns_group;
        const unsigned right = is_255 ? 255 : 1;
        if (ttl == right || group == llmnr_group) return;
        add_remark_text(c, {Remarks::local_ttl.info, Severity::note, RemarkGroup::sequence},
                        "\"Time To Live\" != {} for a packet sent to the Local Network Control Block (see RFC 3171)",
                        right);
    } else if (ttl < 5 && to >> 28 != 14 && ip[Ipv4::protocol] != pim && ip[Ipv4::protocol] != ospf_number) {
        add_remark_text(c, {Remarks::ttl.info, Severity::note, RemarkGroup::sequence}, "\"Time To Live\" only {}", ttl);
    }
}

void dissect_payload(Context& c, const View<Ipv4>& ip, Bytes payload, std::size_t missing, bool checksum_is_good) {
    const std::uint32_t offset = ip[Ipv4::fragment_offset];
    const Protocol* above = by_ip_protocol(ip[Ipv4::protocol]);
    const bool is_fragment = offset > 0 || ip[Ipv4::more_fragments];
    if (!is_fragment) {
        c.info.ip_protocol = ip[Ipv4::protocol];
        if (!payload.empty() || missing > 0) c.next(above, payload, missing);
        return;
    }
    const Fragment fragment{{c.info.source, c.info.destination, ip[Ipv4::identification], ip[Ipv4::protocol]},
                            offset,
                            ip[Ipv4::more_fragments],
                            IpFields::fragment_count,
                            IpFields::reassembled_length};
    dissect_fragment(c, fragment, above, payload, missing, checksum_is_good);
}

void dissect_ipv4(Context& c, Bytes bytes) {
    c.begin(ipv4, bytes);
    if (bytes.empty()) return c.too_short(bytes, Ipv4::min_size);
    if (bytes[0] >> 4 != 4) {
        c.add_fields(bytes, version_only);
        add_remark(c, {Remarks::version.info, Severity::error, RemarkGroup::protocol}, "Bogus IPv4 version");
        return c.malformed(bytes, fmt::format("IP version {}", bytes[0] >> 4));
    }
    const auto ip = View<Ipv4>::parse(bytes);
    if (!ip) return c.add_fields(bytes, shown_table), c.too_short(bytes, Ipv4::min_size);
    const std::size_t header = (*ip)[Ipv4::header_length], total = (*ip)[Ipv4::total_length];
    if (header < Ipv4::min_size || total < header) {
        c.add_fields(bytes, up_to_length);
        add_remark(c, {header < Ipv4::min_size ? Remarks::header_length.info : Remarks::length.info, Severity::error,
                       RemarkGroup::protocol});
        return c.malformed(bytes.subspan(Ipv4::min_size),
                           header < Ipv4::min_size ? fmt::format("header length {} < 20", header)
                                                   : fmt::format("total length {} < header length {}", total, header));
    }
    c.set_header_size(header);
    c.add_fields(bytes, shown_table);
    const bool header_is_here = header <= bytes.size();
    const bool good = header_is_here && (!c.options().verify_checksums || has_valid_checksum(bytes.first(header)));
    const bool verified = header_is_here && c.options().verify_checksums;
    c.generate(ChecksumFields::ip, static_cast<unsigned>(verified ? checked(good) : ChecksumStatus::unverified));
    if (verified && !good)
        add_bad_checksum(c, {Remarks::checksum.info, Severity::error, RemarkGroup::checksum},
                         ChecksumSum{}.add(bytes.first(header)), (*ip)[Ipv4::checksum]);
    remark_on_ttl(c, *ip);
    if (total > bytes.size() + c.missing() && !c.info.is_quoted)
        add_remark_text(c, {Remarks::length.info, Severity::error, RemarkGroup::protocol},
                        "IPv4 total length exceeds packet length ({} bytes)", bytes.size() + c.missing());
    c.info.source = NetworkAddress::of((*ip)[Ipv4::source]);
    c.info.destination = NetworkAddress::of((*ip)[Ipv4::destination]);
    if (!header_is_here) return c.too_short(bytes.subspan(Ipv4::min_size), header - Ipv4::min_size);
    add_options(c, bytes.subspan(Ipv4::min_size, header - Ipv4::min_size));
    const std::size_t on_wire = std::min(total, bytes.size() + c.missing());
    const Bytes datagram = bytes.first(std::min(on_wire, bytes.size()));
    c.info.is_cut_quote = c.info.is_quoted && total > on_wire;
    dissect_payload(c, *ip, datagram.subspan(header), on_wire - datagram.size(), good);
    c.trailer = bytes.subspan(datagram.size());
}

constexpr FieldTable<6> summary_fields{&Ipv4::source.info,         &Ipv4::destination.info, &Ipv4::protocol.info,
                                       &Ipv4::more_fragments.info, &offset_in_units.info,   &Ipv4::identification.info};

void summarize_ipv4(const LayerView& view, std::string& info) {
    const std::uint64_t protocol = view.number(Ipv4::protocol), offset = view.number(offset_in_units) * 8;
    const char* name = Ipv4::protocol.info.names.find(protocol);
    if (offset > 0 || view.number(Ipv4::more_fragments))
        info = fmt::format("Fragmented IP protocol (proto={} {}, off={}, ID={:04x})", name ? name : "unknown", protocol,
                           offset, view.number(Ipv4::identification));
    else
        info = fmt::format("{} ({})", name ? name : "IP protocol", protocol);
}

}  // namespace

constinit const Protocol ipv4{.heading = {"ip", "Internet Protocol Version 4"},
                              .column = "IPv4",
                              .fields = ipv4_fields,
                              .dissect = dissect_ipv4,
                              .summarize = summarize_ipv4,
                              .source = "RFC 791",
                              .summary_fields = summary_fields};

}  // namespace layerlab::proto::dissect
