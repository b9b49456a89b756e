#include "proto/wire/tcp.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "proto/dissect/context.hpp"
#include "proto/dissect/expert.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/plain_headers.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/state.hpp"
#include "proto/dissect/tcp_analysis.hpp"
#include "proto/dissect/tcp_fields.hpp"
#include "proto/dissect/tcp_payload.hpp"
#include "proto/dissect/tcp_remarks.hpp"
#include "proto/dissect/transport.hpp"
#include "proto/dissect/value.hpp"
#include "proto/wire/tcp_options.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Tcp;
using wire::TcpFlags;
using wire::TcpOptions;

constexpr auto tcp_fields = join(Tcp::table, wire::TcpOptionFields::table, TcpAnalysisFields::table, TcpFields::table,
                                 TcpRemarks::table, table_of(ChecksumFields::tcp));

// The stream that the segment belongs to; a SYN with another initial number begins a new one.
TcpStream& find_stream(Context& c, const TcpSegment& segment, bool& forward, std::uint32_t& verdict) {
    auto& streams = c.state()->lane(c.info).tcp;
    const ConversationKey key = ConversationKey::of(c.info, forward);
    TcpStream* stream = streams.find(key);
    if (stream && (segment.flags & TcpFlags::syn)) {
        TcpFlow& own = forward ? stream->forward : stream->backward;
        const bool other_number = own.has_base && own.base != segment.sequence;
        if (other_number) {
            verdict |= TcpVerdict::reused_ports;
            own.base = segment.sequence;
            if (!(segment.flags & TcpFlags::ack)) stream = nullptr;
        }
    }
    if (stream) return *stream;
    TcpStream fresh;
    fresh.index = c.state()->tcp_streams++;
    return streams.put(key, std::move(fresh));
}

// Who serves: the side that did not begin.
void note_server(const Context& c, TcpStream& stream, const TcpSegment& segment) {
    if (!(segment.flags & TcpFlags::syn)) return;
    stream.server_port = segment.flags & TcpFlags::ack ? c.info.source_port : c.info.destination_port;
}

void add_verdict(Context& c, const TcpKnown& known) {
    using F = TcpAnalysisFields;
    if (known.verdict == 0) return;
    c.generate(TcpFields::analysis);
    for (std::size_t bit = 0; bit < F::table.size(); ++bit)
        if (known.verdict >> bit & 1) remark_on_verdict(c, bit, known.duplicate_acks);
    if (known.verdict & TcpVerdict::duplicate_ack) {
        c.generate(F::duplicate_number, known.duplicate_acks);
        c.generate(F::duplicate_frame, known.first_ack_frame);
    }
}

// What depends on the stream: index, relative numbers, scaled window, remarks.
void add_known(Context& c, const TcpSegment& segment, const TcpKnown& known) {
    using F = TcpFields;
    const bool counts = (segment.flags & (TcpFlags::syn | TcpFlags::fin)) != 0;
    c.generate(F::stream, known.stream);
    c.generate(F::sequence, segment.sequence - known.base);
    c.generate(F::next_sequence, segment.sequence + segment.length + (counts ? 1 : 0) - known.base);
    c.generate(F::acknowledgment,
               segment.flags & TcpFlags::ack ? segment.acknowledgment - known.other_base : segment.acknowledgment);
    const bool scaled = known.window_scale > 0 && !(segment.flags & TcpFlags::syn);
    c.generate(F::window, std::uint64_t{segment.window} << (scaled ? known.window_scale : 0));
    if (!(segment.flags & TcpFlags::syn))
        c.generate(F::window_factor, known.window_scale < 0 ? static_cast<std::uint64_t>(known.window_scale)
                                                            : std::uint64_t{1} << known.window_scale);
    add_verdict(c, known);
}

void add_times(Context& c, TcpStream& stream) {
    using F = TcpFields;
    if (!stream.has_time) stream.first_time = stream.last_time = c.info.time;
    stream.has_time = true;
    c.generate(F::time_relative, static_cast<std::uint64_t>(nanoseconds(c.info.time - stream.first_time)));
    c.generate(F::time_delta, static_cast<std::uint64_t>(nanoseconds(c.info.time - stream.last_time)));
    stream.last_time = c.info.time;
}

TcpStream& follow_stream(Context& c, const TcpSegment& segment, const TcpOptions& options, bool& forward,
                         std::uint32_t& verdict) {
    TcpStream& stream = find_stream(c, segment, forward, verdict);
    note_handshake(stream, forward, segment, options);
    note_server(c, stream, segment);
    return stream;
}

