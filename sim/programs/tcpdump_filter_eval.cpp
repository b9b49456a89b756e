#include "sim/programs/tcpdump_filter_eval.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::Bytes;
using proto::Ipv4Address;
using Node = CaptureFilter::Node;
using Test = CaptureFilter::Test;
using Protocol = CaptureFilter::Protocol;
using Direction = CaptureFilter::Direction;

constexpr std::uint16_t type_ip = 0x0800, type_arp = 0x0806, type_rarp = 0x8035, type_ip6 = 0x86dd, type_vlan = 0x8100;

// Where things are in the frame; what is not there is out of reach.
class Frame {
  public:
    Frame(const std::vector<Node>& nodes, Bytes bytes) : nodes_(nodes), bytes_(bytes) {
        if (bytes.size() < 14) return;
        type_ = proto::load_be16(bytes.data() + 12);
        network_ = 14;
        if (is_ip() && bytes.size() >= network_ + 20) {
            protocol_ = bytes[network_ + 9];
            is_first_ = (proto::load_be16(bytes.data() + network_ + 6) & 0x1fff) == 0;
            transport_ = network_ + (bytes[network_] & 0x0fu) * 4u;
        } else if (type_ == type_ip6 && bytes.size() >= network_ + 40) {
            protocol_ = bytes[network_ + 6];
            is_first_ = true;
            transport_ = network_ + 40;
        }
    }

