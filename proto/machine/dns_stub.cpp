#include "proto/machine/dns_stub.hpp"

#include <algorithm>
#include <utility>

namespace layerlab::proto::machine {

using wire::DnsRcode;

DnsStub::DnsStub(DnsStubOptions options, wire::DnsQuestion question, std::uint16_t id)
    : options_(std::move(options)), question_(std::move(question)), id_(id) {}

void DnsStub::start(Time now, Out& out) {
    place_ = 0;
    attempt_ = 0;
    if (options_.servers.empty() || options_.attempts == 0) return finish({}, out);
    ask(options_.only_tcp ? DnsTransport::tcp : DnsTransport::udp, now, out);
}

// As glibc's res_send.c: whole seconds, at least one.
Duration DnsStub::timeout() const {
    if (place_ == 0) return options_.timeout;
    const auto servers = static_cast<std::int64_t>(options_.servers.size());
    const Duration shared = options_.timeout * (std::int64_t{1} << std::min<std::size_t>(place_, 10)) / servers;
    return std::max<Duration>(std::chrono::floor<std::chrono::seconds>(shared), std::chrono::seconds(1));
}

void DnsStub::ask(DnsTransport transport, Time now, Out& out) {
    transport_ = transport;
    sent_ = now;
    deadline_ = now + timeout();
    out.send({server(), transport, make_dns_query(id_, question_, options_.recursion_desired, options_.edns)});
}

void DnsStub::on_datagram(Ipv4Address from, Bytes bytes, Time now, Out& out) {
    if (deadline_ == never || transport_ != DnsTransport::udp || from != server()) return;
    on_message(bytes, now, out);
}

void DnsStub::on_tcp_answer(Bytes bytes, Time now, Out& out) {
    if (deadline_ != never && transport_ == DnsTransport::tcp) on_message(bytes, now, out);
}

void DnsStub::on_message(Bytes bytes, Time now, Out& out) {
    auto message = wire::decode_dns_message(bytes);
    if (!message || !answers_dns_query(*message, id_, question_)) return;
    if (message->header.truncated && transport_ == DnsTransport::udp && !options_.ignore_truncation)
        return ask(DnsTransport::tcp, now, out);
    const DnsRcode rcode = message->header.rcode;
    DnsStubResult result{
        DnsStubResult::Status::answered, std::move(*message), server(), transport_, bytes.size(), now - sent_};
    const bool failed = rcode == DnsRcode::serv_fail || rcode == DnsRcode::not_imp || rcode == DnsRcode::refused;
    if (!failed || !options_.next_on_failure) return finish(std::move(result), out);
    failure_ = std::move(result);
    next(now, out);
}

void DnsStub::on_unreachable(Time now, Out& out) {
    if (deadline_ != never) next(now, out);
}

void DnsStub::on_deadline(Time now, Out& out) {
    if (now < deadline_) return;
    any_timeout_ = true;
    out.timed_out(server());
    next(now, out);
}

void DnsStub::next(Time now, Out& out) {
    deadline_ = never;
    const bool last_place = place_ + 1 >= options_.servers.size();
    if (last_place && attempt_ + 1 >= options_.attempts) {
        if (failure_) return finish(std::move(*failure_), out);
        DnsStubResult result;
        result.status = any_timeout_ ? DnsStubResult::Status::timed_out : DnsStubResult::Status::unreachable;
        result.server = server();
        result.transport = transport_;
        return finish(std::move(result), out);
    }
    if (last_place) ++attempt_;
    place_ = last_place ? 0 : place_ + 1;
    ask(options_.only_tcp ? DnsTransport::tcp : DnsTransport::udp, now, out);
}

void DnsStub::finish(DnsStubResult result, Out& out) {
    deadline_ = never;
    out.finished(result);
}

}  // namespace layerlab::proto::machine
