#include "proto/dissect/wanted.hpp"

#include <algorithm>

#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/frame.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/dissect/tcp_analysis.hpp"
#include "proto/dissect/tcp_fields.hpp"
#include "proto/dissect/value.hpp"
#include "proto/wire/tcp_options.hpp"

namespace layerlab::proto::dissect {

namespace {

bool has(const Protocol& protocol, const FieldInfo& field) {
    return &protocol.heading.info == &field ||
           std::find(protocol.fields.begin(), protocol.fields.end(), &field) != protocol.fields.end();
}

// Of what stands below the applications. What is not named here counts as theirs: to want too much is only slow.
bool is_below_applications(const FieldInfo& field) {
    if (&field == &FrameFields::protocols.info) return false;
    const auto below = {&frame_protocol, &ethernet, &vlan,   &service_vlan, &arp, &ipv4,
                        &ipv6,           &icmp,     &icmpv6, &igmp,         &udp, &tcp};
    return std::any_of(below.begin(), below.end(), [&](const Protocol* p) { return has(*p, field); });
}

// Of what plain_headers.hpp makes no items of.
bool is_of_headers(const FieldInfo& field) {
    const auto headers = {&frame_protocol, &ethernet, &vlan, &ipv4, &ipv6, &udp, &tcp};
    const auto common = common_fields();
    return std::any_of(headers.begin(), headers.end(), [&](const Protocol* p) { return has(*p, field); }) ||
           std::find(common.begin(), common.end(), &field) != common.end();
}

template <class Table>
bool is_in(const Table& table, const FieldInfo& field) {
    return std::find(table.begin(), table.end(), &field) != table.end();
}

// What is known only by following the stream, or says that it was put together.
bool is_of_stream(const FieldInfo& field) {
    if (&field == &TcpFields::length.info || &field == &TcpFields::payload.info) return false;
    using Options = wire::TcpOptionFields;
    if (&field == &Options::sack_left.info || &field == &Options::sack_right.info) return true;  // relative numbers
    return is_in(TcpFields::table, field) || is_in(TcpAnalysisFields::table, field) ||
           std::string_view(field.name) == "udp.stream";
}

bool is_stream_number(const FieldInfo& field) {
    return &field == &TcpFields::stream.info || std::string_view(field.name) == "udp.stream";
}

bool is_of_checksum(const FieldInfo& field) {
    const std::string_view name = field.name;
    return name.ends_with(".checksum.status") || name.ends_with(".checksum.bad") ||
           name.find(".checksum_bad") != name.npos || name.ends_with(".bad_checksum");
}

}  // namespace

Wanted::Wanted() {
    for (const FieldInfo* field : {&ws::malformed.info, &ws::truncated.info}) set(*field);
}

bool Wanted::is_any_wanted(std::span<const FieldInfo* const> table) const {
    return std::any_of(table.begin(), table.end(), [&](const FieldInfo* field) { return wants(*field); });
}

void Wanted::add(const FieldInfo& field) {
    set(field);
    asked_ = {};
    if (is_of_headers(field)) headers_ = true;
    if (is_of_stream(field)) streams_ = true;
    if (is_stream_number(field)) stream_numbers_ = true;
    if (is_of_checksum(field)) checksums_ = true;
    if (&field == &TcpFields::reassembled.info || !is_below_applications(field)) add_applications();
}

Wanted Wanted::for_columns() {
    Wanted wanted;
    wanted.add_applications();
    wanted.add(FrameFields::time_relative.info);
    for (const Protocol* protocol : protocols()) {
        const bool has_list = !protocol->summary_fields.empty();
        wanted.add(has_list ? protocol->summary_fields : protocol->fields);
    }
    return wanted;
}

}  // namespace layerlab::proto::dissect
