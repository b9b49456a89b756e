#include "proto/dissect/related.hpp"

#include <algorithm>

#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

namespace {

using F = RelatedFields;

bool wants_any(const Context& c, std::span<const FieldInfo* const> table) {
    return c.wants_any(table) || c.wants_any(ExpertFields::table);
}

std::uint64_t since(const Context& c, Time then) { return static_cast<std::uint64_t>(nanoseconds(c.info.time - then)); }

}  // namespace

void relate_echo(Context& c, bool is_reply, std::uint32_t number, const Field<std::uint32_t>& request,
                 const Field<Duration>& time) {
    if (!c.state() || c.info.is_quoted || !(c.wants(request.info) || c.wants(time.info))) return;
    PacketInfo ends = c.info;
    ends.source_port = ends.destination_port = 0;  // of a tunnel around
    bool forward = false;
    const TransactionKey<ConversationKey> key{ConversationKey::of(ends, forward), number, Exchange::echo};
    auto& known = c.state()->lane(c.info).transactions;
    if (!is_reply) {
        known.put(key, {c.info.frame, 0, c.info.time});
    } else if (Transaction* asked = known.find(key); asked && asked->response == 0) {
        asked->response = c.info.frame;
        c.generate(request, asked->request);
        c.generate(time, since(c, asked->time));
    }
}

void relate_dns(Context& c, bool is_response, std::uint16_t id) {
    constexpr Duration repeats_within = std::chrono::seconds(5);
    if (!c.state() || c.info.is_quoted || !wants_any(c, F::dns)) return;
    bool forward = false;
    const TransactionKey<ConversationKey> key{ConversationKey::of(c.info, forward), id, Exchange::name_query};
    auto& known = c.state()->lane(c.info).transactions;
    Transaction* asked = known.find(key);
    if (!is_response) {
        if (!asked || asked->response != 0 || c.info.time - asked->time > repeats_within) {
            known.put(key, {c.info.frame, 0, c.info.time});
            return;
        }
        c.generate(F::dns_again, 1u);
        c.generate(F::dns_first_request, asked->request);
        return add_remark_text(c, {F::dns_request_remark.info, Severity::warning, RemarkGroup::protocol},
                               "DNS query retransmission. Original request in frame {}", asked->request);
    }
    if (!asked) return;
    if (asked->response == 0) {
        asked->response = c.info.frame;
        c.generate(F::dns_request, asked->request);
        return c.generate(F::dns_time, since(c, asked->time));
    }
    c.generate(F::dns_again, 1u);
    c.generate(F::dns_first_response, asked->response);
    add_remark_text(c, {F::dns_response_remark.info, Severity::warning, RemarkGroup::protocol},
                    "DNS response retransmission. Original response in frame {}", asked->response);
}

void note_address_use(Context& c, MacAddress mac, Ipv4Address ip) {
    constexpr std::uint64_t broadcast = 0xffff'ffff'ffff;
    if (!c.state() || !wants_any(c, F::arp)) return;
    if (ip.number == 0 || mac.number() == 0 || mac.number() == broadcast) return;
    auto& known = c.state()->addresses;
    AddressUse* use = known.find(ip.number);
    if (!use || use->mac == mac.number()) {
        known.put(ip.number, {mac.number(), c.info.frame, c.info.time});
        return;
    }
    c.generate(F::address_frame, use->frame,
               c.keep(fmt::format("{} is {} here, was {} there", ip.to_string(), mac.to_string(),
                                  MacAddress::from_number(use->mac).to_string())));
    const std::int64_t seconds = nanoseconds(c.info.time - use->time) / 1'000'000'000;
    c.generate(F::address_age, static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0)));
    add_remark_text(c, {F::address_remark.info, Severity::warning, RemarkGroup::sequence},
                    "Duplicate IP address configured ({})", ip.to_string());
}

}  // namespace layerlab::proto::dissect
