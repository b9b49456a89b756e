#include "proto/wire/dhcp.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/wire/dhcp_options.hpp"

namespace layerlab::proto::wire {

const char* to_text(DhcpType type) {
    switch (type) {
        case DhcpType::bootp: return "BOOTP";
        case DhcpType::discover: return "DHCPDISCOVER";
        case DhcpType::offer: return "DHCPOFFER";
        case DhcpType::request: return "DHCPREQUEST";
        case DhcpType::decline: return "DHCPDECLINE";
        case DhcpType::ack: return "DHCPACK";
        case DhcpType::nak: return "DHCPNAK";
        case DhcpType::release: return "DHCPRELEASE";
        case DhcpType::inform: return "DHCPINFORM";
    }
    return "unknown DHCP message type";
}

namespace {

using OptionBytes = std::vector<std::uint8_t>;

// Walks one area of options and appends values to `options`, joining equal codes. `area` names it in errors.
Result<void> decode_area(Bytes area, const char* name, std::vector<DhcpOption>& options,
                         std::array<std::uint16_t, 256>& position) {
    ByteReader in(area);
    while (in.left() > 0) {
        const std::uint8_t code = in.u8();
        if (code == dhcp_option::pad) continue;
        if (code == dhcp_option::end) return {};
        if (in.left() == 0) return fail(fmt::format("DHCP option {} in the {} ends before its length", code, name));
        const std::uint8_t length = in.u8();
        if (in.left() < length)
            return fail(fmt::format("DHCP option {} in the {} has length {}, but {} bytes are left", code, name, length,
                                    in.left()));
        const Bytes value = in.take(length);
        if (position[code] == 0) {
            options.push_back({code, {}});
            position[code] = static_cast<std::uint16_t>(options.size());
        }
        OptionBytes& whole = options[position[code] - 1u].value;
        whole.insert(whole.end(), value.begin(), value.end());
    }
    return {};  // a missing end option is common and harmless
}

Result<std::uint8_t> take_overload(std::vector<DhcpOption>& options, std::array<std::uint16_t, 256>& position) {
    const std::uint16_t at = position[dhcp_option::overload];
    if (at == 0) return std::uint8_t{0};
    const OptionBytes& value = options[at - 1u].value;
    if (value.size() != 1 || value[0] < 1 || value[0] > 3)
        return fail("the DHCP option overload (52) must be one byte of 1, 2 or 3");
    return value[0];
}

std::string text_field(Bytes bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
    return std::string(bytes.begin(), end);
}

// An area that is filled front to back; one byte stays for the end option.
struct Area {
    OptionBytes bytes;
    std::size_t capacity = 0;
    std::size_t room() const { return capacity - bytes.size() - 1; }
};

// Puts one option into the areas, in pieces where it must be; false when there is no room.
bool place(const DhcpOption& option, std::span<Area> areas) {
    std::size_t done = 0;
    bool placed = false;
    for (Area& area : areas) {
        while (area.room() >= 2 && (!placed || done < option.value.size())) {
            const std::size_t left = option.value.size() - done;
            const std::size_t piece = std::min({left, area.room() - 2, std::size_t{255}});
            if (piece == 0 && left > 0) break;
            area.bytes.push_back(option.code);
            area.bytes.push_back(static_cast<std::uint8_t>(piece));
            const auto from = option.value.begin() + static_cast<std::ptrdiff_t>(done);
            area.bytes.insert(area.bytes.end(), from, from + static_cast<std::ptrdiff_t>(piece));
            done += piece;
            placed = true;
        }
    }
    return placed && done == option.value.size();
}

// Fills the areas; false when the options do not fit.
bool place_all(const std::vector<DhcpOption>& options, std::span<Area> areas) {
    for (const DhcpOption& option : options)
        if (!place(option, areas)) return false;
    for (Area& area : areas) area.bytes.push_back(dhcp_option::end);
    return true;
}

void write_header(const DhcpMessage& m, MutableBytes bytes) {
    const MutableView<Dhcp> view(bytes.data());
    view.set(Dhcp::op, static_cast<std::uint8_t>(m.op));
    view.set(Dhcp::hardware_type, m.hardware_type);
    view.set(Dhcp::hardware_length, m.hardware_length);
    view.set(Dhcp::hops, m.hops);
    view.set(Dhcp::id, m.id);
    view.set(Dhcp::seconds, m.seconds);
    view.set(Dhcp::broadcast, m.broadcast);
    view.set(Dhcp::client_address, m.client_address);
    view.set(Dhcp::your_address, m.your_address);
    view.set(Dhcp::next_server, m.next_server);
    view.set(Dhcp::relay_address, m.relay_address);
    view.set(Dhcp::cookie, dhcp_cookie);
    std::copy(m.hardware_address.begin(), m.hardware_address.end(), bytes.begin() + 28);
    std::copy(m.server_name.begin(), m.server_name.end(), bytes.begin() + 44);
    std::copy(m.boot_file.begin(), m.boot_file.end(), bytes.begin() + 108);
}

constexpr std::size_t server_name_at = 44, server_name_size = 64, boot_file_at = 108, boot_file_size = 128;
constexpr std::size_t bootp_size = 300;

void read_header(Bytes bytes, DhcpMessage& m) {
    const View<Dhcp> view(bytes.data());
    m.op = static_cast<DhcpOp>(view[Dhcp::op]);
    m.hardware_type = view[Dhcp::hardware_type];
    m.hardware_length = view[Dhcp::hardware_length];
    m.hops = view[Dhcp::hops];
    m.id = view[Dhcp::id];
    m.seconds = view[Dhcp::seconds];
    m.broadcast = view[Dhcp::broadcast];
    m.client_address = view[Dhcp::client_address];
    m.your_address = view[Dhcp::your_address];
    m.next_server = view[Dhcp::next_server];
    m.relay_address = view[Dhcp::relay_address];
    std::copy_n(bytes.begin() + 28, 16, m.hardware_address.begin());
}

}  // namespace

Result<DhcpMessage> DhcpMessage::decode(Bytes bytes) {
    if (bytes.size() < Dhcp::options_at)
        return fail(fmt::format("a DHCP message has at least {} bytes, this one {}", Dhcp::options_at, bytes.size()));
    if (Ipv4Address::load(bytes.data() + Dhcp::min_size) != dhcp_cookie)
        return fail("the DHCP magic cookie 99.130.83.99 is missing");
    DhcpMessage m;
    read_header(bytes, m);
    if (m.op != DhcpOp::request && m.op != DhcpOp::reply)
        return fail(fmt::format("the DHCP operation is {}, neither 1 nor 2", bytes[0]));
    if (m.hardware_length > 16)
        return fail(fmt::format("the DHCP hardware address length is {}, over 16", m.hardware_length));

    std::array<std::uint16_t, 256> position{};  // of each code in options, from 1
    const Bytes file = bytes.subspan(boot_file_at, boot_file_size);
    const Bytes name = bytes.subspan(server_name_at, server_name_size);
    if (auto r = decode_area(bytes.subspan(Dhcp::options_at), "options", m.options, position); !r)
        return tl::unexpected<Error>(r.error());
    const auto overload = take_overload(m.options, position);
    if (!overload) return tl::unexpected<Error>(overload.error());
    if (*overload & 1) {
        if (auto r = decode_area(file, "file field", m.options, position); !r) return tl::unexpected<Error>(r.error());
    } else {
        m.boot_file = text_field(file);
    }
    if (*overload & 2) {
        if (auto r = decode_area(name, "sname field", m.options, position); !r) return tl::unexpected<Error>(r.error());
    } else {
        m.server_name = text_field(name);
    }
    if (const std::uint16_t at = position[dhcp_option::overload]; at != 0) m.options.erase(m.options.begin() + at - 1);

    for (const DhcpOption& option : m.options)
        if (const DhcpOptionInfo* info = find_dhcp_option(option.code))
            if (const char* fault = dhcp_length_fault(*info, option.value.size()))
                return fail(fmt::format("DHCP option {} ({}) has {} bytes: {}", option.code,
                                        dhcp_option_title(option.code), option.value.size(), fault));
    return m;
}

Result<OptionBytes> DhcpMessage::encode(std::size_t max_size) const {
    if (server_name.size() > server_name_size || boot_file.size() > boot_file_size)
        return fail("a DHCP server name has at most 64 bytes and a boot file name at most 128");
    if (max_size < bootp_size) return fail(fmt::format("a DHCP message needs {} bytes", bootp_size));
    OptionBytes out(Dhcp::options_at, 0);
    write_header(*this, out);

    Area plain{{}, max_size - Dhcp::options_at};
    if (place_all(options, {&plain, 1})) {
        out.insert(out.end(), plain.bytes.begin(), plain.bytes.end());
    } else {
        const bool use_file = boot_file.empty(), use_name = server_name.empty();
        const auto overload = static_cast<std::uint8_t>((use_file ? 1 : 0) | (use_name ? 2 : 0));
        if (overload == 0) return fail(fmt::format("the DHCP options do not fit into {} bytes", max_size));
        std::vector<Area> areas{{{dhcp_option::overload, 1, overload}, max_size - Dhcp::options_at}};
        if (use_file) areas.push_back({{}, boot_file_size});
        if (use_name) areas.push_back({{}, server_name_size});
        if (!place_all(options, areas)) return fail(fmt::format("the DHCP options do not fit into {} bytes", max_size));
        out.insert(out.end(), areas[0].bytes.begin(), areas[0].bytes.end());
        if (use_file) std::copy(areas[1].bytes.begin(), areas[1].bytes.end(), out.begin() + boot_file_at);
        if (use_name) std::copy(areas.back().bytes.begin(), areas.back().bytes.end(), out.begin() + server_name_at);
    }
    if (out.size() < bootp_size) out.resize(bootp_size, dhcp_option::pad);
    return out;
}

const DhcpOption* DhcpMessage::find(std::uint8_t code) const {
    for (const DhcpOption& option : options)
        if (option.code == code) return &option;
    return nullptr;
}

DhcpType DhcpMessage::type() const {
    const auto value = number(dhcp_option::message_type);
    return value ? static_cast<DhcpType>(*value) : DhcpType::bootp;
}

std::optional<Ipv4Address> DhcpMessage::address(std::uint8_t code) const {
    const DhcpOption* option = find(code);
    if (!option || option->value.size() != 4) return std::nullopt;
    return Ipv4Address::load(option->value.data());
}

std::vector<Ipv4Address> DhcpMessage::addresses(std::uint8_t code) const {
    std::vector<Ipv4Address> result;
    const DhcpOption* option = find(code);
    if (!option || option->value.size() % 4 != 0) return result;
    for (std::size_t at = 0; at < option->value.size(); at += 4)
        result.push_back(Ipv4Address::load(option->value.data() + at));
    return result;
}

std::optional<std::uint32_t> DhcpMessage::number(std::uint8_t code) const {
    const DhcpOption* option = find(code);
    if (!option) return std::nullopt;
    const OptionBytes& value = option->value;
    if (value.size() == 1) return value[0];
    if (value.size() == 2) return load_be16(value.data());
    if (value.size() == 4) return load_be32(value.data());
    return std::nullopt;
}

std::string_view DhcpMessage::text(std::uint8_t code) const {
    const DhcpOption* option = find(code);
    if (!option) return {};
    std::string_view text = as_text(option->value);
    while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    return text;
}

void DhcpMessage::add_type(DhcpType type) {
    options.push_back({dhcp_option::message_type, {static_cast<std::uint8_t>(type)}});
}

void DhcpMessage::add_address(std::uint8_t code, Ipv4Address address) { add_uint32(code, address.number); }

void DhcpMessage::add_addresses(std::uint8_t code, const std::vector<Ipv4Address>& addresses) {
    options.push_back({code, {}});
    ByteWriter out(options.back().value);
    for (const Ipv4Address a : addresses) out.be32(a.number);
}

void DhcpMessage::add_uint32(std::uint8_t code, std::uint32_t number) {
    options.push_back({code, {}});
    ByteWriter(options.back().value).be32(number);
}

void DhcpMessage::add_text(std::uint8_t code, std::string_view text) { add_bytes(code, as_bytes(text)); }

void DhcpMessage::add_bytes(std::uint8_t code, Bytes bytes) {
    options.push_back({code, OptionBytes(bytes.begin(), bytes.end())});
}

}  // namespace layerlab::proto::wire
