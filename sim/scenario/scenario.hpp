// What a .lab file says, as plain structs with places: the parser fills them, the plan, the checker and the runner read
// them. Nothing here does anything. Devices, links and ports are numbers; a name is looked up once, by the parser.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/nat_table.hpp"
#include "sim/net/recording.hpp"
#include "sim/scenario/source.hpp"

namespace layerlab::sim::scenario {

using proto::Duration;
using proto::Ipv4Address;
using proto::Ipv4Prefix;
using proto::Ipv6Address;
using proto::Ipv6Prefix;
using proto::MacAddress;
using proto::Rate;

using DeviceId = std::uint32_t;  // index into Scenario::devices
using LinkId = std::uint32_t;    // index into Scenario::links
using PortId = std::uint32_t;    // 2 * link + side: a port exists only through a link

inline constexpr std::uint32_t no_id = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t lo_id = no_id - 1;  // as a port, where packets are counted: a host's loopback

struct Text {
    std::string text;
    Place place;
};

// Chance in parts per thousand million: 1% is 10'000'000.
struct Chance {
    std::uint32_t parts_per_billion = 0;
    friend bool operator==(Chance, Chance) = default;
};

enum class DeviceKind : std::uint8_t {
    host,
    pc,
    laptop,
    phone,
    server,
    switch_,
    bridge,
    hub,
    router,
    firewall,
    accesspoint,
    modem,
    linux_namespace,
    nic,
    capture
};

constexpr bool is_host(DeviceKind k) { return k <= DeviceKind::server || k == DeviceKind::linux_namespace; }
constexpr bool is_router(DeviceKind k) { return k == DeviceKind::router || k == DeviceKind::firewall; }
// Has addresses and a shell.
constexpr bool is_ip_device(DeviceKind k) { return is_host(k) || is_router(k); }
// Not simulated: a real kernel or interface takes its place.
constexpr bool is_real(DeviceKind k) { return k == DeviceKind::linux_namespace || k == DeviceKind::nic; }
// Joins its links into one LAN.
constexpr bool is_link_layer(DeviceKind k) {
    return k == DeviceKind::switch_ || k == DeviceKind::bridge || k == DeviceKind::hub ||
           k == DeviceKind::accesspoint || k == DeviceKind::modem;
}

struct Device {
    std::string name;
    Place place;
    DeviceKind kind = DeviceKind::host;
};

// A port's name: "eth" and a number, or an index into Scenario::port_names.
struct PortName {
    static constexpr std::uint32_t eth_bit = 0x8000'0000u;
    std::uint32_t value = no_id;