TcpStream& add_stream(Context& c, const TcpSegment& segment, const TcpOptions& options, bool& forward) {
    std::uint32_t verdict = 0;
    TcpStream& stream = follow_stream(c, segment, options, forward, verdict);
    TcpFlow& own = forward ? stream.forward : stream.backward;
    TcpFlow& other = forward ? stream.backward : stream.forward;
    verdict |= analyze(stream, forward, segment);
    add_known(c, segment,
              {stream.index, own.base, other.base, own.window_scale, verdict, own.duplicate_acks, own.first_ack_frame});
    add_times(c, stream);
    return stream;
}

// In a quote the sequence number is not relative to anything: Wireshark shows it as it is, under the name of the
// relative one, and tells the stream, whose state it leaves alone but for the time of its last frame.
constexpr auto quoted_table = [] {
    FieldTable<Tcp::table.size() - 1> table{};
    std::size_t at = 0;
    for (const FieldInfo* field : Tcp::table)
        if (std::string_view(field->name) != Tcp::sequence.info.name) table[at++] = field;
    return table;
}();

void add_quoted_stream(Context& c, const View<Tcp>& header) {
    bool forward = false;
    const ConversationKey key = ConversationKey::of(c.info, forward);
    auto& streams = c.state()->lane(c.info).tcp;
    TcpStream* stream = streams.find(key);
    if (!stream) {
        TcpStream fresh;
        fresh.index = c.state()->tcp_streams++;
        stream = &streams.put(key, std::move(fresh));
    }
    const int scale = (forward ? stream->forward : stream->backward).window_scale;
    c.generate(TcpFields::stream, stream->index);
    c.generate(TcpFields::acknowledgment, header[Tcp::acknowledgment]);
    c.generate(TcpFields::window, std::uint64_t{header[Tcp::window]} << std::max(scale, 0));
    if (!header[Tcp::syn])
        c.generate(TcpFields::window_factor, static_cast<std::uint64_t>(scale < 0 ? scale : 1 << scale));
    add_times(c, *stream);
}

TcpSegment segment_of(const Context& c, const View<Tcp>& header, std::uint32_t length) {
    return {c.info.frame, c.info.time,        header[Tcp::sequence], header[Tcp::acknowledgment],
            length,       header[Tcp::flags], header[Tcp::window]};
}

TcpPayload payload_of(const TcpSegment& segment, Bytes bytes, std::size_t missing, ChecksumStatus status) {
    return {segment.sequence,
            bytes,
            missing,
            (segment.flags & TcpFlags::syn) != 0,
            (segment.flags & TcpFlags::fin) != 0,
            status == ChecksumStatus::bad};
}

void dissect_payload(Context& c, TcpStream* stream, bool forward, const TcpPayload& payload) {
    if (stream && c.options().reassemble_tcp)
        dissect_tcp_payload(c, *stream, forward, payload);
    else
        dissect_tcp_payload_alone(c, payload);
}

void dissect_tcp(Context& c, Bytes bytes) {
    c.begin(tcp, bytes);
    if (c.info.is_quoted) {
        c.add_fields(bytes, quoted_table);
        if (bytes.size() >= 8) c.add(TcpFields::sequence, bytes.subspan(4, 4));
    } else {
        c.add_fields(bytes, Tcp::table);
    }
    const auto header = View<Tcp>::parse(bytes);
    if (!header) return c.too_short(bytes, Tcp::min_size);
    c.info.source_port = (*header)[Tcp::source_port];
    c.info.destination_port = (*header)[Tcp::destination_port];
    const std::size_t size = (*header)[Tcp::header_length], on_wire = bytes.size() + c.missing();
    if (size < Tcp::min_size)
        return c.malformed(bytes.subspan(Tcp::min_size), fmt::format("header length {} < 20", size));
    if (size > bytes.size()) return c.too_short(bytes.subspan(Tcp::min_size), size - Tcp::min_size);
    c.set_header_size(size);
    const Bytes option_bytes = bytes.subspan(Tcp::min_size, size - Tcp::min_size);
    const TcpOptions options = TcpOptions::parse(option_bytes);
    const ChecksumStatus status = transport_status(c, 6, on_wire, bytes);
    c.generate(ChecksumFields::tcp, static_cast<unsigned>(status));
    remark_on_segment(c, *header, options, status, bytes.first(std::min(on_wire, bytes.size())));
    const auto length = static_cast<std::uint32_t>(on_wire - size);
    if (!c.info.is_quoted) c.generate(TcpFields::length, length);
    const TcpSegment segment = segment_of(c, *header, length);
    bool forward = true;
    TcpStream* stream = nullptr;
    const bool has_state = c.state() && c.wants_streams();
    if (has_state && c.info.is_quoted) add_quoted_stream(c, *header);
    if (has_state && !c.info.is_quoted) stream = &add_stream(c, segment, options, forward);
    if (c.tcp_known && !c.info.is_quoted) add_known(c, segment, *c.tcp_known);
    const std::uint32_t other_base = stream        ? (forward ? stream->backward : stream->forward).base
                                     : c.tcp_known ? c.tcp_known->other_base
                                                   : 0;
    add_tcp_options(c, option_bytes, c.info.is_quoted ? 0 : other_base);
    const TcpPayload payload = payload_of(segment, bytes.subspan(size), c.missing(), status);
    if (!payload.bytes.empty()) c.add(TcpFields::payload, payload.bytes);
    if (c.wants_applications()) dissect_payload(c, stream, forward, payload);
}

