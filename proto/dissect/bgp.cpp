// BGP-4 over TCP port 179: RFC 4271, multiprotocol RFC 4760, four-octet numbers RFC 6793.
#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 5> type_names{{{1, "OPEN Message"},
                                               {2, "UPDATE Message"},
                                               {3, "NOTIFICATION Message"},
                                               {4, "KEEPALIVE Message"},
                                               {5, "ROUTE-REFRESH Message"}}};
constexpr std::array<ValueName, 10> attribute_names{{{1, "ORIGIN"},
                                                     {2, "AS_PATH"},
                                                     {3, "NEXT_HOP"},
                                                     {4, "MULTI_EXIT_DISC"},
                                                     {5, "LOCAL_PREF"},
                                                     {6, "ATOMIC_AGGREGATE"},
                                                     {7, "AGGREGATOR"},
                                                     {8, "COMMUNITIES"},
                                                     {14, "MP_REACH_NLRI"},
                                                     {15, "MP_UNREACH_NLRI"}}};
constexpr std::array<ValueName, 3> origin_names{{{0, "IGP"}, {1, "EGP"}, {2, "INCOMPLETE"}}};
constexpr std::array<ValueName, 7> error_names{{{1, "Message Header Error"},
                                                {2, "OPEN Message Error"},
                                                {3, "UPDATE Message Error"},
                                                {4, "Hold Timer Expired"},
                                                {5, "Finite State Machine Error"},
                                                {6, "Cease"},
                                                {7, "ROUTE-REFRESH Message Error"}}};

