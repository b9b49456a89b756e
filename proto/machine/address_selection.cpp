#include "proto/machine/address_selection.hpp"

#include <algorithm>

namespace layerlab::proto::machine {
namespace {

struct Policy {
    int precedence, label;
};

// Section 2.1.
Policy policy_of(const IpAddress& address) {
    const Ipv6Address a = address.v6();
    if (address.is_v4()) return {35, 4};
    if (is_loopback(a)) return {50, 0};
    if (load_be16(a.octets.data()) == 0x2002) return {30, 2};                 // 6to4
    if (load_be32(a.octets.data()) == 0x2001'0000u) return {5, 5};            // Teredo
    if ((a.octets[0] & 0xfe) == 0xfc) return {3, 13};                         // unique local
    if (high_half(a) == 0 && low_half(a) >> 32 == 0) return {1, 3};           // IPv4-compatible
    if (a.octets[0] == 0xfe && (a.octets[1] & 0xc0) == 0xc0) return {1, 11};  // site-local
    if (load_be16(a.octets.data()) == 0x3ffe) return {1, 12};                 // 6bone
    return {40, 1};
}

// Whether a is the better source.
bool is_better(const Ipv6Address& d, const SourceCandidate& a, const SourceCandidate& b) {
    if ((a.address == d) != (b.address == d)) return a.address == d;  // rule 1
    const unsigned sa = scope_of(a.address), sb = scope_of(b.address), sd = scope_of(d);
    if (sa != sb) return sa < sb ? sa >= sd : sb < sd;                                 // rule 2
    if (a.is_deprecated != b.is_deprecated) return b.is_deprecated;                    // rule 3
    if (a.is_on_out_interface != b.is_on_out_interface) return a.is_on_out_interface;  // rule 5
    const int label = policy_of(d).label;
    const bool la = policy_of(a.address).label == label, lb = policy_of(b.address).label == label;
    if (la != lb) return la;  // rule 6
    const auto matching = [&](const SourceCandidate& c) {
        return std::min<std::size_t>(common_prefix_length(c.address, d), c.prefix_length);
    };
    return matching(a) > matching(b);  // rule 8
}

}  // namespace

unsigned scope_of(const IpAddress& address) {
    if (address.is_v4()) {
        const std::uint32_t n = address.v4().number;
        return n >> 16 == 0xa9fe || n >> 24 == 127 ? 2 : 14;  // section 3.2
    }
    const Ipv6Address a = address.v6();
    if (is_multicast(a)) return a.octets[1] & 15u;
    if (is_link_local(a) || is_loopback(a)) return 2;
    return a.octets[0] == 0xfe && (a.octets[1] & 0xc0) == 0xc0 ? 5 : 14;
}

int select_source(const Ipv6Address& destination, std::span<const SourceCandidate> candidates) {
    int best = -1;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (best < 0 || is_better(destination, candidates[i], candidates[static_cast<std::size_t>(best)]))
            best = static_cast<int>(i);
    return best;
}

void sort_destinations(std::vector<DestinationCandidate>& candidates) {
    using Candidate = DestinationCandidate;
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        if (a.source.is_zero() != b.source.is_zero()) return b.source.is_zero();  // rule 1
        if (a.source.is_zero()) return false;
        const bool ma = scope_of(a.address) == scope_of(a.source), mb = scope_of(b.address) == scope_of(b.source);
        if (ma != mb) return ma;                                                              // rule 2
        if (a.source_is_deprecated != b.source_is_deprecated) return b.source_is_deprecated;  // rule 3
        const Policy pa = policy_of(a.address), pb = policy_of(b.address);
        const bool la = policy_of(a.source).label == pa.label, lb = policy_of(b.source).label == pb.label;
        if (la != lb) return la;                                                                           // rule 5
        if (pa.precedence != pb.precedence) return pa.precedence > pb.precedence;                          // rule 6
        if (scope_of(a.address) != scope_of(b.address)) return scope_of(a.address) < scope_of(b.address);  // rule 8
        if (a.address.is_v6() && b.address.is_v6())                                                        // rule 9
            return common_prefix_length(a.address.v6(), a.source.v6()) >
                   common_prefix_length(b.address.v6(), b.source.v6());
        return false;
    });
}

}  // namespace layerlab::proto::machine
