#include "viewer/model/terminal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::viewer {
namespace {

// Appends printed text as a terminal does: a line feed begins a line, a carriage return goes back to its beginning.
void print(std::vector<TerminalLine>& lines, std::string_view text, std::uint64_t position, bool& is_open) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view part = text.substr(0, end);
        if (const std::size_t back = part.rfind('\r'); back != part.npos && back + 1 < part.size()) {
            part.remove_prefix(back + 1);
            if (is_open) lines.back().text.clear();
        }
        if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
        if (!is_open) lines.push_back({TerminalLine::Kind::output, {}, position, 0});
        for (const char c : part)
            if (c == '\t')
                lines.back().text.append(8 - lines.back().text.size() % 8, ' ');
            else
                lines.back().text += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        is_open = end == text.npos;
        if (is_open) return;
        text.remove_prefix(end + 1);
    }
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

void Transcripts::on_record(const Record& r, Bytes bytes) {
    const std::uint64_t position = records_++;
    if (r.node == sim::no_node) return;
    if (r.kind != RecordKind::output && r.kind != RecordKind::command_started && r.kind != RecordKind::command_ended)
        return;
    pieces_[r.node].push_back({position, r.kind, r.line, r.a, std::string(bytes.begin(), bytes.end())});
}

const Transcript& Transcripts::at(NodeId host, std::uint64_t cursor) const {
    const auto it = pieces_.find(host);
    const std::size_t count =
        it == pieces_.end()
            ? 0
            : static_cast<std::size_t>(std::partition_point(it->second.begin(), it->second.end(),
                                                            [&](const Piece& p) { return p.position < cursor; }) -
                                       it->second.begin());
    if (shown_.host == host && shown_.pieces == count) return shown_.transcript;
    shown_ = {host, count, {}};
    Transcript& t = shown_.transcript;
    bool is_open = false;
    for (std::size_t i = 0; i < count; ++i) {
        const Piece& p = it->second[i];
        switch (p.kind) {
            case RecordKind::command_started:
                t.lines.push_back({TerminalLine::Kind::prompt, p.text, p.position, p.line});
                is_open = false;
                ++t.running;
                break;
            case RecordKind::command_ended:
                if (t.running > 0) --t.running;
                is_open = false;
                if (p.status != 0)
                    t.lines.push_back(
                        {TerminalLine::Kind::status, fmt::format("exit status {}", p.status), p.position, p.line});
                break;
            default: print(t.lines, p.text, p.position, is_open);
        }
    }
    return t;
}

std::vector<NodeId> Transcripts::hosts(std::uint64_t cursor) const {
    std::vector<std::pair<std::uint64_t, NodeId>> found;
    for (const auto& [host, pieces] : pieces_) {
        const auto after =
            std::partition_point(pieces.begin(), pieces.end(), [&](const Piece& p) { return p.position < cursor; });
        if (after != pieces.begin()) found.emplace_back(std::prev(after)->position, host);
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<NodeId> hosts;
    for (const auto& [position, host] : found) hosts.push_back(host);
    return hosts;
}

std::vector<std::uint32_t> wrapped_rows(std::string_view line, std::uint32_t columns) {
    std::vector<std::uint32_t> begins{0};
    std::uint32_t column = 0;
    for (std::uint32_t i = 0; i < line.size(); ++i) {
        if (continues(line[i])) continue;
        if (column == std::max(columns, 1u)) {
            begins.push_back(i);
            column = 0;
        }
        ++column;
    }
    return begins;
}

std::string common_beginning(const std::vector<std::string>& words) {
    if (words.empty()) return {};
    std::size_t length = words[0].size();
    for (const std::string& word : words) {
        length = std::min(length, word.size());
        while (words[0].compare(0, length, word, 0, length) != 0) --length;
    }
    return words[0].substr(0, length);
}

}  // namespace layerlab::viewer