struct F {
    static constexpr Field<Bytes> marker{"bgp.marker", "Marker"};
    static constexpr Field<std::uint16_t> length{"bgp.length", "Length"};
    static constexpr Field<std::uint8_t> type{"bgp.type", "Type", anywhere, {.names = type_names}};
    static constexpr Field<std::uint8_t> version{"bgp.open.version", "Version"};
    static constexpr Field<std::uint16_t> my_as{"bgp.open.myas", "My AS"};
    static constexpr Field<std::uint16_t> hold_time{"bgp.open.holdtime", "Hold Time"};
    static constexpr Field<Ipv4Address> identifier{"bgp.open.identifier", "BGP Identifier"};
    static constexpr Field<std::uint8_t> optional_length{"bgp.open.opt.len", "Optional Parameters Length"};
    static constexpr Field<void> optional{"bgp.open.opt", "Optional Parameters"};
    static constexpr Field<void> parameter{"bgp.open.opt.param", "Optional Parameter"};
    static constexpr Field<std::uint8_t> parameter_type{"bgp.open.opt.param.type", "Parameter Type"};
    static constexpr Field<std::uint8_t> parameter_length{"bgp.open.opt.param.len", "Parameter Length"};
    static constexpr Field<void> capability{"bgp.cap", "Capability"};
    static constexpr Field<std::uint8_t> capability_type{"bgp.cap.type", "Type"};
    static constexpr Field<std::uint8_t> capability_length{"bgp.cap.length", "Length"};
    static constexpr Field<std::uint16_t> mp_family{"bgp.cap.mp.afi", "AFI"};
    static constexpr Field<Bytes> capability_reserved{"bgp.cap.reserved", "Reserved"};
    static constexpr Field<std::uint8_t> mp_subfamily{"bgp.cap.mp.safi", "SAFI"};
    static constexpr Field<std::uint32_t> four_octet_as{"bgp.cap.4as", "AS Number"};
    static constexpr Field<std::uint16_t> withdrawn_length{"bgp.update.withdrawn_routes.length",
                                                           "Withdrawn Routes Length"};
    static constexpr Field<void> withdrawn{"bgp.update.withdrawn_routes", "Withdrawn Routes"};
    static constexpr Field<std::uint8_t> prefix_length{"bgp.prefix_length", "Prefix Length"};
    static constexpr Field<Ipv4Address> withdrawn_prefix{"bgp.withdrawn_prefix", "Withdrawn prefix"};
    static constexpr Field<std::uint16_t> attributes_length{"bgp.update.path_attributes.length",
                                                            "Total Path Attribute Length"};
    static constexpr Field<void> attributes{"bgp.update.path_attributes", "Path attributes"};
    static constexpr Field<void> attribute{"bgp.update.path_attribute", "Path Attribute"};
    static constexpr Field<std::uint8_t> flags{
        "bgp.update.path_attribute.flags", "Flags", octets(0, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> is_optional{
        "bgp.update.path_attribute.flags.optional", "Optional", bits(0, 1), {.level = 1}};
    static constexpr Field<bool> is_transitive{
        "bgp.update.path_attribute.flags.transitive", "Transitive", bits(1, 1), {.level = 1}};
    static constexpr Field<bool> is_partial{
        "bgp.update.path_attribute.flags.partial", "Partial", bits(2, 1), {.level = 1}};
    static constexpr Field<bool> is_extended{
        "bgp.update.path_attribute.flags.extended_length", "Extended-Length", bits(3, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> unused{
        "bgp.update.path_attribute.flags.unused", "Unused", bits(4, 4), {.level = 1, .shown = Shown::hex}};
    static constexpr auto flag_table = table_of(flags, is_optional, is_transitive, is_partial, is_extended, unused);
    static constexpr Field<std::uint8_t> attribute_type{
        "bgp.update.path_attribute.type_code", "Type Code", anywhere, {.names = attribute_names}};
    static constexpr Field<std::uint16_t> attribute_length{"bgp.update.path_attribute.length", "Length"};
    static constexpr Field<std::uint8_t> origin{
        "bgp.update.path_attribute.origin", "Origin", anywhere, {.names = origin_names}};
    static constexpr Field<void> segment{"bgp.update.path_attribute.as_path_segment", "AS Path segment"};
    static constexpr Field<std::uint8_t> segment_type{"bgp.update.path_attribute.as_path_segment.type", "Segment type"};
    static constexpr Field<std::uint8_t> segment_length{"bgp.update.path_attribute.as_path_segment.length",
                                                        "Segment length (number of ASN)"};
    static constexpr Field<std::uint16_t> as2{"bgp.update.path_attribute.as_path_segment.as2", "AS2"};
    static constexpr Field<std::uint32_t> as4{"bgp.update.path_attribute.as_path_segment.as4", "AS4"};
    static constexpr Field<Ipv4Address> next_hop{"bgp.update.path_attribute.next_hop", "Next hop"};
    static constexpr Field<std::uint32_t> discriminator{"bgp.update.path_attribute.multi_exit_disc",
                                                        "Multiple exit discriminator"};
    static constexpr Field<std::uint32_t> preference{"bgp.update.path_attribute.local_pref", "Local preference"};
    static constexpr Field<std::uint32_t> aggregator{"bgp.update.path_attribute.aggregator_as", "Aggregator AS"};
    static constexpr Field<Ipv4Address> aggregator_origin{"bgp.update.path_attribute.aggregator_origin",
                                                          "Aggregator origin"};
    static constexpr Field<std::uint16_t> community_as{"bgp.update.path_attribute.community_as", "Community AS"};
    static constexpr Field<std::uint16_t> community_value{"bgp.update.path_attribute.community_value",
                                                          "Community value"};
    static constexpr Field<std::uint32_t> well_known{
        "bgp.update.path_attribute.community_wellknown", "Community well-known", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> reach_family{"bgp.update.path_attribute.mp_reach_nlri.afi",
                                                       "Address family identifier (AFI)"};
    static constexpr Field<std::uint8_t> reach_subfamily{"bgp.update.path_attribute.mp_reach_nlri.safi",
                                                         "Subsequent address family identifier (SAFI)"};
    static constexpr Field<std::uint16_t> unreach_family{"bgp.update.path_attribute.mp_unreach_nlri.afi",
                                                         "Address family identifier (AFI)"};
    static constexpr Field<std::uint8_t> unreach_subfamily{"bgp.update.path_attribute.mp_unreach_nlri.safi",
                                                           "Subsequent address family identifier (SAFI)"};
    static constexpr Field<void> reachable{"bgp.update.nlri", "Network Layer Reachability Information (NLRI)"};
    static constexpr Field<Ipv4Address> prefix{"bgp.nlri_prefix", "NLRI prefix"};
    static constexpr Field<std::uint8_t> error{
        "bgp.notify.major_error", "Major error Code", anywhere, {.names = error_names}};
    static constexpr Field<std::uint16_t> refresh_family{"bgp.route_refresh.afi", "Address family identifier (AFI)"};
    static constexpr Field<std::uint8_t> refresh_subtype{"bgp.route_refresh.subtype", "Subtype"};
    static constexpr Field<std::uint8_t> refresh_subfamily{"bgp.route_refresh.safi",
                                                           "Subsequent address family identifier (SAFI)"};
    static constexpr auto front =
        table_of(marker, length, type, version, my_as, hold_time, identifier, optional_length, optional, parameter,
                 parameter_type, parameter_length, capability, capability_type, capability_length, mp_family,
                 capability_reserved, mp_subfamily, four_octet_as, withdrawn_length, withdrawn, prefix_length,
                 withdrawn_prefix, attributes_length, attributes, attribute);
    static constexpr auto back =
        table_of(attribute_type, attribute_length, origin, segment, segment_type, segment_length, as2, as4, next_hop,
                 discriminator, preference, aggregator, aggregator_origin, community_as, community_value, well_known,
                 reach_family, reach_subfamily, unreach_family, unreach_subfamily, reachable, prefix, error,
                 refresh_family, refresh_subtype, refresh_subfamily);
};
constexpr auto bgp_fields = join(F::front, F::flag_table, F::back);

constexpr std::size_t header_size = 19;
enum Type : std::uint8_t { open = 1, update = 2, notification = 3, refresh = 5 };

bool has_marker(Bytes bytes) {
    return std::all_of(bytes.begin(), bytes.begin() + 16, [](std::uint8_t octet) { return octet == 0xff; });
}

std::size_t bgp_pdu_size(Context&, Bytes stream) {
    if (stream.size() < header_size) return more;
    const std::size_t length = load_be16(stream.data() + 16);
    return has_marker(stream) && length >= header_size ? length : not_mine;
}

void add_capabilities(Context& c, Bytes value) {
    Cursor in(c, value);
    while (in.left() > 0 && in.want(2)) {
        const std::size_t size = in.rest()[1];
        c.add(F::capability, in.here(2 + size));
        const auto deeper = c.indent();
        const auto type = in.add(F::capability_type, 1);
        in.add(F::capability_length, 1);
        if (!in.want(size)) return;
        if (type == 1 && size == 4) {
            in.add(F::mp_family, 2);
            in.add(F::capability_reserved, 1);
            in.add(F::mp_subfamily, 1);
        } else if (type == 65 && size == 4) {
            in.add(F::four_octet_as, 4);
        } else {
            in.skip(size);
        }
    }
}

void add_open(Context& c, Cursor& in) {
    in.add(F::version, 1);
    in.add(F::my_as, 2);
    in.add(F::hold_time, 2);
    in.add(F::identifier, 4);
    const std::size_t length = in.add(F::optional_length, 1);
    if (length == 0 || !in.want(length)) return;
    const Bytes all = in.bytes(length);
    c.add(F::optional, all);
    const auto within = c.indent();
    Cursor parameters(c, all);
    while (parameters.left() > 0 && parameters.want(2)) {
        const std::size_t size = parameters.rest()[1];
        c.add(F::parameter, parameters.here(2 + size));
        const auto deeper = c.indent();
        constexpr unsigned capabilities = 2;
        const auto type = parameters.add(F::parameter_type, 1);
        parameters.add(F::parameter_length, 1);
        const Bytes value = parameters.bytes(size);
        if (parameters.ok() && type == capabilities) add_capabilities(c, value);
    }
}

// Prefixes of IPv4: a length in bits and as many octets as it needs.
void add_prefixes(Context& c, Bytes bytes, const Field<Ipv4Address>& field) {
    Cursor in(c, bytes);
    while (in.left() > 0) {
        const std::size_t length = in.add(F::prefix_length, 1);
        if (length > 32) return c.malformed(in.rest(), fmt::format("prefix length {} > 32", length));
        const Bytes octets = in.bytes((length + 7) / 8);
        if (!in.ok()) return;
        std::uint64_t address = 0;
        for (std::size_t i = 0; i < 4; ++i) address = address << 8 | (i < octets.size() ? octets[i] : 0u);
        c.add(field, octets, address);
    }
}

// Whether the numbers have four octets: not said in the message, but two do not fit the length, or four do and leave
// no zeros in front as two would see them.
bool has_four_octets(Bytes path) {
    for (Bytes rest = path; !rest.empty();) {
        const std::size_t size = rest.size() < 2 ? 0 : 2 + rest[1] * std::size_t{4};
        if (size == 0 || size > rest.size() || rest[0] == 0 || rest[0] > 4) return false;
        rest = rest.subspan(size);
    }
    return true;
}

void add_path(Context& c, Bytes path) {
    const std::size_t width = has_four_octets(path) ? 4 : 2;
    Cursor in(c, path);
    while (in.left() > 0 && in.want(2)) {
        c.add(F::segment, in.here(2 + in.rest()[1] * width));
        const auto deeper = c.indent();
        in.add(F::segment_type, 1);
        for (auto left = in.add(F::segment_length, 1); left > 0 && in.ok(); --left)
            width == 4 ? in.add(F::as4, 4) : in.add(F::as2, 2);
    }
}

void add_communities(Context& c, Bytes value) {
    Cursor in(c, value);
    while (in.left() > 0 && in.want(4)) {
        const std::uint16_t as = load_be16(in.rest().data());
        if (as == 0xffff || as == 0) {
            in.add(F::well_known, 4);
            continue;
        }
        in.add(F::community_as, 2);
        in.add(F::community_value, 2);
    }
}

void add_attribute(Context& c, unsigned type, Bytes value) {
    Cursor in(c, value);
    switch (type) {
        case 1: in.add(F::origin, 1); return;
        case 2: return add_path(c, value);
        case 3: in.add(F::next_hop, 4); return;
        case 4: in.add(F::discriminator, 4); return;
        case 5: in.add(F::preference, 4); return;
        case 7:
            in.add(F::aggregator, value.size() == 8 ? 4 : 2);
            in.add(F::aggregator_origin, 4);
            return;
        case 8: return add_communities(c, value);
        case 14:
            in.add(F::reach_family, 2);
            in.add(F::reach_subfamily, 1);
            return;
        case 15:
            in.add(F::unreach_family, 2);
            in.add(F::unreach_subfamily, 1);
            return;
        default: return;
    }
}

void add_attributes(Context& c, Bytes all) {
    c.add(F::attributes, all);
    const auto within = c.indent();
    Cursor in(c, all);
    while (in.left() > 0 && in.want(3)) {
        const std::size_t width = in.rest()[0] & 0x10 ? 2 : 1;
        if (!in.want(2 + width)) return;
        const std::size_t size = width == 2 ? load_be16(in.rest().data() + 2) : in.rest()[2];
        c.add(F::attribute, in.here(2 + width + size));
        const auto deeper = c.indent();
        in.add_table(F::flag_table, 1);
        const auto type = static_cast<unsigned>(in.add(F::attribute_type, 1));
        in.add(F::attribute_length, width);
        const Bytes value = in.bytes(size);
        if (in.ok()) add_attribute(c, type, value);
    }
}

void add_update(Context& c, Cursor& in) {
    if (const std::size_t size = in.add(F::withdrawn_length, 2); size > 0) {
        const Bytes withdrawn = in.bytes(size);
        if (!in.ok()) return;
        c.add(F::withdrawn, withdrawn);
        const auto deeper = c.indent();
        add_prefixes(c, withdrawn, F::withdrawn_prefix);
    }
    if (const std::size_t size = in.add(F::attributes_length, 2); size > 0) {
        const Bytes attributes = in.bytes(size);
        if (in.ok()) add_attributes(c, attributes);
    }
    if (in.left() == 0) return;
    c.add(F::reachable, in.rest());
    const auto deeper = c.indent();
    add_prefixes(c, in.rest(), F::prefix);
}

void dissect_bgp(Context& c, Bytes bytes) {
    if (bytes.size() < header_size || !has_marker(bytes)) return c.data(bytes);
    c.begin(bgp, bytes);
    Cursor in(c, bytes);
    in.add(F::marker, 16);
    in.add(F::length, 2);
    switch (in.add(F::type, 1)) {
        case open: return add_open(c, in);
        case update: return add_update(c, in);
        case notification: in.add(F::error, 1); return;
        case refresh:
            in.add(F::refresh_family, 2);
            in.add(F::refresh_subtype, 1);
            in.add(F::refresh_subfamily, 1);
            return;
        default: return;
    }
}

void summarize_bgp(const LayerView& view, std::string& info) {
    const char* name = F::type.info.names.find(view.number(F::type));
    info = name ? name : "Unknown Message";
}

}  // namespace

constinit const Protocol bgp{.heading = {"bgp", "Border Gateway Protocol"},
                             .column = "BGP",
                             .fields = bgp_fields,
                             .dissect = dissect_bgp,
                             .pdu_size = bgp_pdu_size,
                             .summarize = summarize_bgp,
                             .joins_pdus = true,
                             .source = "RFC 4271"};

}  // namespace layerlab::proto::dissect
