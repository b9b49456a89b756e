#include "proto/wire/dhcpv6.hpp"

#include <algorithm>

namespace layerlab::proto::wire {
namespace {

namespace option = dhcpv6_option;

// Calls `take(code, data)` for each option; false if a length is beyond the end.
template <class Take>
bool each_option(Bytes options, Take take) {
    while (!options.empty()) {
        if (options.size() < 4) return false;
        const std::size_t length = load_be16(options.data() + 2);
        if (length > options.size() - 4) return false;
        if (!take(load_be16(options.data()), options.subspan(4, length))) return false;
        options = options.subspan(4 + length);
    }
    return true;
}

std::string first_domain(Bytes data) {
    std::string name;
    for (std::size_t at = 0; at < data.size() && data[at] != 0;) {
        const std::size_t length = data[at];
        if (length > 63 || at + 1 + length > data.size()) return {};
        if (!name.empty()) name += '.';
        name += as_text(data.subspan(at + 1, length));
        at += 1 + length;
    }
    return name;
}

std::optional<Dhcpv6Status> status_in(Bytes data) {
    if (data.size() < 2) return std::nullopt;
    return static_cast<Dhcpv6Status>(load_be16(data.data()));
}

bool take_association(Dhcpv6Message& m, Bytes data) {
    if (data.size() < 12) return false;
    if (m.iaid) return true;  // a second one is passed over
    m.iaid = load_be32(data.data());
    m.t1 = load_be32(data.data() + 4);
    m.t2 = load_be32(data.data() + 8);
    return each_option(data.subspan(12), [&](std::uint16_t code, Bytes inner) {
        if (code == option::ia_address) {
            if (inner.size() < 24) return false;
            if (m.addresses.size() < Dhcpv6Message::most)
                m.addresses.push_back(
                    {Ipv6Address::load(inner.data()), load_be32(inner.data() + 16), load_be32(inner.data() + 20)});
        } else if (code == option::status) {
            m.ia_status = status_in(inner);
            return m.ia_status.has_value();
        }
        return true;
    });
}

bool take_option(Dhcpv6Message& m, std::uint16_t code, Bytes data) {
    constexpr std::size_t longest_duid = 130;  // RFC 8415 section 11.1
    switch (code) {
        case option::client_id:
        case option::server_id:
            if (data.size() < 3 || data.size() > longest_duid) return false;
            (code == option::client_id ? m.client_duid : m.server_duid).assign(data.begin(), data.end());
            return true;
        case option::ia_na: return take_association(m, data);
        case option::option_request:
            for (std::size_t at = 0; at + 2 <= data.size() && m.requested.size() < Dhcpv6Message::most; at += 2)
                m.requested.push_back(load_be16(data.data() + at));
            return data.size() % 2 == 0;
        case option::preference:
            if (data.size() != 1) return false;
            m.preference = data[0];
            return true;
        case option::elapsed_time:
            if (data.size() != 2) return false;
            m.elapsed = load_be16(data.data());
            m.has_elapsed = true;
            return true;
        case option::status: m.status = status_in(data); return m.status.has_value();
        case option::dns_servers:
            for (std::size_t at = 0; at + 16 <= data.size() && m.dns_servers.size() < Dhcpv6Message::most; at += 16)
                m.dns_servers.push_back(Ipv6Address::load(data.data() + at));
            return data.size() % 16 == 0;
        case option::domain_list: m.domain = first_domain(data); return true;
        default: return true;
    }
}

class OptionWriter {
  public:
    explicit OptionWriter(std::vector<std::uint8_t>& out) : out_(out) {}
    std::size_t begin(std::uint16_t code) {
        number(code, 2);
        number(0, 2);
        return out_.size();
    }
    void end(std::size_t start) {
        store_be16(out_.data() + start - 2, static_cast<std::uint16_t>(out_.size() - start));
    }
    void number(std::uint64_t value, int octets) {
        for (int i = octets - 1; i >= 0; --i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    void bytes(Bytes b) { out_.insert(out_.end(), b.begin(), b.end()); }
    void plain(std::uint16_t code, Bytes b) {
        const std::size_t start = begin(code);
        bytes(b);
        end(start);
    }
    void status(Dhcpv6Status s) {
        const std::size_t start = begin(option::status);
        number(static_cast<std::uint16_t>(s), 2);
        end(start);
    }

  private:
    std::vector<std::uint8_t>& out_;
};

}  // namespace

const char* to_text(Dhcpv6Type type) {
    for (const ValueName& n : dhcpv6_type_names)
        if (n.value == static_cast<std::uint8_t>(type)) return n.name;
    return "?";
}

std::optional<Dhcpv6Message> decode_dhcpv6(Bytes bytes) {
    if (bytes.size() < Dhcpv6::min_size || bytes[0] == 0 || bytes[0] > 11) return std::nullopt;
    Dhcpv6Message m;
    m.type = static_cast<Dhcpv6Type>(bytes[0]);
    m.id = load_be32(bytes.data()) & 0xff'ffffu;
    const auto take = [&](std::uint16_t code, Bytes data) { return take_option(m, code, data); };
    if (!each_option(bytes.subspan(4), take)) return std::nullopt;
    return m;
}

std::vector<std::uint8_t> encode_dhcpv6(const Dhcpv6Message& m) {
    std::vector<std::uint8_t> out;
    OptionWriter w(out);
    w.number(static_cast<std::uint64_t>(m.type) << 24 | m.id, 4);
    if (!m.client_duid.empty()) w.plain(option::client_id, m.client_duid);
    if (!m.server_duid.empty()) w.plain(option::server_id, m.server_duid);
    if (m.iaid) {
        const std::size_t ia = w.begin(option::ia_na);
        w.number(*m.iaid, 4);
        w.number(m.t1, 4);
        w.number(m.t2, 4);
        for (const Dhcpv6Address& a : m.addresses) {
            const std::size_t start = w.begin(option::ia_address);
            w.bytes(a.address.octets);
            w.number(a.preferred, 4);
            w.number(a.valid, 4);
            w.end(start);
        }
        if (m.ia_status) w.status(*m.ia_status);
        w.end(ia);
    }
    if (!m.requested.empty()) {
        const std::size_t start = w.begin(option::option_request);
        for (const std::uint16_t code : m.requested) w.number(code, 2);
        w.end(start);
    }
    if (m.preference != 0) w.plain(option::preference, Bytes(&m.preference, 1));
    if (m.has_elapsed) {
        const std::size_t start = w.begin(option::elapsed_time);
        w.number(m.elapsed, 2);
        w.end(start);
    }
    if (m.status) w.status(*m.status);
    if (!m.dns_servers.empty()) {
        const std::size_t start = w.begin(option::dns_servers);
        for (const Ipv6Address& a : m.dns_servers) w.bytes(a.octets);
        w.end(start);
    }
    if (!m.domain.empty()) {
        const std::size_t start = w.begin(option::domain_list);
        for (std::size_t at = 0; at <= m.domain.size();) {
            const std::size_t dot = std::min(m.domain.find('.', at), m.domain.size());
            const std::size_t length = std::min<std::size_t>(dot - at, 63);
            if (length > 0) {
                w.number(length, 1);
                w.bytes(as_bytes(std::string_view(m.domain).substr(at, length)));
            }
            at = dot + 1;
        }
        w.number(0, 1);
        w.end(start);
    }
    return out;
}

std::vector<std::uint8_t> duid_of(const MacAddress& mac) {
    std::vector<std::uint8_t> duid(10);
    duid[1] = 3;  // by link-layer address
    duid[3] = 1;  // Ethernet
    mac.store(duid.data() + 4);
    return duid;
}

}  // namespace layerlab::proto::wire