// A spurious or fast retransmission is named as that alone.
void append_remarks(const LayerView& view, std::string& info) {
    using F = TcpAnalysisFields;
    constexpr std::array<const char*, F::table.size()> names{"Retransmission",
                                                             "Fast Retransmission",
                                                             "Spurious Retransmission",
                                                             "Out-Of-Order",
                                                             "Previous segment not captured",
                                                             "ACKed unseen segment",
                                                             "Dup ACK",
                                                             "ZeroWindow",
                                                             "ZeroWindowProbe",
                                                             "ZeroWindowProbeAck",
                                                             "Window Full",
                                                             "Window Update",
                                                             "Keep-Alive",
                                                             "Keep-Alive ACK",
                                                             "Port numbers reused"};
    if (!view.find(TcpFields::analysis)) return;
    const bool named_better = view.find(F::fast_retransmission) || view.find(F::spurious_retransmission);
    for (std::size_t i = named_better ? 1 : 0; i < names.size(); ++i)
        if (view.find(*F::table[i])) ((info += "[TCP ") += names[i]) += "] ";
}

constexpr auto summary_fields = join(
    TcpAnalysisFields::table,
    FieldTable<11>{&TcpFields::analysis.info, &Tcp::flags.info, &Tcp::source_port.info, &Tcp::destination_port.info,
                   &TcpFields::sequence.info, &Tcp::sequence.info, &TcpFields::acknowledgment.info,
                   &Tcp::acknowledgment.info, &TcpFields::window.info, &Tcp::window.info, &TcpFields::length.info});

void summarize_tcp(const LayerView& view, std::string& info) {
    const auto flags = static_cast<unsigned>(view.number(Tcp::flags));
    std::string names;
    constexpr std::array<const char*, 9> short_names{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
    for (std::size_t bit = 0; bit < short_names.size(); ++bit)
        if (flags >> bit & 1) (names += names.empty() ? "" : ", ") += short_names[bit];
    append_remarks(view, info);
    const std::uint64_t sequence = view.number(TcpFields::sequence, view.number(Tcp::sequence));
    const auto number = [&](const char* label, std::uint64_t value) { append_decimal(info += label, value); };
    number("", view.number(Tcp::source_port));
    number(" \u2192 ", view.number(Tcp::destination_port));
    ((info += " [") += names) += ']';
    number(" Seq=", sequence);
    if (flags & TcpFlags::ack)
        number(" Ack=", view.number(TcpFields::acknowledgment, view.number(Tcp::acknowledgment)));
    number(" Win=", view.number(TcpFields::window, view.number(Tcp::window)));
    number(" Len=", view.number(TcpFields::length));
}

}  // namespace

void carry_on_tcp(Context& c, Bytes bytes) {
    const View<Tcp> header(bytes.data());
    c.info.source_port = header[Tcp::source_port];
    c.info.destination_port = header[Tcp::destination_port];
    if (!c.wants_applications()) return;
    const std::size_t size = header[Tcp::header_length];
    const TcpSegment segment = segment_of(c, header, static_cast<std::uint32_t>(bytes.size() - size));
    const bool syn = segment.flags & TcpFlags::syn, fin = segment.flags & TcpFlags::fin;
    const TcpOptions options =  // of others nobody asks here
        syn ? TcpOptions::parse(bytes.first(size).subspan(Tcp::min_size)) : TcpOptions{};
    bool forward = true;
    std::uint32_t verdict = 0;
    TcpStream& stream = follow_stream(c, segment, options, forward, verdict);
    const bool carries = segment.length > 0 || fin;
    const ChecksumStatus status = carries ? transport_status(c, 6, bytes.size(), bytes) : ChecksumStatus::unverified;
    dissect_payload(c, &stream, forward, payload_of(segment, bytes.subspan(size), 0, status));
}

constinit const Protocol tcp{.heading = {"tcp", "Transmission Control Protocol"},
                             .column = "TCP",
                             .fields = tcp_fields,
                             .dissect = dissect_tcp,
                             .summarize = summarize_tcp,
                             .source = "RFC 9293",
                             .summary_fields = summary_fields};

}  // namespace layerlab::proto::dissect
