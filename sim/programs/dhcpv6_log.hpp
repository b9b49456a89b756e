// What dhclient -6 -v of ISC DHCP 4.4.3 writes about the messages it sends and receives.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/time.hpp"
#include "proto/wire/dhcpv6.hpp"

namespace layerlab::sim::programs {

// `next`: how long until it is sent again.
std::string dhcpv6_sent_text(const proto::wire::Dhcpv6Message& message, std::string_view port, proto::Duration next);
// `seconds_since_1970`: the host's clock.
std::string dhcpv6_received_text(const proto::wire::Dhcpv6Message& message, std::string_view port,
                                 const proto::Ipv6Address& from, std::int64_t seconds_since_1970);

}  // namespace layerlab::sim::programs
