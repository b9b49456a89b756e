// CDP, behind a SNAP header of Cisco's, and the loopback test of Ethernet (ECTP).
#include <algorithm>
#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

struct F {
    static constexpr Field<std::uint8_t> version{"cdp.version", "Version", octets(0, 1)};
    static constexpr Field<std::uint8_t> ttl{"cdp.ttl", "TTL", octets(1, 1)};
    static constexpr Field<std::uint16_t> checksum{"cdp.checksum", "Checksum", octets(2, 2), {.shown = Shown::hex}};
    static constexpr auto header = table_of(version, ttl, checksum);
    static constexpr Field<std::uint8_t> status{
        "cdp.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
    static constexpr Field<std::uint16_t> type{"cdp.tlv.type", "Type", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> length{"cdp.tlv.len", "Length"};
    static constexpr Field<std::string_view> device{"cdp.deviceid", "Device ID"};
    static constexpr Field<std::string_view> port{"cdp.portid", "Sent through Interface"};
    static constexpr Field<std::string_view> platform{"cdp.platform", "Platform"};
    static constexpr Field<std::string_view> software{"cdp.software_version", "Software version"};
    static constexpr Field<std::uint32_t> capabilities{
        "cdp.capabilities", "Capabilities", octets(0, 4), {.shown = Shown::hex}};
    static constexpr Field<bool> router{"cdp.capabilities.router", "Router", bits(31, 1), {.level = 1}};
    static constexpr Field<bool> switches{"cdp.capabilities.switch", "Switch", bits(28, 1), {.level = 1}};
    static constexpr Field<bool> host{"cdp.capabilities.host", "Host", bits(27, 1), {.level = 1}};
    static constexpr auto capability_table = table_of(capabilities, router, switches, host);
    static constexpr Field<std::string_view> domain{"cdp.vtp_management_domain", "VTP Management Domain"};
    static constexpr Field<std::uint16_t> native_vlan{"cdp.native_vlan", "Native VLAN"};
    static constexpr Field<bool> duplex{"cdp.duplex", "Duplex"};
    static constexpr Field<std::uint32_t> addresses{"cdp.number_of_addresses", "Number of addresses"};
    static constexpr Field<std::uint8_t> protocol_type{
        "cdp.protocol_type", "Protocol type", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> protocol_length{"cdp.protocol_length", "Protocol length"};
    static constexpr Field<Bytes> protocol{"cdp.protocol", "Protocol"};
    static constexpr Field<std::uint16_t> address_length{"cdp.address_length", "Address length"};
    static constexpr Field<Ipv4Address> address{"cdp.nrgyz.ip_address", "IP Address"};
    static constexpr Field<Bytes> other_address{"cdp.address", "Address"};
    static constexpr Field<std::uint8_t> trust{"cdp.trust_bitmap", "Trust Bitmap", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> cos{
        "cdp.untrusted_port_cos", "Untrusted port CoS", anywhere, {.shown = Shown::hex}};
    static constexpr auto rest =
        table_of(status, type, length, device, port, platform, software, domain, native_vlan, duplex, addresses,
                 protocol_type, protocol_length, protocol, address_length, address, other_address, trust, cos);
};
constexpr auto cdp_fields = join(F::header, F::capability_table, F::rest);

struct Loop {
    static constexpr Field<std::uint16_t> skip{"loop.skipcount", "skipCount"};
    static constexpr Field<std::uint16_t> relevant{"loop.relevant_function", "Relevant function"};
    static constexpr Field<std::uint16_t> function{"loop.function", "Function"};
    static constexpr Field<MacAddress> forwarding{"loop.forwarding_address", "Forwarding address"};
    static constexpr Field<std::uint16_t> receipt{"loop.receipt_number", "Receipt number"};
    static constexpr auto table = table_of(skip, relevant, function, forwarding, receipt);
};

// As the Internet checksum, but an odd last octet counts as the low one, with its sign: so do Cisco's devices.
bool has_right_checksum(Bytes bytes) {
    if (bytes.size() % 2 == 0) return ChecksumSum{}.add(bytes).is_valid();
    std::vector<std::uint8_t> padded(bytes.begin(), bytes.end());
    const std::uint8_t last = padded.back();
    if (last & 0x80) {
        padded.back() = 0xff;
        padded.push_back(static_cast<std::uint8_t>(last - 1));
    } else {
        padded.back() = 0;
        padded.push_back(last);
    }
    return ChecksumSum{}.add(padded).is_valid();
}

void add_addresses(Context& c, Cursor& in) {
    for (auto count = in.add(F::addresses, 4); count > 0 && in.ok(); --count) {
        const auto deeper = c.indent();
        const auto type = in.add(F::protocol_type, 1);
        const std::size_t length = in.add(F::protocol_length, 1);
        const Bytes protocol = in.here(length);
        in.add(F::protocol, length);
        const std::size_t size = in.add(F::address_length, 2);
        const bool is_ip = type == 1 && length == 1 && !protocol.empty() && protocol[0] == 0xcc && size == 4;
        is_ip ? in.add(F::address, size) : in.add(F::other_address, size);
    }
}

void add_software(Context& c, Bytes value) {
    std::string_view text = as_text(value);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        c.add(F::software, as_bytes(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

void add_tlv(Context& c, unsigned type, Bytes value) {
    const auto deeper = c.indent();
    Cursor in(c, value);
    switch (type) {
        case 1: return c.add(F::device, value);
        case 2:
        case 0x16: return add_addresses(c, in);
        case 3: return c.add(F::port, value);
        case 4: in.add_table(F::capability_table, 4); return;
        case 5: return add_software(c, value);
        case 6: return c.add(F::platform, value);
        case 9: return c.add(F::domain, value);
        case 10: in.add(F::native_vlan, 2); return;
        case 11: in.add(F::duplex, 1); return;
        case 0x12: in.add(F::trust, 1); return;
        case 0x13: in.add(F::cos, 1); return;
        default: return;
    }
}

void dissect_cdp(Context& c, Bytes bytes) {
    c.begin(cdp, bytes);
    Cursor in(c, bytes);
    in.add_table(F::header, 4);
    if (!in.ok()) return;
    const bool is_whole = c.missing() == 0;
    c.generate(F::status,
               static_cast<unsigned>(is_whole ? checked(has_right_checksum(bytes)) : ChecksumStatus::unverified));
    while (in.left() > 0) {
        const auto type = static_cast<unsigned>(in.add(F::type, 2));
        const std::size_t length = in.add(F::length, 2);
        if (!in.ok()) return;
        if (length < 4) return c.malformed(in.rest(), fmt::format("TLV length {} < 4", length));
        const Bytes value = in.bytes(length - 4);
        if (in.ok()) add_tlv(c, type, value);
    }
}

void summarize_cdp(const LayerView& view, std::string& info) {
    if (view.find(F::device)) info += fmt::format("Device ID: {}  ", view.text(F::device));
    if (view.find(F::port)) info += fmt::format("Port ID: {}  ", view.text(F::port));
}

void dissect_loop(Context& c, Bytes bytes) {
    c.begin(loop, bytes);
    Cursor in(c, bytes);
    const std::size_t skipped = in.add_little(Loop::skip, 2);
    bool is_first = true;
    while (in.left() >= 2) {
        if (is_first && in.left() >= skipped + 2) {
            const Bytes where = in.rest().subspan(skipped, 2);
            c.add(Loop::relevant, where, static_cast<std::uint64_t>(where[0] | where[1] << 8));
        }
        is_first = false;
        const auto function = in.add_little(Loop::function, 2);
        if (function == 2) {
            in.add(Loop::forwarding, 6);
            continue;
        }
        if (function == 1) in.add_little(Loop::receipt, 2);
        break;
    }
    c.data(in.rest());
}

}  // namespace

constinit const Protocol cdp{.heading = {"cdp", "Cisco Discovery Protocol"},
                             .column = "CDP",
                             .fields = cdp_fields,
                             .dissect = dissect_cdp,
                             .summarize = summarize_cdp};
constinit const Protocol loop{.heading = {"loop", "Configuration Test Protocol (loopback)"},
                              .column = "LOOP",
                              .fields = Loop::table,
                              .dissect = dissect_loop,
                              .source = "Ethernet version 2.0 section 8"};

}  // namespace layerlab::proto::dissect
