// VRRP.
#include "proto/wire/vrrp.hpp"

#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/transport.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Vrrp;

constexpr Field<std::uint8_t> status_field{
    "vrrp.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
constexpr auto vrrp_fields = join(Vrrp::table, Vrrp::table_2, Vrrp::table_3, Vrrp::rest, table_of(status_field));

// Version 3 counts a pseudo header in, version 2 does not.
ChecksumStatus status_of(const Context& c, unsigned version, Bytes bytes) {
    if (version == 3) return transport_status(c, Vrrp::ip_protocol, bytes.size() + c.missing(), bytes);
    if (c.missing() > 0 || c.info.is_fragment || !c.options().verify_checksums) return ChecksumStatus::unverified;
    return checked(ChecksumSum{}.add(bytes).is_valid());
}

void dissect_vrrp(Context& c, Bytes bytes) {
    c.begin(vrrp, bytes);
    c.add_fields(bytes, Vrrp::table);
    if (bytes.size() < Vrrp::min_size) return c.too_short(bytes, Vrrp::min_size);
    const View<Vrrp> header(bytes.data());
    const unsigned version = header[Vrrp::version];
    if (version == 3)
        c.add_fields(bytes, Vrrp::table_3);
    else
        c.add_fields(bytes, Vrrp::table_2);
    c.add_fields(bytes, table_of(Vrrp::checksum));
    c.generate(status_field, static_cast<unsigned>(status_of(c, version, bytes)));
    Cursor in(c, bytes);
    in.skip(Vrrp::min_size);
    const bool is_ipv6 = c.info.source.version == 6;
    for (unsigned count = header[Vrrp::count]; count > 0 && in.ok(); --count)
        is_ipv6 ? in.add(Vrrp::address6, 16) : in.add(Vrrp::address, 4);
    constexpr unsigned simple_password = 1;
    if (version == 3 || header[Vrrp::authentication] != simple_password || in.left() < 8) return;
    const std::string_view text = as_text(in.here(8));
    c.add(Vrrp::password, in.here(8), text.substr(0, text.find('\0')));
}

void summarize_vrrp(const LayerView& view, std::string& info) {
    info = fmt::format("Announcement (v{})", view.number(Vrrp::version));
}

}  // namespace

constinit const Protocol vrrp{.heading = {"vrrp", "Virtual Router Redundancy Protocol"},
                              .column = "VRRP",
                              .fields = vrrp_fields,
                              .dissect = dissect_vrrp,
                              .summarize = summarize_vrrp,
                              .source = "RFC 5798"};

}  // namespace layerlab::proto::dissect
