// The closed list of decisions that devices make, with one sentence template each. The simulator records numbers;
// sentences are made when somebody looks.
//
// In a template {node} and {port} are the place; {a...} and {b...} are the record's two numbers, shown as said behind
// the colon: {a} decimal, {a:ip}, {a:mac}, {a:prefix} (address << 8 | length), {a:endpoint} (address << 16 | port),
// {a:port} (a port of the node), {a:protocol} (IP protocol), {a:time} (ns), {a:flags} (TCP). {ip6} is one IPv6 address,
// a its first half and b its second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/kernel/record.hpp"

namespace layerlab::sim {

enum class Decision : std::uint8_t {
    // link layer
    mac_learned,
    mac_moved,
    switch_forwarded,
    switch_flooded,
    switch_filtered,
    link_marked,
    hub_repeated,
    frame_not_for_me,
    // ARP
    arp_missed,
    arp_asked_again,
    arp_gave_up,
    arp_answered,
    arp_learned,
    arp_moved,
    arp_ignored,
    // IPv4
    route_chosen,
    no_route,
    ip_not_mine,
    ttl_expired,
    forwarded,
    fragmented,
    must_fragment,
    reassembled,
    fragment_waits,
    reassembly_timed_out,
    header_checksum_bad,
    martian_source,
    icmp_error_sent,
    icmp_error_limited,
    echo_answered,
    broadcast_not_forwarded,
    // IPv6
    nd_missed,
    nd_gave_up,
    nd_answered,
    nd_learned,
    address_probed,
    address_ready,
    address_duplicated,
    address_made,
    address_expired,
    router_advertised,
    router_found,
    redirect_sent,
    redirect_taken,
    route_chosen6,
    no_route6,
    zone_missing,
    not_mine6,
    stays_on_link,
    hop_limit_expired,
    forwarded6,
    packet_too_big,
    too_big_to_send,
    path_mtu_learned,
    icmp_error_ignored,
    martian_source6,
    routing_header_refused,
    next_header_unknown,
    fragment_waits6,
    fragments_overlapped,
    reassembled6,
    reassembly_timed_out6,
    icmp6_error_sent,
    icmp6_error_limited,
    echo_answered6,
    // filters and NAT
    rule_blocked,
    rule_rejected,
    rule_allowed,
    default_blocked,
    default_rejected,
    default_allowed,
    connection_known,
    nat_mapped_apart,
    nat_mapped,
    nat_reused,
    nat_translated_back,
    nat_port_forwarded,
    nat_hairpin,
    nat_no_mapping,
    nat_filtered,
    nat_filtered_address,
    nat_exhausted,
    // transport
    udp_delivered,
    udp_no_listener,
    checksum_bad,
    tcp_no_listener,
    tcp_accepted,
    tcp_state,
    tcp_timeout_retransmit,
    tcp_fast_retransmit,
    tcp_recovery_entered,
    tcp_recovery_left,
    tcp_window_closed,
    tcp_window_opened,
    tcp_zero_window_probe,
    tcp_delayed_ack,
    tcp_nagle_held,
    tcp_challenge_ack,
    tcp_out_of_window,
    tcp_out_of_order,
    tcp_reset_received,
    tcp_gave_up,
    tcp_partial_ack,
    tcp_retransmission_lost,
    tcp_loss_probe,
    tcp_probe_repaired,
    tcp_undone_by_report,
    tcp_undone_by_timestamp,
    tcp_undone_by_frto,
    tcp_congestion_echoed,
    tcp_congestion_marked,
    tcp_slow_start_left,
    tcp_idle_restart,
    tcp_mss_reduced,
    tcp_black_hole,
    tcp_own_window_closed,
    tcp_window_grown,
    tcp_silly_window,
    tcp_paws_dropped,
    tcp_duplicate_dropped,
    tcp_ack_invalid,
    tcp_reset_sent,
    tcp_keepalive,
    tcp_user_timeout,
    tcp_other,
    // services
    dhcp_offered,
    dhcp_acknowledged,
    dhcp_refused,
    dhcp_scope_exhausted,
    dhcp_bound,
    dhcp_renewed,
    dhcp_expired,
    dhcp_ignored,
    dhcp_declined,
    dhcp_released,
    dns_answered,
    dns_referred,
    dns_no_such_name,
    dns_refused,
    dns_asked_upstream,
    dns_from_cache,
    dns_no_data,
    dns_failed,
    http_answered,
    count_,
};

inline constexpr std::size_t decision_count = static_cast<std::size_t>(Decision::count_);

struct DecisionInfo {
    const char* name;      // "arp-missed"
    std::uint8_t layer;    // OSI layer 1..7
    const char* sentence;  // the template
};
const DecisionInfo& info(Decision decision);

// Names that only the world knows.
class PlaceNames {
  public:
    virtual ~PlaceNames() = default;
    virtual std::string node_name(NodeId node) const = 0;
    virtual std::string port_name(NodeId node, PortId port) const = 0;
};

// The sentence of a decision record.
std::string sentence(const Record& record, const PlaceNames& names);
// Why a frame ended, in a few words: "its time to live ran out".
const char* explain(DropReason reason);

}  // namespace layerlab::sim
