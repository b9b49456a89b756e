#include "proto/wire/udp.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/announced.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/expert.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/plain_headers.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/dissect/state.hpp"
#include "proto/dissect/transport.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Udp;

constexpr Field<std::uint32_t> stream_field{"udp.stream", "Stream index"};
constexpr Field<Bytes> payload_field{"udp.payload", "Payload"};
struct Remarks {
    static constexpr Field<void> checksum{"udp.checksum.bad", "Bad checksum"};
    static constexpr Field<void> no_checksum{"udp.checksum.zero", "Illegal checksum value (0)"};
    static constexpr Field<void> traceroute{"udp.possible_traceroute", "Possible traceroute"};
    static constexpr auto table = table_of(checksum, no_checksum, traceroute);
};
constexpr auto udp_fields =
    join(Udp::table, table_of(ChecksumFields::udp, stream_field, payload_field), Remarks::table);

ChecksumStatus status_of(const Context& c, std::uint16_t checksum, std::size_t length, Bytes bytes) {
    if (checksum == 0) return c.info.source.version == 6 ? ChecksumStatus::bad : ChecksumStatus::not_present;
    return transport_status(c, 17, length, bytes);
}

// The ports that Van Jacobson's traceroute counts up from, three for each hop.
void remark_on_traceroute(Context& c, std::uint16_t to) {
    constexpr unsigned base = 32768 + 666, last = base + 30;
    if (to <= base || to > last) return;
    const unsigned n = to - base - 1;
    add_remark_text(c, {Remarks::traceroute.info, Severity::chat, RemarkGroup::sequence},
                    "Possible traceroute: hop #{}, attempt #{}", n / 3 + 1, n % 3 + 1);
}

void remark_on_checksum(Context& c, const View<Udp>& header, Bytes datagram) {
    if (header[Udp::checksum] == 0)
        return add_remark(c, {Remarks::no_checksum.info, Severity::error, RemarkGroup::checksum});
    add_bad_checksum(c, {Remarks::checksum.info, Severity::error, RemarkGroup::checksum},
                     transport_sum(c, 17, datagram), header[Udp::checksum]);
}

void open_stream(Context& c) {
    bool forward = false;
    const ConversationKey key = ConversationKey::of(c.info, forward);
    auto& streams = c.state()->lane(c.info).udp;
    UdpStream* stream = streams.find(key);
    if (!stream) stream = &streams.put(key, {c.state()->udp_streams++, nullptr});
    c.generate(stream_field, stream->index);
    if (!c.info.is_quoted) c.memory = &stream->memory;
}

// By the ports, or by the look of the payload; nullptr when nobody knows it.
const Protocol* find_above(Context& c, Bytes payload) {
    const Protocol* above = announced_protocol(c, 17);
    if (!above) above = by_udp_port(c.info.source_port, c.info.destination_port);
    return above ? above : by_udp_look(payload);
}

bool is_wanted(const Context& c, const Protocol* above) {
    return c.wants_applications() || (above && above->carries_packets);
}

void dissect_udp(Context& c, Bytes bytes) {
    c.begin(udp, bytes);
    c.add_fields(bytes, Udp::table);
    const auto header = View<Udp>::parse(bytes);
    if (!header) return c.too_short(bytes, Udp::min_size);
    c.set_header_size(Udp::min_size);
    c.info.source_port = (*header)[Udp::source_port];
    c.info.destination_port = (*header)[Udp::destination_port];
    const std::size_t available = bytes.size() + c.missing();
    std::size_t length = (*header)[Udp::length];
    if (length == 0 && available > 65535) length = available;  // RFC 2675 section 4
    if (length < Udp::min_size) return c.malformed(bytes.subspan(Udp::min_size), fmt::format("length {} < 8", length));
    remark_on_traceroute(c, c.info.destination_port);
    const ChecksumStatus status = status_of(c, (*header)[Udp::checksum], length, bytes);
    c.generate(ChecksumFields::udp, static_cast<unsigned>(status));
    if (status == ChecksumStatus::bad) remark_on_checksum(c, *header, bytes.first(std::min(length, bytes.size())));
    if (c.state() && c.wants_streams()) open_stream(c);
    if (length > available && !c.info.is_quoted && !c.info.is_fragment)
        c.malformed({}, fmt::format("length {} > {} octets of the datagram", length, available));
    const std::size_t on_wire = std::min(length, available);
    const Bytes payload = bytes.subspan(Udp::min_size, std::min(on_wire, bytes.size()) - Udp::min_size);
    if (!payload.empty() || on_wire > bytes.size()) {
        if (!payload.empty()) c.add(payload_field, payload);
        const Protocol* above = find_above(c, payload);
        if (is_wanted(c, above)) c.next(above, payload, on_wire - Udp::min_size - payload.size());
    }
    c.memory = nullptr;
}

constexpr FieldTable<3> summary_fields{&Udp::source_port.info, &Udp::destination_port.info, &Udp::length.info};

void summarize_udp(const LayerView& view, std::string& info) {
    info = fmt::format("{} \u2192 {} Len={}", view.number(Udp::source_port), view.number(Udp::destination_port),
                       view.number(Udp::length, 8) - 8);
}

}  // namespace

void carry_on_udp(Context& c, Bytes datagram) {
    const View<Udp> header(datagram.data());
    c.info.source_port = header[Udp::source_port];
    c.info.destination_port = header[Udp::destination_port];
    const Bytes payload = datagram.first(header[Udp::length]).subspan(Udp::min_size);
    if (payload.empty()) return;
    const Protocol* above = find_above(c, payload);
    if (!is_wanted(c, above)) return;
    if (above && c.wants_streams()) open_stream(c);  // where nobody knows the protocol, nobody remembers anything
    c.next(above, payload);
    c.memory = nullptr;
}

constinit const Protocol udp{.heading = {"udp", "User Datagram Protocol"},
                             .column = "UDP",
                             .fields = udp_fields,
                             .dissect = dissect_udp,
                             .summarize = summarize_udp,
                             .source = "RFC 768",
                             .summary_fields = summary_fields};

}  // namespace layerlab::proto::dissect
