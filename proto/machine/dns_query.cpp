#include "proto/machine/dns_query.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

using wire::DnsMessage;
using wire::DnsOpcode;
using wire::DnsRcode;

namespace {

DnsQueryCheck refuse(const DnsMessage& query, DnsRcode rcode, DnsTransport transport) {
    DnsMessage response = begin_dns_response(query);
    response.header.rcode = rcode;
    return {std::nullopt, rcode, finish_dns_response(query, response, transport)};
}

}  // namespace

DnsQueryCheck check_dns_query(Bytes bytes, DnsTransport transport) {
    const auto header = wire::decode_dns_header(bytes);
    if (!header || header->response) return {};
    auto query = wire::decode_dns_message(bytes);
    if (!query || (header->opcode == DnsOpcode::query && query->questions.size() != 1)) {
        DnsMessage broken;
        broken.header = *header;
        return refuse(broken, DnsRcode::form_err, transport);
    }
    if (query->edns && query->edns->version > 0) return refuse(*query, DnsRcode::bad_vers, transport);
    if (header->opcode != DnsOpcode::query) return refuse(*query, DnsRcode::not_imp, transport);
    return {std::move(*query), DnsRcode::no_error, {}};
}

DnsMessage begin_dns_response(const DnsMessage& query) {
    DnsMessage response;
    response.header.id = query.header.id;
    response.header.response = true;
    response.header.opcode = query.header.opcode;
    response.header.recursion_desired = query.header.recursion_desired;
    response.header.checking_disabled = query.header.checking_disabled;
    response.questions = query.questions;
    if (query.edns) {
        response.edns.emplace();
        response.edns->dnssec_ok = query.edns->dnssec_ok;
    }
    return response;
}

std::vector<std::uint8_t> finish_dns_response(const DnsMessage& query, const DnsMessage& response,
                                              DnsTransport transport) {
    std::size_t limit = wire::max_dns_message;
    if (transport == DnsTransport::udp) {
        limit = wire::max_plain_dns_udp;
        if (query.edns) limit = std::clamp<std::size_t>(query.edns->udp_size, limit, wire::usual_edns_size);
    }
    return wire::encode_dns_message(response, limit);
}

std::vector<std::uint8_t> make_dns_query(std::uint16_t id, const wire::DnsQuestion& question, bool recursion_desired,
                                         bool edns) {
    DnsMessage query;
    query.header.id = id;
    query.header.recursion_desired = recursion_desired;
    query.questions.push_back(question);
    if (edns) query.edns.emplace();
    return wire::encode_dns_message(query);
}

bool answers_dns_query(const DnsMessage& response, std::uint16_t id, const wire::DnsQuestion& question) {
    if (!response.header.response || response.header.id != id) return false;
    if (response.questions.empty()) return response.header.rcode != DnsRcode::no_error;
    return response.questions.size() == 1 && response.questions[0] == question;
}

}  // namespace layerlab::proto::machine