    static constexpr PortName eth(std::uint32_t n) { return {eth_bit | n}; }
    constexpr bool given() const { return value != no_id; }
    constexpr bool is_eth() const { return given() && (value & eth_bit) != 0; }
    constexpr std::uint32_t number() const { return value & ~eth_bit; }
    friend constexpr bool operator==(PortName, PortName) = default;
};

// A port as a setting names it. `id` is set when the whole file has been read; it stays `no_id` where the port was left
// out.
struct PortRef {
    Place place;
    PortName name;
    PortId id = no_id;
};

struct QueueSize {
    std::uint64_t amount = 0;
    bool in_packets = true;  // else in bytes
    friend bool operator==(QueueSize, QueueSize) = default;
};

// Only what was said; the rest stays as it was (first: 1 Gbps, 5 us, MTU 1500, 1000 packets, up).
struct LinkProperties {
    std::optional<Rate> rate;
    std::optional<Duration> delay, jitter;
    std::optional<Chance> loss, duplicate, reorder, corrupt;
    bool corrupt_undetected = false;
    std::optional<std::uint32_t> mtu;
    std::optional<QueueSize> queue, mark;  // a mark of 0: none
    std::optional<bool> up;
};

struct LinkEnd {
    DeviceId device = no_id;
    PortName port;
};

struct Link {
    LinkEnd ends[2];
    Place place;
    LinkProperties properties;
};

// ---- settings of a device --------------------------------------------------------------------------------------

enum class Transport : std::uint8_t { tcp, udp };

struct AddressSetting {
    PortRef port;
    Ipv4Prefix prefix;
};
struct Address6Setting {
    PortRef port;
    Ipv6Prefix prefix;
};
struct DhcpSetting {
    PortRef port;
};
struct MacSetting {
    PortRef port;
    MacAddress mac;
};
struct GatewaySetting {
    Ipv4Address address;
};
struct DnsSetting {
    std::vector<proto::IpAddress> servers;
};
struct RouteSetting {
    Ipv4Prefix to;  // default is 0.0.0.0/0
    Ipv4Address via;
};
struct Gateway6Setting {
    Ipv6Address address;
};
struct Route6Setting {
    Ipv6Prefix to;  // default is ::/0
    Ipv6Address via;
};
struct SlaacSetting {  // listens to router advertisements
    PortRef port;
};
struct Dhcp6Setting {  // asks a DHCPv6 server for an address
    PortRef port;
};
struct NatSetting {
    PortRef inside, outside;
    proto::machine::NatBehavior mapping = proto::machine::NatBehavior::endpoint_independent;
    proto::machine::NatBehavior filtering = proto::machine::NatBehavior::address_and_port_dependent;
};
struct ForwardSetting {
    PortRef port;
    Transport transport = Transport::tcp;
    std::uint16_t port_number = 0;
    Ipv4Address to;
    std::uint16_t to_port = 0;
};
struct ServeDhcp {
    PortRef port;
    Ipv4Address first, last;
    Duration lease{std::chrono::hours(24)};
    std::vector<Ipv4Address> dns;
    std::optional<Ipv4Address> gateway;  // else the server's own address if it forwards
};
struct ServeRa {  // router advertisements
    PortRef port;
    std::vector<Ipv6Prefix> prefixes;  // else those of the port's addresses
    std::vector<Ipv6Address> dns;
    std::optional<Duration> lifetime;  // of the default router
    bool managed = false, other = false;
};
struct ServeDhcp6 {
    PortRef port;
    std::optional<Ipv6Address> first, last;  // absent: only other configuration (stateless)
    Duration lease{std::chrono::hours(2)};
    std::vector<Ipv6Address> dns;
    std::string domain;
};
struct DnsRecord {
    Place place;
    std::string name;  // relative to the zone, "@" for the zone itself
    std::optional<std::uint32_t> ttl;
    std::string type;               // "A", "MX", ...: one of the types the server knows
    std::vector<std::string> data;  // MX: "10", "mx.example.org"; as many words as the type needs
};
struct ServeDns {
    std::string zone;
    std::vector<DnsRecord> records;
};
struct ServeResolver {
    bool forwards = false;  // else recursive from root servers
    std::vector<proto::IpAddress> servers;
};
struct HttpPage {
    std::string path;
    std::string body;        // where no size was given
    std::uint64_t size = 0;  // bytes of filler
    bool is_filler = false;
    bool takes_uploads = false;
};
struct ServeHttp {
    std::uint16_t port = 80;
    std::vector<HttpPage> pages;
    std::optional<Text> folder;
};
struct ServeIperf3 {
    std::uint16_t port = 5201;
};
struct ServeStun {
    std::uint16_t port = 3478;  // the next one, too
};
struct ServePort {
    Transport transport = Transport::tcp;
    std::uint16_t port = 0;
    bool echo = true;  // else discard
};

enum class Verdict : std::uint8_t { allow, block, reject };
enum class RuleProtocol : std::uint8_t { any, tcp, udp, icmp };
struct RuleEnd {
    enum class Kind : std::uint8_t { any, port, prefix, device };
    Kind kind = Kind::any;
    PortRef port;                       // of the firewall itself
    Ipv4Prefix prefix;                  // a single address is a /32
    std::optional<Ipv6Prefix> prefix6;  // instead of `prefix`
    DeviceId device = no_id;
};
struct NumberRange {
    std::uint16_t first = 0, last = 0;
};
struct RuleSetting {
    Verdict verdict = Verdict::block;
    RuleProtocol protocol = RuleProtocol::any;
    RuleEnd from, to;
    std::vector<NumberRange> ports;  // destination ports; empty: all
};
struct DefaultRule {
    Verdict verdict = Verdict::allow;
};
struct HostsSetting {
    std::string name;
    proto::IpAddress address;
};
struct ArpSetting {
    Ipv4Address address;
    MacAddress mac;
};
enum class CongestionControl : std::uint8_t { reno, cubic, bbr };
struct TcpSetting {
    std::optional<CongestionControl> congestion;
    std::optional<std::uint64_t> buffer;  // bytes
    std::optional<bool> ecn, pacing, sack, timestamps, scaling, path_probing;
    std::optional<std::uint64_t> initial_window, syn_retries;
};
struct PowerSetting {
    bool up = true;
};
struct CaptureMapping {
    Ipv4Address from;
    std::variant<Ipv4Address, DeviceId> to;
};
struct CaptureMapping6 {
    Ipv6Address from;
    std::variant<Ipv6Address, DeviceId> to;
};
struct CaptureSetting {
    Text path;
    std::vector<CaptureMapping> map;
    std::vector<CaptureMapping6> map6;
    std::shared_ptr<const sim::Recording> recording;  // once it has been read: recordings.hpp
};

using SettingValue =
    std::variant<AddressSetting, Address6Setting, DhcpSetting, MacSetting, GatewaySetting, DnsSetting, RouteSetting,
                 NatSetting, ForwardSetting, ServeDhcp, ServeDns, ServeResolver, ServeHttp, ServeIperf3, ServeStun,
                 ServePort, RuleSetting, DefaultRule, HostsSetting, ArpSetting, TcpSetting, PowerSetting,
                 CaptureSetting, Gateway6Setting, Route6Setting, SlaacSetting, Dhcp6Setting, ServeRa, ServeDhcp6>;

struct Setting {
    DeviceId device = no_id;
    Place place;
    SettingValue value;
};

// ---- conditions and checks -------------------------------------------------------------------------------------

// `pc1 reaches pc2`, `pc1 cannot reach db`, `amy has address [in 192.168.1.0/24]`
struct Condition {
    enum class Kind : std::uint8_t { reaches, cannot_reach, has_address };
    Kind kind = Kind::reaches;
    DeviceId device = no_id;
    std::string target;  // a name or an address, for `ping`
    std::optional<Ipv4Prefix> prefix;
    std::optional<Ipv6Prefix> prefix6;
    Place place;
};

// Text that was written by hand in another language (a filter, a command), where {i} may have been replaced.
struct ForeignText {
    struct Piece {
        std::uint32_t offset;  // from here on in `text`
        Place place;           // it stands here; of length 0 unless it is a replaced {...}
    };
    std::string text;
    std::vector<Piece> pieces;

