// What a message has to do with an earlier one: the request that an answer is for and how long that took, what is said
// again, and who else used an address. Known only to a dissector that remembers the frames before.
#pragma once

#include "proto/dissect/expert.hpp"

namespace layerlab::proto::dissect {

struct RelatedFields {
    // Wireshark's resptime counts milliseconds with a fraction: a type that there is none of here, and so another name.
    static constexpr Field<std::uint32_t> echo_request{"icmp.resp_to", "Request frame"};
    static constexpr Field<Duration> echo_time{"icmp.response_time", "Response time"};
    static constexpr Field<std::uint32_t> echo6_request{"icmpv6.resp_to", "Response To"};
    static constexpr Field<Duration> echo6_time{"icmpv6.response_time", "Response time"};

    static constexpr Field<std::uint32_t> dns_request{"dns.response_to", "Request In"};
    static constexpr Field<Duration> dns_time{"dns.time", "Time"};
    static constexpr Field<bool> dns_again{"dns.retransmission", "Retransmission"};
    static constexpr Field<std::uint32_t> dns_first_request{"dns.retransmit_request_in",
                                                            "Retransmitted request. Original request in"};
    static constexpr Field<std::uint32_t> dns_first_response{"dns.retransmit_response_in",
                                                             "Retransmitted response. Original response in"};
    static constexpr Field<void> dns_request_remark{"dns.retransmit_request", "DNS query retransmission"};
    static constexpr Field<void> dns_response_remark{"dns.retransmit_response", "DNS response retransmission"};
    static constexpr auto dns = table_of(dns_request, dns_time, dns_again, dns_first_request, dns_first_response,
                                         dns_request_remark, dns_response_remark);

    static constexpr Field<std::uint32_t> address_frame{"arp.duplicate-address-frame",
                                                        "Frame showing earlier use of IP address"};
    static constexpr Field<std::uint32_t> address_age{"arp.seconds-since-duplicate-address-frame",
                                                      "Seconds since earlier frame seen"};
    static constexpr Field<void> address_remark{"arp.duplicate-address-detected", "Duplicate IP address configured"};
    static constexpr auto arp = table_of(address_frame, address_age, address_remark);
};

// An echo request or reply with so much of it as tells it from others: identifier and sequence number.
void relate_echo(Context& c, bool is_reply, std::uint32_t number, const Field<std::uint32_t>& request,
                 const Field<Duration>& time);
// A query that is repeated within five seconds, or an answer.
void relate_dns(Context& c, bool is_response, std::uint16_t id);
// Says so when somebody else has used the address before, and remembers who uses it otherwise (RFC 5227).
void note_address_use(Context& c, MacAddress mac, Ipv4Address ip);

}  // namespace layerlab::proto::dissect
