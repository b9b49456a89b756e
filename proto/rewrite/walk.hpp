// One frame on its way through rewrite_frame(): a function for each header, which rewrites it and goes on to the next.
// All take where the header begins and where what it belongs to ends; both lie within the captured bytes.
#pragma once

#include <algorithm>

#include "proto/rewrite/frame_rewriter.hpp"
#include "proto/rewrite/summed_bytes.hpp"

namespace layerlab::proto::rewrite {

class Walk {
  public:
    Walk(MutableBytes frame, AddressMapper& mapper, Rest rest)
        : bytes_(frame), mapper_(mapper), rest_(rest), cut_(frame.size()) {}

    Rewritten result() const { return {cut_, is_known_}; }

    // walk_link.cpp
    void link(std::uint16_t link_type);
    void ethernet(std::size_t at, std::size_t end);
    void by_ethertype(std::uint16_t type, std::size_t at, std::size_t end);

    // walk_ip.cpp
    void ip(std::size_t at, std::size_t end);  // either version
    void ipv4(std::size_t at, std::size_t end);
    void ipv6(std::size_t at, std::size_t end);

    // walk_control.cpp
    void icmp(std::size_t at, std::size_t end);
    void icmpv6(std::size_t at, std::size_t end, SumDelta pseudo);
    void igmp(std::size_t at, std::size_t end);

    // walk_services.cpp
    void dhcp(std::size_t at, std::size_t end);
    void dhcpv6(std::size_t at, std::size_t end);
    void dns(std::size_t at, std::size_t end);

    // What is no header: data of a transport, padding, what is not known.
    void data(std::size_t from, std::size_t to) {
        if (from >= to || rest_ == Rest::keep || rest_ == Rest::keep_all) return;
        rest_ == Rest::strip ? strip(from) : bytes_.zero(from, to);
    }
    void padding(std::size_t from, std::size_t to) {
        if (from < to && rest_ != Rest::keep_all) bytes_.zero(from, to);
    }
    void unknown(std::size_t from, std::size_t to) {
        if (from >= to || rest_ == Rest::keep_all) return;
        is_known_ = false;
        rest_ == Rest::strip ? strip(from) : bytes_.zero(from, to);
    }

    // Addresses; what is cut off in the middle becomes zeros. They say what changed, for sums of pseudo headers.
    SumDelta ipv4_address(std::size_t at, std::size_t end);
    SumDelta ipv6_address(std::size_t at, std::size_t end);
    void ipv6_prefix(std::size_t at, std::size_t end, unsigned bits);
    void mac_address(std::size_t at, std::size_t end);
    void ipv4_addresses(std::size_t at, std::size_t end, std::size_t count = 0x10000);
    void ipv6_addresses(std::size_t at, std::size_t end, std::size_t count = 0x10000);

  private:
    // Tunnels in tunnels are not walked into forever.
    struct Level {
        explicit Level(Walk& walk) : walk_(walk) { ++walk.levels_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { --walk_.levels_; }
        bool is_too_deep() const { return walk_.levels_ > most_levels; }

      private:
        Walk& walk_;
    };
    static constexpr unsigned most_levels = 12;
    static_assert(most_levels + 2 <= SummedBytes::most_open);

    void strip(std::size_t from) { cut_ = std::min(cut_, from); }
    static std::size_t within(std::size_t wanted, std::size_t end) { return std::min(wanted, end); }

    void cooked(std::size_t address, std::size_t length, std::uint16_t type, std::size_t next);
    void llc(std::size_t at, std::size_t end);
    void spanning_tree(std::size_t at, std::size_t end);
    void arp(std::size_t at, std::size_t end);
    void mpls(std::size_t at, std::size_t end);
    void pppoe(std::size_t at, std::size_t end, bool is_session);
    void ppp(std::size_t at, std::size_t end);

    void ipv4_options(std::size_t at, std::size_t end);
    // The final destination of a routing header, if it stands there, goes into the pseudo header.
    void routing_header(std::size_t at, std::size_t end, SumDelta source, SumDelta& pseudo);
    void ipv6_options(std::size_t at, std::size_t end);
    void transport(std::uint8_t protocol, std::size_t at, std::size_t end, SumDelta pseudo, bool is_fragment);
    void tcp(std::size_t at, std::size_t end, SumDelta pseudo);
    void udp(std::size_t at, std::size_t end, SumDelta pseudo, bool is_fragment);
    void udp_data(std::uint16_t source, std::uint16_t destination, std::size_t at, std::size_t end);
    void geneve(std::size_t at, std::size_t end);
    void gre(std::size_t at, std::size_t end);

    void neighbor_options(std::size_t at, std::size_t end);
    void mld(std::size_t at, std::size_t end, std::uint8_t type);
    // Both versions' reports: of each group and the sources it is asked of.
    template <class Address>
    void group_records(std::size_t at, std::size_t end, std::size_t count, Address address);

    void dhcp_option(std::uint8_t code, std::size_t at, std::size_t end);
    void dhcpv6_options(std::size_t at, std::size_t end, unsigned depth);
    void dhcpv6_message(std::size_t at, std::size_t end, unsigned depth);
    void duid(std::size_t at, std::size_t end);
    bool is_dns(std::size_t at, std::size_t end) const;
    std::size_t dns_name(std::size_t at, std::size_t end);  // behind it; beyond `end` when there is none
    void dns_data(std::uint16_t type, std::size_t at, std::size_t end);

    SummedBytes bytes_;
    AddressMapper& mapper_;
    Rest rest_;
    std::size_t cut_;
    unsigned levels_ = 0;
    bool is_known_ = true;
};

}  // namespace layerlab::proto::rewrite