    // The place of text[offset, offset + length) in its file, for carets.
    Place at(std::size_t offset, std::size_t length) const;
};

struct OutputContains {
    std::string text;
};
struct OutputMatches {
    ForeignText regex;  // RE2 syntax, without its slashes; tested on each line
};
struct OutputIs {
    std::vector<std::string> lines;  // without "| "; "..." as in the language
};
struct ExitIs {
    int status = 0;
};
struct Fails {};
struct CommandCheck {
    Place place;
    std::variant<OutputContains, OutputMatches, OutputIs, ExitIs, Fails> check;
};

// `expect 1..2 at gw.wan: icmp`, `expect some drop: loss`
struct PacketExpectation {
    Place place;
    std::uint64_t min = 0, max = std::numeric_limits<std::uint64_t>::max();
    DeviceId at_device = no_id;  // no_id: anywhere
    PortRef at_port;             // id no_id: any port of the device
    std::string_view drop;       // the drop reason as a word of the language (static); empty: not about drops
    ForeignText filter;          // empty when about drops
};

// ---- the script ------------------------------------------------------------------------------------------------

struct LinkChange {
    LinkId link = no_id;
    LinkProperties change;
};
struct StopService {
    DeviceId device = no_id;
    std::string_view service;  // a service word of the language (static)
    std::uint16_t port = 0;    // of tcp and udp; 0: not said
};
struct Replay {
    DeviceId device = no_id;
    std::uint32_t speed_percent = 100;
};
struct Command {
    DeviceId device = no_id;
    ForeignText text;                // as written, without the trailing &
    std::vector<std::string> words;  // split with the shell's quoting
    bool background = false;
    std::vector<CommandCheck> checks;
};
struct Note {
    Text text;
};
struct Send {
    DeviceId device = no_id;
    Transport transport = Transport::udp;
    std::variant<DeviceId, Ipv4Address, Ipv6Address> to;
    std::uint16_t port = 0;
    std::uint64_t size = 0;   // bytes: of each datagram, or of the whole stream
    Duration every{0};        // udp
    std::uint64_t count = 1;  // udp
};
struct StateExpectation {
    Condition condition;
    std::optional<Duration> within;
};
struct Wait {
    Duration duration{0};
};
struct After {
    Condition condition;
};

using Action =
    std::variant<Setting, LinkChange, StopService, Replay, Command, Note, Send, StateExpectation, Wait, After>;

// When a step begins: in its turn, or beside the others.
struct InTurn {};
struct At {
    Duration time{0};
};
struct Every {
    Duration interval{0};
    std::optional<Duration> until;  // virtual time
};
struct AfterCondition {
    Condition condition;
};
using Schedule = std::variant<InTurn, At, Every, AfterCondition>;

struct Step {
    Place place;  // of the whole statement
    Schedule schedule;
    Action action;
};

struct Question {
    Text text;
    std::vector<Text> answers;
    std::size_t before_step = 0;  // it stands above steps[before_step]
};

struct Scenario {
    Sources sources;
    std::string title;
    std::uint64_t seed = 1;
    std::int64_t clock_unix_seconds = 1'767'225'600;  // 2026-01-01T00:00:00Z
    Duration limit{std::chrono::minutes(10)};
    bool ipv6 = false;  // every device has IPv6
    bool names = true;  // device names resolve on every host

    std::vector<Device> devices;
    std::vector<Link> links;
    std::vector<std::string> port_names;
    std::vector<Setting> settings;  // the world at 0, in file order
    std::vector<Step> steps;        // in file order
    std::vector<PacketExpectation> packet_expectations;
    std::vector<Question> questions;
    std::vector<Ipv4Address> named_addresses;  // each IPv4 address that stands in the file, prefixes' hosts included

    std::string port_name(PortName name) const;  // "wan", "eth0"
    std::string port_name(PortId id) const { return port_name(end(id).port); }
    const LinkEnd& end(PortId id) const { return links[id / 2].ends[id % 2]; }
    const LinkEnd& other_end(PortId id) const { return links[id / 2].ends[1 - id % 2]; }
    std::string full_port_name(PortId id) const;  // "gw.wan"
};

}  // namespace layerlab::sim::scenario
