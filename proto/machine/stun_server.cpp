#include "proto/machine/stun_server.hpp"

namespace layerlab::proto::machine {

using wire::StunMessage;

namespace {

void refuse(StunMessage& reply, std::uint16_t error, const char* reason) {
    reply.type = wire::stun_type::binding_error;
    reply.error = error;
    reply.reason = reason;
}

}  // namespace

std::optional<StunAnswer> StunServer::answer(Bytes datagram, const wire::StunEndpoint& from, StunPlace at) const {
    const std::optional<StunMessage> request = wire::decode_stun(datagram);
    if (!request || request->type != wire::stun_type::binding_request) return std::nullopt;
    const bool is_classic = request->is_classic();
    const bool has_other = !config_.addresses[1].is_zero();
    StunAnswer answer{at, from, {}};
    StunMessage reply;
    reply.type = wire::stun_type::binding_response;
    reply.id = request->id;
    reply.software = "LayerLab";
    if (!request->unknown.empty()) {
        refuse(reply, 420, "Unknown Attribute");
        reply.unknown = request->unknown;
    } else if (request->change_ip && !has_other) {
        refuse(reply, 420, "Unknown Attribute");
        reply.unknown = {wire::stun_attribute::change_request};
    } else if (request->response_port && request->padding) {
        refuse(reply, 400, "Bad Request");
    } else {
        if (request->change_ip) answer.from.address = at.address == 0 ? 1 : 0;
        if (request->change_port) answer.from.port = at.port == 0 ? 1 : 0;
        if (request->response_port) answer.to.port = *request->response_port;
        if (request->padding) reply.padding = config_.padding;
        reply.mapped = from;
        (is_classic ? reply.source : reply.origin) = endpoint(answer.from);
        if (!is_classic) reply.xor_mapped = from;
        const StunPlace opposite{static_cast<std::uint8_t>(at.address ^ 1), static_cast<std::uint8_t>(at.port ^ 1)};
        // The second address does not offer itself to begin at: turnutils_natdiscovery of coturn 4.6 takes the other
        // address from the last answer, and would never come to both ports of it.
        if (has_other && (is_classic || at.address == 0))
            (is_classic ? reply.changed : reply.other) = endpoint(opposite);
    }
    answer.bytes = encode_stun(reply);
    return answer;
}

}  // namespace layerlab::proto::machine
