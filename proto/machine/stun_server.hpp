// A STUN server (RFC 5389) that helps to find out how a NAT behaves (RFC 5780, and RFC 3489 for older clients): it
// listens at two addresses with two ports each, says where a request seems to come from, and answers from where it is
// asked to. Does no I/O. It ignores credentials, and RESPONSE-ADDRESS of RFC 3489, which let anybody be flooded.
#pragma once

#include <array>
#include <optional>

#include "proto/wire/stun.hpp"

namespace layerlab::proto::machine {

struct StunServerConfig {
    std::array<IpAddress, 2> addresses{};  // the second zero: only one
    std::array<std::uint16_t, 2> ports{wire::stun_port, wire::stun_port + 1};
    std::uint16_t padding = 1500;  // of an answer that shall be fragmented (RFC 5780 section 7.6)
};

// One of the four endpoints.
struct StunPlace {
    std::uint8_t address = 0, port = 0;  // 0 or 1
};

struct StunAnswer {
    StunPlace from;
    wire::StunEndpoint to;
    std::vector<std::uint8_t> bytes;
};

class StunServer {
  public:
    explicit StunServer(const StunServerConfig& config = {}) : config_(config) {}

    const StunServerConfig& config() const { return config_; }
    // A datagram has come to `at`; nullopt: it is no request.
    std::optional<StunAnswer> answer(Bytes datagram, const wire::StunEndpoint& from, StunPlace at) const;

  private:
    wire::StunEndpoint endpoint(StunPlace p) const { return {config_.addresses[p.address], config_.ports[p.port]}; }

    StunServerConfig config_;
};

}  // namespace layerlab::proto::machine
