#include "proto/dissect/tcp_remarks.hpp"

#include "proto/dissect/expert.hpp"
#include "proto/dissect/tcp_analysis.hpp"
#include "proto/dissect/transport.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Tcp;
using wire::TcpFlags;
using R = TcpRemarks;

Severity severity_of(std::size_t bit) {
    constexpr std::uint32_t chats = TcpVerdict::window_update;
    constexpr std::uint32_t warnings = TcpVerdict::out_of_order | TcpVerdict::lost_segment |
                                       TcpVerdict::ack_lost_segment | TcpVerdict::zero_window | TcpVerdict::window_full;
    return chats >> bit & 1 ? Severity::chat : warnings >> bit & 1 ? Severity::warning : Severity::note;
}

void remark_on_flags(Context& c, const View<Tcp>& header) {
    const unsigned flags = header[Tcp::flags];
    const auto chat = [](const Field<void>& field) {
        return Remark{field.info, Severity::chat, RemarkGroup::sequence};
    };
    if (!(flags & TcpFlags::ack) && header[Tcp::acknowledgment] != 0)
        add_remark(c, {R::acknowledgment.info, Severity::note, RemarkGroup::protocol});
    if (flags & TcpFlags::reset) add_remark(c, {R::reset.info, Severity::warning, RemarkGroup::sequence});
    if (flags & TcpFlags::fin) add_remark(c, chat(R::fin));
    if (!(flags & TcpFlags::syn)) return;
    const bool is_answer = flags & TcpFlags::ack;
    const Field<void>& what = is_answer ? R::syn_ack : R::syn;
    add_remark_text(c, chat(what), "{}: server port {}", what.info.title,
                    is_answer ? c.info.source_port : c.info.destination_port);
}

}  // namespace

void remark_on_segment(Context& c, const View<Tcp>& header, const wire::TcpOptions& options, ChecksumStatus status,
                       Bytes segment) {
    if (c.info.is_quoted) return;
    if (status == ChecksumStatus::bad)
        add_bad_checksum(c, {R::checksum.info, Severity::error, RemarkGroup::checksum}, transport_sum(c, 6, segment),
                         header[Tcp::checksum]);
    constexpr unsigned rare = TcpFlags::syn | TcpFlags::fin | TcpFlags::reset;
    const unsigned flags = header[Tcp::flags];
    if (flags & rare || !(flags & TcpFlags::ack)) remark_on_flags(c, header);
    // A first block below what is acknowledged tells of a segment that came twice: RFC 2883 section 4.
    const bool is_below =
        options.sack_count > 0 && static_cast<std::int32_t>(options.sack[0].left - header[Tcp::acknowledgment]) < 0;
    if (is_below) add_remark(c, {R::duplicate_sack.info, Severity::warning, RemarkGroup::sequence});
}

void remark_on_verdict(Context& c, std::size_t bit, std::uint32_t duplicate_acks) {
    using F = TcpAnalysisFields;
    const Remark remark{*F::table[bit], severity_of(bit), RemarkGroup::sequence};
    switch (1u << bit) {
        case TcpVerdict::duplicate_ack: return add_remark_text(c, remark, "Duplicate ACK (#{})", duplicate_acks);
        case TcpVerdict::lost_segment:
        case TcpVerdict::ack_lost_segment:
            return add_remark_text(c, remark, "{} (common at capture start)", remark.field.title);
        default: return add_remark(c, remark);
    }
}

}  // namespace layerlab::proto::dissect
