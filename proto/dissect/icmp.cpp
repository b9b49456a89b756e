// ICMP.
#include "proto/wire/icmp.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/quoted.hpp"
#include "proto/dissect/related.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Icmp;
using wire::IcmpType;

// What ping writes in front of its data on many systems: the time of sending, by the sender's clock.
constexpr Field<Duration> data_time{"icmp.data_time", "Timestamp from icmp data"};
constexpr Field<Duration> data_time_relative{"icmp.data_time_relative", "Timestamp from icmp data (relative)"};
constexpr Field<Bytes> extension{"icmp.ext", "ICMP Multi-Part Extensions"};

constexpr Field<void> bad_checksum{"icmp.checksum_bad", "Bad checksum"};

constexpr auto icmp_fields =
    join(Icmp::table, table_of(bad_checksum, RelatedFields::echo_request, RelatedFields::echo_time),
         FieldTable<14>{&data_time.info, &data_time_relative.info, &Icmp::identifier.info, &Icmp::sequence.info,
                        &Icmp::mtu.info, &Icmp::gateway.info, &Icmp::pointer.info, &Icmp::quoted_length.info,
                        &Icmp::address_mask.info, &Icmp::originate.info, &Icmp::receive.info, &Icmp::transmit.info,
                        &ChecksumFields::icmp.info, &extension.info});

constexpr FieldTable<2> identifier_and_sequence{&Icmp::identifier.info, &Icmp::sequence.info};
constexpr FieldTable<3> timestamps{&Icmp::originate.info, &Icmp::receive.info, &Icmp::transmit.info};

ChecksumStatus status_of(const Context& c, Bytes message) {
    if (c.missing() > 0 || c.info.is_fragment || c.info.is_quoted || !c.verifies_checksums())
        return ChecksumStatus::unverified;
    return checked(ChecksumSum{}.add(message).is_valid());
}

// RFC 4884: a structure of version 2 behind a quote of 128 octets or of the stated length.
std::size_t quote_size(Bytes message, Bytes quote) {
    const std::size_t stated = message[5] * 4u;
    const std::size_t size = stated >= 128 ? stated : 128;
    if (quote.size() < size + 4 || quote[size] >> 4 != 2) return quote.size();
    const Bytes structure = quote.subspan(size);
    const bool unchecked = load_be16(structure.data() + 2) == 0;
    return unchecked || ChecksumSum{}.add(structure).is_valid() ? size : quote.size();
}

void dissect_error(Context& c, Bytes message, IcmpType type) {
    const View<Icmp> header(message.data());
    const std::uint8_t code = header[Icmp::code];
    if (type == IcmpType::redirect) c.add(Icmp::gateway, message.subspan(4, 4));
    if (type == IcmpType::parameter_problem) c.add(Icmp::pointer, message.subspan(4, 1));
    if (type == IcmpType::destination_unreachable && code == 4) c.add(Icmp::mtu, message.subspan(6, 2));
    const Bytes quote = message.subspan(Icmp::min_size);
    const std::size_t size = quote_size(message, quote);
    if (size < quote.size()) c.add(extension, quote.subspan(size));
    dissect_quoted(c, ipv4, quote.first(size), size < quote.size() ? 0 : c.missing());
}

// As Wireshark guesses: seconds and microseconds of 32 bits each, of either byte order, within a day of the frame.
void dissect_echo_data(Context& c, Bytes data) {
    constexpr std::int64_t day = 86'400, billion = 1'000'000'000;
    for (const bool is_big : {true, false}) {
        if (data.size() < 8) break;
        const std::uint32_t first = load_be32(data.data()), second = load_be32(data.data() + 4);
        const std::int64_t seconds = is_big ? first : __builtin_bswap32(first);
        const std::int64_t microseconds = is_big ? second : __builtin_bswap32(second);
        const std::int64_t now = nanoseconds(c.info.time), away = now / billion - seconds;
        if (microseconds >= 1'000'000 || away >= day || away <= -day) continue;
        const std::int64_t sent = seconds * billion + microseconds * 1000;
        c.add(data_time, data.first(8), static_cast<std::uint64_t>(sent));
        c.generate(data_time_relative, static_cast<std::uint64_t>(now - sent));
        data = data.subspan(8);
        break;
    }
    c.data(data);
}

void dissect_by_type(Context& c, Bytes message) {
    const auto type = static_cast<IcmpType>(message[0]);
    const Bytes rest = message.subspan(Icmp::min_size);
    switch (type) {
        case IcmpType::destination_unreachable:
        case IcmpType::source_quench:
        case IcmpType::redirect:
        case IcmpType::time_exceeded:
        case IcmpType::parameter_problem: return dissect_error(c, message, type);
        case IcmpType::echo_request:
        case IcmpType::echo_reply:
            c.add_fields(message, identifier_and_sequence);
            relate_echo(c, type == IcmpType::echo_reply, load_be32(message.data() + 4), RelatedFields::echo_request,
                        RelatedFields::echo_time);
            return dissect_echo_data(c, rest);
        case IcmpType::information_request:
        case IcmpType::information_reply: return c.add_fields(message, identifier_and_sequence);
        case IcmpType::timestamp_request:
        case IcmpType::timestamp_reply:
            c.add_fields(message, identifier_and_sequence);
            return c.add_fields(message, timestamps);
        case IcmpType::address_mask_request:
        case IcmpType::address_mask_reply:
            c.add_fields(message, identifier_and_sequence);
            return c.add_fields(message, FieldTable<1>{&Icmp::address_mask.info});
        case IcmpType::router_advertisement:
        case IcmpType::router_solicitation: return;
        default: return c.data(rest);
    }
}

void dissect_icmp(Context& c, Bytes message) {
    c.begin(icmp, message);
    c.add_fields(message, Icmp::table);
    if (message.size() < 4) return c.too_short(message, Icmp::min_size);
    const ChecksumStatus status = status_of(c, message);
    c.generate(ChecksumFields::icmp, static_cast<unsigned>(status));
    if (status == ChecksumStatus::bad)
        add_bad_checksum(c, {bad_checksum.info, Severity::warning, RemarkGroup::checksum}, ChecksumSum{}.add(message),
                         load_be16(message.data() + 2));
    if (message.size() < Icmp::min_size) return c.too_short(message.subspan(4), 4);
    dissect_by_type(c, message);
}

void summarize_icmp(const LayerView& view, std::string& info) {
    const std::uint64_t type = view.number(Icmp::type), code = view.number(Icmp::code);
    const char* name = Icmp::type.info.names.find(type);
    info = name ? name : fmt::format("Type {}", type);
    const char* code_name = type == 3 ? ValueNames(wire::unreachable_code_names).find(code) : nullptr;
    if (code_name) info += fmt::format(" ({})", code_name);
    if (type == 11) info += code == 0 ? " (Time to live exceeded in transit)" : " (Fragment reassembly time exceeded)";
    if (const Item* id = view.find(Icmp::identifier))
        info += fmt::format("  id=0x{:04x}, seq={}", id->number, view.number(Icmp::sequence));
}

}  // namespace

constinit const Protocol icmp{.heading = {"icmp", "Internet Control Message Protocol"},
                              .column = "ICMP",
                              .fields = icmp_fields,
                              .dissect = dissect_icmp,
                              .summarize = summarize_icmp,
                              .source = "RFC 792"};

}  // namespace layerlab::proto::dissect
