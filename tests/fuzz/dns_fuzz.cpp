// libFuzzer target: every reader of DNS bytes, and the servers behind them.
#include <cstdlib>

#include "proto/dissect/dns_text.hpp"
#include "proto/machine/dns_resolver.hpp"
#include "proto/machine/dns_server.hpp"
#include "proto/wire/dns_record_text.hpp"

namespace {

using namespace layerlab::proto;

struct Out : machine::DnsResolver::Out {
    machine::DnsUpstreamQuery last;
    std::uint32_t state = 1;
    void send(const machine::DnsUpstreamQuery& query) override { last = query; }
    void closed(std::uint32_t) override {}
    void finished(std::uint64_t, const machine::DnsAnswer&) override {}
    void note(machine::DnsResolverEvent, const wire::DomainName&, const IpAddress&) override {}
    std::uint32_t random() override { return state = state * 1664525u + 1013904223u; }
};

void check(bool holds) {
    if (!holds) std::abort();
}

machine::DnsServer server() {
    machine::DnsServer made;
    made.add(machine::DnsZone::make(wire::DomainName::parse("a.b").value(), {}).value());
    return made;
}

// The bytes as the answer to a question of the resolver.
void answer_resolver(std::vector<std::uint8_t> bytes) {
    Out out;
    machine::DnsResolver resolver(machine::DnsResolver::Mode::recursive,
                                  {IpAddress(Ipv4Address{1}), *IpAddress::parse("2001:db8::1")});
    Time now{};
    resolver.start(1, {wire::DomainName::parse("a.b").value(), wire::DnsType::a, wire::DnsClass::in}, now, out);
    for (int i = 0; i < 8 && bytes.size() >= 2 && resolver.pending() > 0; ++i) {
        store_be16(bytes.data(), out.last.id);
        if (out.last.transport == machine::DnsTransport::tcp)
            resolver.on_tcp_answer(out.last.exchange, bytes, now, out);
        else
            resolver.on_datagram(out.last.server, out.last.source_port, bytes, now, out);
    }
    while (resolver.next_deadline() != never) resolver.on_deadline(now = resolver.next_deadline(), out);
    check(resolver.pending() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes(data, size);
    if (const auto message = wire::decode_dns_message(bytes)) {
        const auto encoded = wire::encode_dns_message(*message);
        if (encoded.size() < wire::max_dns_message && (load_be16(encoded.data() + 2) & 0x0200) == 0)
            check(wire::decode_dns_message(encoded) == *message);
        for (const auto& record : message->answers) check(!to_string(record).empty());
    }
    static const machine::DnsServer authoritative = server();
    const auto reply = authoritative.reply(bytes, machine::DnsTransport::udp);
    check(reply.bytes.empty() || wire::decode_dns_message(reply.bytes).has_value());
    answer_resolver({data, data + size});
    const auto name = dissect::dns_name_text(bytes, 0);
    check(!name.ok || name.size <= size);
    return 0;
}
