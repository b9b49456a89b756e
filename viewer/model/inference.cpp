#include "viewer/model/inference.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "proto/dissect/tcp_analysis.hpp"
#include "proto/wire/tcp.hpp"
#include "viewer/model/inference_search.hpp"

namespace layerlab::viewer {
namespace {

using proto::dissect::TcpVerdict;
using proto::wire::TcpFlags;

constexpr std::uint32_t repeated =
    TcpVerdict::retransmission | TcpVerdict::fast_retransmission | TcpVerdict::spurious_retransmission;

const char* how_repeated(std::uint32_t verdict) {
    if (verdict & TcpVerdict::spurious_retransmission) return "though it had arrived: its acknowledgment came late";
    if (verdict & TcpVerdict::fast_retransmission) return "early, because of repeated acknowledgments";
    return "because no acknowledgment came in time";
}

bool begins_with_any(Bytes bytes, std::initializer_list<std::string_view> words) {
    const std::string_view text = proto::as_text(bytes);
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return text.starts_with(w); });
}
bool is_request(const Seen& s) {
    return s.is_tcp() && begins_with_any(s.flow->payload, {"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ",
                                                           "PATCH ", "CONNECT ", "TRACE "});
}
bool is_response(const Seen& s) { return s.is_tcp() && begins_with_any(s.flow->payload, {"HTTP/1."}); }
std::string first_line(const Seen& s) {
    const std::string_view text = proto::as_text(s.flow->payload);
    constexpr std::size_t longest = 60;
    std::string line(text.substr(0, std::min(text.find_first_of("\r\n"), longest)));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '.';
    return line;
}

}  // namespace

std::string milliseconds_text(Duration d) {
    const double ms = static_cast<double>(d.count()) / 1e6;
    return ms < 1000 ? fmt::format("{:.3g} ms", ms) : fmt::format("{:.3g} s", ms / 1000);
}

void infer_tcp(const InferenceSearch& search, const Flows& flows, const Seen& own, Inferences& out) {
    if (!own.is_tcp()) return;
    const std::uint32_t flow = search.flow_of_frame(own.number);
    const Flow& f = *own.flow;
    const auto since = [&](FrameNumber n) { return milliseconds_text(own.time - search.trace().time(n)); };
    const bool is_syn = own.has(TcpFlags::syn), is_ack = own.has(TcpFlags::ack);
    if (is_syn && is_ack) {
        const FrameNumber n = search.in_flow(own.number, -1, flow, [&](const Seen& s) {
            return s.has(TcpFlags::syn) && !s.has(TcpFlags::ack) && s.flow->sequence + 1 == f.acknowledgment;
        });
        if (n)
            out.push_back({n, 4, fmt::format("accepts the connection that frame {} asked for, after {}", n, since(n))});
    } else if (is_syn) {
        const FrameNumber n = search.in_flow(own.number, 1, flow, [&](const Seen& s) {
            return !s.is_from_same(own) && s.has(TcpFlags::ack) && s.flow->acknowledgment == f.sequence + 1;
        });
        Buffer buffer;
        const bool refused = n && search.see(n, buffer).has(TcpFlags::reset);
        if (n) out.push_back({n, 4, fmt::format("is {} in frame {}", refused ? "refused" : "accepted", n)});
    } else if (own.has(TcpFlags::reset) && is_ack) {
        const FrameNumber n = search.in_flow(own.number, -1, flow, [&](const Seen& s) {
            return s.has(TcpFlags::syn) && !s.is_from_same(own) && s.flow->sequence + 1 == f.acknowledgment;
        });
        if (n) out.push_back({n, 4, fmt::format("refuses the connection that frame {} asked for", n)});
    }
    const auto known = flows.tcp(search.trace(), own.number, own.bytes);
    if (known && (known->verdict & repeated) != 0) {
        const FrameNumber n = search.in_flow(own.number, -1, flow, [&](const Seen& s) {
            if (!s.is_from_same(own)) return false;
            const std::uint32_t into = f.sequence - s.flow->sequence;
            return s.flow->length > 0 ? into < s.flow->length : into == 0 && s.flow->flags == f.flags;
        });
        if (n)
            out.push_back(
                {n, 4, fmt::format("repeats frame {}, {} later, {}", n, since(n), how_repeated(known->verdict))});
    } else if (known && (known->verdict & TcpVerdict::duplicate_ack) != 0) {
        const auto n = static_cast<FrameNumber>(known->first_ack_frame);
        if (n != 0 && n <= search.trace().frame_count())
            out.push_back({n, 4,
                           fmt::format("says the same as frame {}: something is missing (repetition {})", n,
                                       known->duplicate_acks)});
    }
    if (f.length == 0) return;
    // Whether what it carries had to be sent again.
    const FrameNumber again = search.in_flow(own.number, 1, flow, [&](const Seen& s) {
        return s.is_from_same(own) && s.flow->length > 0 && f.sequence - s.flow->sequence < s.flow->length;
    });
    if (again) out.push_back({again, 4, fmt::format("is sent again in frame {}", again)});
}

// The nearest request that no other response stands for; several may be under way.
void infer_http(const InferenceSearch& search, const Seen& own, Inferences& out) {
    const std::uint32_t flow = search.flow_of_frame(own.number);
    const bool responds = is_response(own);
    if (!responds && !is_request(own)) return;
    int open = 1;
    std::string line;
    const FrameNumber n = search.in_flow(own.number, responds ? -1 : 1, flow, [&](const Seen& s) {
        if (is_response(s)) open += responds ? 1 : -1;
        if (is_request(s)) open += responds ? -1 : 1;
        if (open == 0) line = first_line(s);
        return open == 0;
    });
    if (n == 0) return;
    const Duration took = responds ? own.time - search.trace().time(n) : search.trace().time(n) - own.time;
    out.push_back({n, 7,
                   fmt::format("{} frame {} after {}: {}", responds ? "answers" : "is answered by", n,
                               milliseconds_text(took), line)});
}

std::vector<Inference> infer(const Trace& trace, const Flows& flows, FrameNumber number) {
    Inferences found;
    if (!trace.is_capture || number == 0 || number > trace.frame_count()) return found;
    const InferenceSearch search(trace, flows);
    Buffer buffer;
    const Seen own = search.see(number, buffer);
    infer_arp(search, own, found);
    infer_icmp(search, flows, own, found);
    infer_tcp(search, flows, own, found);
    infer_http(search, own, found);
    infer_dns(search, own, found);
    infer_dhcp(search, own, found);
    return found;
}

}  // namespace layerlab::viewer
