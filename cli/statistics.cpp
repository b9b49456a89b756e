// layerlab conversations, endpoints, hierarchy, io, follow: what a whole capture tells.
#include <cstdio>
#include <fmt/format.h>
#include <memory>

#include "cli/complain.hpp"
#include "cli/read_frames.hpp"
#include "cli/subcommands.hpp"
#include "proto/dissect/value.hpp"
#include "proto/statistics/conversations.hpp"
#include "proto/statistics/follow.hpp"
#include "proto/statistics/hierarchy.hpp"
#include "proto/statistics/io.hpp"

namespace layerlab::cli {
namespace {

namespace dissect = proto::dissect;
using namespace proto::statistics;

struct Options {
    std::string file, filter;
    bool json = false, csv = false;
    std::vector<std::string> kinds;    // conversations, endpoints
    double interval = 1;               // io: seconds
    std::vector<std::string> counted;  // io: filters
    std::string transport = "tcp";     // follow
    std::uint32_t stream = 0;
    bool hex = false, raw = false;
};

// Feeds what counts, made once for each lane, and puts it together.
template <class Make>
auto count_frames(const Options& o, const dissect::Wanted& wanted, Make make, int& status) {
    std::vector<decltype(make())> by_lane;
    for (std::size_t i = 0; i < dissect::lanes; ++i) by_lane.push_back(make());
    status = for_each_frame(o.file, o.filter, wanted,
                            [&](std::size_t lane, const auto& in, const auto& d, auto&) { by_lane[lane].add(in, d); });
    for (std::size_t i = 1; i < dissect::lanes; ++i) by_lane[0].merge(std::move(by_lane[i]));
    return std::move(by_lane[0]);
}

// Tables may be long: each is gone before the next is made.
void print(const Options& o, const Table& table, bool first = true) {
    std::string out;
    if (!first && !o.json) out += o.csv ? "\r\n" : "\n";
    const Drain write = [](std::string& text) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        text.clear();
    };
    o.json ? append_json(out, table, write) : o.csv ? append_csv(out, table, write) : append_text(out, table, write);
    write(out);
}

int run_conversations(const Options& o, Table (*table)(const Conversations&, ConversationKind)) {
    std::vector<ConversationKind> kinds;
    for (const std::string& name : o.kinds) kinds.push_back(*conversation_kind(name));
    const bool all = kinds.empty();
    if (all) kinds.assign(conversation_kinds.begin(), conversation_kinds.end());
    int status = success;
    const Conversations conversations = count_frames(
        o, Conversations::wanted(), [&kinds] { return Conversations(kinds); }, status);
    bool first = true;
    for (const ConversationKind kind : kinds) {
        const Table made = table(conversations, kind);
        if (all && made.rows.empty()) continue;
        print(o, made, first);
        first = false;
    }
    return status;
}

int run_hierarchy(const Options& o) {
    int status = success;
    print(o, count_frames(
                 o, Hierarchy::wanted(), [] { return Hierarchy(); }, status)
                 .table());
    return status;
}

int run_io(const Options& o) {
    std::vector<IoStatistics::Series> series;
    for (const std::string& text : o.counted) {
        auto filter = filter_or_complaint(text);
        if (!filter) return wrong_input;
        series.push_back({text, std::move(*filter)});
    }
    const IoStatistics io(proto::Duration(static_cast<std::int64_t>(o.interval * 1e9)), std::move(series));
    int status = success;
    print(o, count_frames(
                 o, io.wanted(), [&io] { return io; }, status)
                 .table());
    return status;
}

// What the second side sent is indented.
void append_hex_lines(std::string& out, const StreamPiece& piece, std::uint64_t& offset) {
    const std::string indent = piece.side == 1 ? "    " : "";
    for (std::size_t at = 0; at < piece.octets.size(); at += 16, offset += 16) {
        const std::size_t count = std::min<std::size_t>(16, piece.octets.size() - at);
        std::string octets, text;
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint8_t octet = piece.octets[at + i];
            octets += fmt::format(" {:02x}", octet);
            text += octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '.';
        }
        out += fmt::format("{}{:08x} {:<48}  {}\n", indent, offset, octets, text);
    }
    offset -= (16 - piece.octets.size() % 16) % 16;
}

void append_escaped_lines(std::string& out, const StreamPiece& piece) {
    const std::string text(piece.octets.begin(), piece.octets.end());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        out += piece.side == 0 ? "> " : "< ";
        dissect::append_printable(out, line);
        out += '\n';
        at = end + 1;
    }
}