    bool test(int index) const {
        const Node& n = nodes_[static_cast<std::size_t>(index)];
        switch (n.test) {
            case Test::all_of: return test(n.left) && test(n.right);
            case Test::any_of: return test(n.left) || test(n.right);
            case Test::negation: return !test(n.left);
            case Test::protocol: return is(n.protocol);
            case Test::host: return has_address(n, 0xffff'ffffu);
            case Test::net: return has_address(n, n.high);
            case Test::port: return has_port(n);
            case Test::mac: return has_mac(n);
            case Test::number: return has_number(n);
            case Test::broadcast: return is_broadcast(n.protocol);
            case Test::multicast: return is_multicast(n.protocol);
            case Test::vlan: return type_ == type_vlan && (n.high == 1 || vlan_id() == n.low);
            case Test::less: return bytes_.size() <= n.low;
            case Test::greater: return bytes_.size() >= n.low;
            case Test::compare: return compare(n);
            default: return false;
        }
    }

  private:
    bool is_ip() const { return type_ == type_ip; }
    std::uint32_t vlan_id() const { return bytes_.size() >= 16 ? proto::load_be16(bytes_.data() + 14) & 0xfffu : 0; }

    bool is(Protocol p) const {
        switch (p) {
            case Protocol::any:
            case Protocol::ether: return true;
            case Protocol::ip: return is_ip();
            case Protocol::ip6: return type_ == type_ip6;
            case Protocol::arp: return type_ == type_arp;
            case Protocol::rarp: return type_ == type_rarp;
            case Protocol::vlan: return type_ == type_vlan;
            case Protocol::tcp: return protocol_ == 6;
            case Protocol::udp: return protocol_ == 17;
            case Protocol::icmp: return is_ip() && protocol_ == 1;
            case Protocol::igmp: return is_ip() && protocol_ == 2;
        }
        return false;
    }

    static bool choose(Direction d, bool source, bool destination) {
        switch (d) {
            case Direction::either: return source || destination;
            case Direction::source: return source;
            case Direction::destination: return destination;
            case Direction::both: return source && destination;
        }
        return false;
    }

    bool has_address(const Node& n, std::uint32_t mask) const {
        if (!is(n.protocol)) return false;
        const bool in_arp = (type_ == type_arp || type_ == type_rarp) && bytes_.size() >= network_ + 28;
        if (!in_arp && !(is_ip() && transport_ > 0)) return false;
        const std::size_t source = network_ + (in_arp ? 14 : 12), destination = network_ + (in_arp ? 24 : 16);
        const auto same = [&](std::size_t at) { return (proto::load_be32(bytes_.data() + at) & mask) == n.low; };
        return choose(n.direction, same(source), same(destination));
    }

    bool has_port(const Node& n) const {
        const bool fits = n.protocol == Protocol::any || n.protocol == Protocol::ip ? protocol_ == 6 || protocol_ == 17
                                                                                    : is(n.protocol);
        if (!fits || (protocol_ != 6 && protocol_ != 17) || !is_first_ || bytes_.size() < transport_ + 4) return false;
        const auto within = [&](std::size_t at) {
            const std::uint16_t port = proto::load_be16(bytes_.data() + at);
            return port >= n.low && port <= n.high;
        };
        return choose(n.direction, within(transport_), within(transport_ + 2));
    }

    bool has_mac(const Node& n) const {
        if (bytes_.size() < 14) return false;
        return choose(n.direction, proto::MacAddress::load(bytes_.data() + 6) == n.mac,
                      proto::MacAddress::load(bytes_.data()) == n.mac);
    }

    bool has_number(const Node& n) const {
        if (n.protocol == Protocol::ether) return type_ == n.low;
        return is(n.protocol) && transport_ > 0 && protocol_ == static_cast<int>(n.low);
    }

    bool is_broadcast(Protocol p) const {
        if (bytes_.size() < 14) return false;
        if (p != Protocol::ip) return proto::MacAddress::load(bytes_.data()).is_broadcast();
        return transport_ > 0 && is_ip() && proto::load_be32(bytes_.data() + network_ + 16) == 0xffff'ffffu;
    }
    bool is_multicast(Protocol p) const {
        if (bytes_.size() < 14) return false;
        if (p != Protocol::ip) return proto::MacAddress::load(bytes_.data()).is_multicast();
        return transport_ > 0 && is_ip() && bytes_[network_ + 16] >= 224;
    }

    // --- numbers; nothing where the bytes are not there, which fails the comparison ---

    std::optional<std::uint32_t> value(int index) const {
        const Node& n = nodes_[static_cast<std::size_t>(index)];
        switch (n.test) {
            case Test::constant: return n.low;
            case Test::length: return static_cast<std::uint32_t>(bytes_.size());
            case Test::load: return load(n);
            case Test::operation: {
                const auto a = value(n.left), b = value(n.right);
                if (!a || !b) return std::nullopt;
                return calculate(static_cast<char>(n.low), *a, *b);
            }
            default: return std::nullopt;
        }
    }

    static std::optional<std::uint32_t> calculate(char operation, std::uint32_t a, std::uint32_t b) {
        switch (operation) {
            case '+': return a + b;
            case '-': return a - b;
            case '*': return a * b;
            case '/': return b == 0 ? std::nullopt : std::optional(a / b);
            case '%': return b == 0 ? std::nullopt : std::optional(a % b);
            case '&': return a & b;
            case '|': return a | b;
            case '^': return a ^ b;
            case '<': return b < 32 ? a << b : 0;
            case '>': return b < 32 ? a >> b : 0;
            default: return std::nullopt;
        }
    }

    std::optional<std::uint32_t> load(const Node& n) const {
        const std::optional<std::uint32_t> offset = value(n.left);
        if (!offset || !is(n.protocol)) return std::nullopt;
        std::size_t base = 0;
        if (n.protocol == Protocol::tcp || n.protocol == Protocol::udp || n.protocol == Protocol::icmp ||
            n.protocol == Protocol::igmp) {
            if (!is_ip() || !is_first_) return std::nullopt;
            base = transport_;
        } else if (n.protocol != Protocol::ether) {
            base = network_;
        }
        const std::size_t at = base + *offset;
        if (at + n.high > bytes_.size()) return std::nullopt;
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < n.high; ++i) number = number << 8 | bytes_[at + i];
        return number;
    }

    bool compare(const Node& n) const {
        const auto a = value(n.left), b = value(n.right);
        if (!a || !b) return false;
        switch (static_cast<char>(n.low)) {
            case '=': return *a == *b;
            case '!': return *a != *b;
            case '<': return *a < *b;
            case '>': return *a > *b;
            case 'l': return *a <= *b;
            case 'g': return *a >= *b;
            default: return false;
        }
    }

    const std::vector<Node>& nodes_;
    Bytes bytes_;
    std::uint16_t type_ = 0;
    int protocol_ = -1;
    bool is_first_ = false;
    std::size_t network_ = 0, transport_ = 0;
};

}  // namespace

bool matches_capture_filter(const std::vector<Node>& nodes, int root, Bytes frame) {
    return root < 0 || Frame(nodes, frame).test(root);
}

}  // namespace layerlab::sim::programs