int run_follow(const Options& o) {
    FollowStream follow(o.transport == "tcp" ? FollowStream::Transport::tcp : FollowStream::Transport::udp, o.stream);
    std::vector<StreamPiece> pieces;
    std::uint64_t offsets[2]{};
    bool introduced = false;
    const auto show = [&] {
        std::string out;
        if (follow.found() && !introduced && !o.raw && !o.json)
            out = fmt::format("{} stream {}: > {}  < {}\n", o.transport, o.stream, text_of(follow.side(0), true),
                              text_of(follow.side(1), true));
        introduced = introduced || follow.found();
        for (const StreamPiece& piece : pieces) {
            if (o.json) {
                std::string hex;
                for (const std::uint8_t octet : piece.octets) hex += fmt::format("{:02x}", octet);
                out += fmt::format("{{\"side\":{},\"frame\":{},\"missing\":{},\"data\":\"{}\"}}\n", piece.side,
                                   piece.frame, piece.missing, hex);
            } else if (o.raw) {
                out.append(piece.octets.begin(), piece.octets.end());
            } else if (piece.missing > 0) {
                out += fmt::format("[{} octets are missing in the capture]\n", piece.missing);
            } else {
                o.hex ? append_hex_lines(out, piece, offsets[piece.side]) : append_escaped_lines(out, piece);
            }
        }
        pieces.clear();
        std::fwrite(out.data(), 1, out.size(), stdout);
    };
    const int status =
        for_each_frame(o.file, o.filter, follow.wanted(), [&](std::size_t, const auto& in, const auto& d, auto&) {
            follow.add(in, d, pieces);
            show();
        });
    follow.finish(pieces);
    show();
    if (status == success && !follow.found())
        return complain({fmt::format("{} has no {} stream {}", o.file, o.transport, o.stream),
                         "streams are counted from 0; `layerlab conversations` lists who talks to whom"});
    return status;
}

CLI::App* subcommand(CLI::App& app, const char* name, const char* about, const std::shared_ptr<Options>& o) {
    CLI::App* sub = app.add_subcommand(name, about);
    sub->add_option("CAPTURE", o->file, "Capture file (pcap, pcapng), or - for the standard input")->required();
    sub->add_option("-Y,--filter", o->filter, "Only frames that match this display filter");
    auto* json = sub->add_flag("--json", o->json, "JSON, one object per line");
    if (std::string_view(name) != "follow")
        sub->add_flag("--csv", o->csv, "Comma separated values (RFC 4180)")->excludes(json);
    return sub;
}

}  // namespace

void add_statistics(CLI::App& app, int& status) {
    const auto with_kinds = [&](const char* name, const char* about, auto table) {
        const auto o = std::make_shared<Options>();
        CLI::App* sub = subcommand(app, name, about, o);
        std::vector<std::string> kinds;
        for (const ConversationKind kind : conversation_kinds) kinds.emplace_back(name_of(kind));
        sub->add_option("-t,--type", o->kinds, "Only of this layer; may be given several times")
            ->check(CLI::IsMember(kinds));
        sub->callback([o, table, &status] { status = run_conversations(*o, table); });
    };
    with_kinds("conversations", "Who talks to whom in a capture, at each layer",
               [](const Conversations& c, ConversationKind kind) { return c.table(kind); });
    with_kinds("endpoints", "Who is in a capture, at each layer",
               [](const Conversations& c, ConversationKind kind) { return c.endpoints(kind); });

    const auto hierarchy = std::make_shared<Options>();
    subcommand(app, "hierarchy", "Which protocols a capture holds, as a tree", hierarchy)
        ->callback([hierarchy, &status] { status = run_hierarchy(*hierarchy); });

    const auto io = std::make_shared<Options>();
    CLI::App* sub = subcommand(app, "io", "Frames and bytes in each interval of time", io);
    sub->add_option("--interval", io->interval, "Seconds")->check(CLI::Range(0.000001, 1e9))->capture_default_str();
    sub->add_option("--count", io->counted, "Two more columns: what matches this filter; may be given several times");
    sub->callback([io, &status] { status = run_io(*io); });

    const auto follow = std::make_shared<Options>();
    sub = subcommand(app, "follow", "The payload of one stream, both directions", follow);
    sub->add_option("TRANSPORT", follow->transport, "tcp or udp")->required()->check(CLI::IsMember({"tcp", "udp"}));
    sub->add_option("STREAM", follow->stream, "The number in tcp.stream or udp.stream")->required();
    auto* hex = sub->add_flag("--hex", follow->hex, "As offsets, octets and text");
    sub->add_flag("--raw", follow->raw, "The octets as they are, both directions as they came")->excludes(hex);
    sub->callback([follow, &status] { status = run_follow(*follow); });
}

}  // namespace layerlab::cli
