#include "viewer/model/osi.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <string_view>

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/text.hpp"
#include "proto/dissect/value.hpp"
#include "sim/kernel/stats.hpp"
#include "sim/net/interface.hpp"
#include "sim/scenario/output_check.hpp"
#include "viewer/model/inference.hpp"

namespace layerlab::viewer {
namespace {

namespace dissect = proto::dissect;

const char* unit_of(int layer, std::string_view protocol) {
    switch (layer) {
        case 1: return "bits";
        case 2: return "frame";
        case 3: return "packet";
        case 4: return protocol == "tcp" ? "segment" : "datagram";
        default: return "data";
    }
}

std::string summary_of(const dissect::Dissection& d, std::size_t layer) {
    const std::string text = dissect::layer_text(d, layer), title = d.layers[layer].protocol->title();
    if (text.size() > title.size() + 2) return text.substr(title.size() + 2);
    return {};
}

const dissect::Item* find(const dissect::Dissection& d, std::size_t layer, std::string_view name) {
    for (const dissect::Item& item : dissect::LayerView(d, layer).items())
        if (item.field->name == name) return &item;
    return nullptr;
}

std::string arrow(const dissect::Dissection& d, std::size_t layer, std::string_view from, std::string_view to) {
    const dissect::Item *a = find(d, layer, from), *b = find(d, layer, to);
    if (!a || !b) return {};
    return fmt::format("{} \u2192 {}", dissect::value_text(*a), dissect::value_text(*b));
}

std::string part_summary(const dissect::Dissection& d, std::size_t layer) {
    const std::string_view name = d.layers[layer].protocol->name();
    if (name == "eth") return arrow(d, layer, "eth.src", "eth.dst");
    if (name == "ip") {
        std::string text = arrow(d, layer, "ip.src", "ip.dst");
        if (const dissect::Item* ttl = find(d, layer, "ip.ttl")) text += fmt::format("  TTL {}", ttl->number);
        return text;
    }
    if (name == "ipv6") return arrow(d, layer, "ipv6.src", "ipv6.dst");
    std::string text = summary_of(d, layer);
    if (name == "udp" && text.empty()) text = arrow(d, layer, "udp.srcport", "udp.dstport");
    return text.empty() ? d.layers[layer].protocol->title() : text;
}

std::string chip_of(const dissect::Protocol& protocol) {
    const std::string_view name = protocol.name();
    if (name == "eth") return "Ethernet";
    if (name == "ip") return "IPv4";
    if (name == "ipv6") return "IPv6";
    if (name == "data") return "Data";
    if (protocol.column) return protocol.column;
    return std::string(name);
}

// Octets behind the payload: padding, trailer.
std::uint32_t end_of_data(const OsiFrame& f) {
    auto end = static_cast<std::uint32_t>(f.bytes.size());
    for (const dissect::Item& item : f.dissection.items) {
        const std::string_view name = item.field->name;
        const bool is_behind = name == "eth.padding" || name == "eth.trailer" || name == "eth.fcs";
        if (is_behind && item.size > 0) end = std::min(end, item.offset);
    }
    return end;
}

void add_physical(const Trace& trace, OsiFrame& f) {
    OsiLayer& l = f.layers[1];
    l.unit = unit_of(1, "");
    const Record& r = trace.frame(f.number);
    const std::uint32_t size = trace.size(f.number);
    const std::uint32_t cable = trace.topology().cable_at(r.node, r.port);
    l.summary = fmt::format("{} bits", std::uint64_t{size} * 8);
    if (cable != none) {
        const TraceCable& c = trace.topology().cables[cable];
        const TraceCable::End peer = trace.topology().peer(r.node, r.port);
        const bool is_sent = r.kind == RecordKind::frame_sent;
        if (trace.is_capture)
            l.summary +=
                fmt::format(" from {} to {}", trace.names().node_name(r.node), trace.names().node_name(peer.node));
        else
            l.summary += fmt::format(" {} {}.{}", is_sent ? "to" : "from", trace.names().node_name(peer.node),
                                     trace.names().port_name(peer.node, peer.port));
        if (!c.label.empty()) l.summary += ": " + c.label;
    } else if (r.port == sim::loopback_port) {
        l.summary += ", on no cable: loopback";
    }
    l.payload = size;
}

// What is quoted inside of an ICMP error is its payload, not a layer of this frame.
bool ends_the_stack(std::string_view name) { return name == "icmp" || name == "icmpv6"; }

void add_parts(OsiFrame& f) {
    int layer = 1;
    const auto& layers = f.dissection.layers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string_view name = layers[i].protocol->name();
        if (name == "frame" || layers[i].source != 0) continue;
        layer = std::max(layer, osi_layer(*layers[i].protocol));
        f.layers[static_cast<std::size_t>(layer)].parts.push_back({i, layers[i].offset, 0});
        if (ends_the_stack(name)) break;
    }
}

// A header reaches to where the next one begins; the topmost has all that is left, or its fixed part.
void add_sizes(OsiFrame& f) {
    const std::uint32_t end = end_of_data(f), whole = static_cast<std::uint32_t>(f.bytes.size());
    std::uint32_t above = end;
    const OsiPart* above_part = nullptr;
    for (std::size_t n = 7; n >= 2; --n) {
        OsiLayer& l = f.layers[n];
        const std::uint32_t payload_at = above;
        for (auto p = l.parts.rbegin(); p != l.parts.rend(); ++p) {
            p->size = above >= p->offset ? above - p->offset : 0;
            if (!above_part && n < 5) {  // the topmost: its header may be followed by data that nobody knows
                const BitDiagram d = bit_diagram(f.dissection, p->layer);
                const dissect::Item* length = find(f.dissection, p->layer, n == 4 ? "tcp.hdr_len" : "ip.hdr_len");
                std::uint32_t fixed = length ? static_cast<std::uint32_t>(length->number) : d.bits / 8;
                constexpr std::uint32_t icmp_header = 8;  // its second word has no fields where it is unused
                if (ends_the_stack(f.dissection.layers[p->layer].protocol->name()))
                    fixed = std::max(fixed, icmp_header);
                if (fixed > 0) p->size = std::min(p->size, fixed);
            }
            above = p->offset;
            above_part = &*p;
        }
        if (l.parts.empty()) continue;
        for (const OsiPart& p : l.parts) l.header += p.size;
        l.trailer = n == 2 ? whole - end : 0;
        const std::uint32_t first = l.parts.front().offset;
        l.payload = std::max(payload_at, end) > first + l.header ? end - first - l.header : 0;
    }
}

void add_names(OsiFrame& f) {
    for (int n = 2; n <= 7; ++n) {
        OsiLayer& l = f.layers[static_cast<std::size_t>(n)];
        if (l.parts.empty()) continue;
        const dissect::Protocol& last = *f.dissection.layers[l.parts.back().layer].protocol;
        l.unit = unit_of(n, last.name());
        l.protocol = chip_of(last);
        l.summary = part_summary(f.dissection, l.parts.back().layer);
    }
}

// Layer of a drop that no decision explains.
int layer_of(sim::DropReason reason) {
    using sim::DropReason;
    switch (reason) {
        case DropReason::loss:
        case DropReason::link_down:
        case DropReason::device_down: return 1;
        case DropReason::corrupt:
        case DropReason::queue:
        case DropReason::no_neighbor:
        case DropReason::not_for_me: return 2;
        default: return 3;
    }
}

std::string table_of(const Session& session, const Record& r) {
    if (!session.tables() || r.kind != RecordKind::decision) return {};
    for (const Table& table : session.tables()->at(r.node, r.at, session.trace().names()))
        for (const TableRow& row : table.rows)
            if (is_about(r, table, row)) return table.title;
    return {};
}

void add_remarks(const Session& session, OsiView& view, Time since) {
    const Trace& trace = session.trace();
    std::vector<std::uint64_t> positions;
    const auto collect = [&](FrameNumber n) {
        if (n == 0) return;
        for (const std::uint32_t p : trace.remarks(n)) positions.push_back(p);
        if (trace.frame(n).kind == RecordKind::frame_dropped) positions.push_back(trace.position(n));
    };
    collect(view.in);
    collect(view.selected);
    for (const FrameNumber n : view.outs) collect(n);
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    int latest = 0;
    for (const std::uint64_t p : positions) {
        const Record& r = trace.log()[p];
        OsiRemark remark{p, r.at - since, {}, r.line, r.kind == RecordKind::frame_dropped, false, {}};
        remark.is_hidden = p >= session.hidden_from();
        int layer = 0;
        if (remark.is_drop) {
            const auto reason = static_cast<sim::DropReason>(r.code);
            layer = latest != 0 && layer_of(reason) > 1 ? latest : layer_of(reason);
            remark.text = drop_text(trace, r);
        } else {
            layer = latest = sim::info(static_cast<sim::Decision>(r.code)).layer;
            remark.text = sim::sentence(r, trace.names());
            remark.table = table_of(session, r);
        }
        view.remarks[static_cast<std::size_t>(std::clamp(layer, 1, 7))].push_back(std::move(remark));
    }
}

// What the capture itself lets one conclude, in the place of what a device would have said.
void add_inferences(const Session& session, OsiView& view) {
    const Trace& trace = session.trace();
    for (Inference& i : infer(trace, session.indices().flows, view.selected)) {
        OsiRemark remark;
        remark.position = trace.position(i.other);
        remark.after = trace.time(i.other) - trace.time(view.selected);
        remark.text = std::move(i.text);
        view.remarks[static_cast<std::size_t>(i.layer)].push_back(std::move(remark));
    }
}

int layer_of_bits(const OsiFrame& f, const SelectedBits& bits) {
    if (bits.length == 0 || bits.source != 0) return 0;
    for (int n = 7; n >= 2; --n)
        for (const OsiPart& p : f.layers[static_cast<std::size_t>(n)].parts)
            if (bits.offset >= p.offset * 8 && bits.offset < (p.offset + p.size) * 8) return n;
    return 0;
}

// The layer of the decision in hand, of a drop, of what was changed most, or the highest one there is.
int interesting(const Session& session, const OsiView& view) {
    if (const int n = layer_of_bits(*view.own, session.bits())) return n;
    const auto record = session.selected_record();
    int drop = 0, decided = 0, used = 2;
    for (int n = 1; n <= 7; ++n) {
        const auto i = static_cast<std::size_t>(n);
        for (const OsiRemark& r : view.remarks[i]) {
            if (record && r.position == *record) return n;
            if (r.is_drop) drop = n;
            if (!r.is_hidden) decided = n;
        }
        if (!view.changes[i].empty() && n <= 3) decided = std::max(decided, n);
        const OsiLayer& layer = view.own->layers[i];
        if (!layer.parts.empty() && layer.protocol != "Data") used = n;
    }
    return drop != 0 ? drop : decided != 0 ? decided : used;
}

}  // namespace

int osi_layer(const dissect::Protocol& protocol) {
    struct Row {
        std::string_view name;
        int layer;
    };
    constexpr std::array rows{Row{"frame", 1},    Row{"eth", 2},    Row{"vlan", 2},   Row{"llc", 2},  Row{"arp", 2},
                              Row{"sll", 2},      Row{"ppp", 2},    Row{"stp", 2},    Row{"snap", 2}, Row{"null", 2},
                              Row{"pppoe", 2},    Row{"pppoes", 2}, Row{"pppoed", 2}, Row{"mpls", 2}, Row{"wlan", 2},
                              Row{"radiotap", 1}, Row{"ip", 3},     Row{"ipv6", 3},   Row{"icmp", 3}, Row{"icmpv6", 3},
                              Row{"igmp", 3},     Row{"gre", 3},    Row{"tcp", 4},    Row{"udp", 4},  Row{"sctp", 4},
                              Row{"tls", 6}};
    for (const Row& row : rows)
        if (row.name == protocol.name()) return row.layer;
    return 7;
}

const char* layer_name(int layer) {
    static constexpr std::array names{"",          "Physical", "Data link",    "Network",
                                      "Transport", "Session",  "Presentation", "Application"};
    return names[static_cast<std::size_t>(std::clamp(layer, 0, 7))];
}

std::unique_ptr<OsiFrame> osi_frame(const Trace& trace, FrameNumber number, const Flows* flows) {
    auto f = std::make_unique<OsiFrame>();
    f->number = number;
    Buffer scratch;
    const Bytes bytes = trace.bytes(number, scratch);
    f->bytes.assign(bytes.begin(), bytes.end());
    dissect::dissect_alone(frame_in(trace, number, f->bytes, flows), f->dissection);
    add_physical(trace, *f);
    add_parts(*f);
    add_sizes(*f);
    add_names(*f);
    return f;
}

std::array<std::vector<OsiChange>, 8> changes_between(const OsiFrame& from, const OsiFrame& to) {
    std::array<std::vector<OsiChange>, 8> changes;
    for (std::size_t n = 2; n <= 7; ++n) {
        const auto &before = from.layers[n].parts, &after = to.layers[n].parts;
        for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
            if (from.dissection.layers[before[i].layer].protocol != to.dissection.layers[after[i].layer].protocol)
                continue;
            const BitDiagram a = bit_diagram(from.dissection, before[i].layer);
            const BitDiagram b = bit_diagram(to.dissection, after[i].layer);
            for (const DiagramCell& cell : b.cells)
                for (const DiagramCell& old : a.cells)
                    if (old.item->field == cell.item->field && old.value != cell.value)
                        changes[n].push_back({cell.item->field, cell.offset, cell.title, old.value, cell.value});
        }
    }
    return changes;
}

std::string change_text(const OsiChange& c) { return fmt::format("{} {} \u2192 {}", c.title, c.from, c.to); }

Passage passage_of(const Trace& trace, FrameNumber number) {
    Passage passage;
    const Record& own = trace.frame(number);
    if (trace.is_capture || own.packet == proto::no_packet) {
        if (own.kind == RecordKind::frame_sent)
            passage.outs.push_back(number);
        else
            passage.in = number;
        return passage;
    }
    bool is_past = false;
    for (const FrameNumber n : trace.frames_of(own.packet)) {
        const Record& r = trace.frame(n);
        if (r.node != own.node) continue;
        if (r.kind == RecordKind::frame_delivered) {
            if (is_past) break;
            passage = {n, {}};
        } else if (r.kind == RecordKind::frame_sent) {
            passage.outs.push_back(n);
        }
        is_past = is_past || n == number;
    }
    return passage;
}

std::string offset_text(Duration d) {
    const auto ns = static_cast<double>(d.count());
    if (d.count() == 0) return "+0";
    const char* sign = ns < 0 ? "-" : "+";
    const double size = std::abs(ns);
    if (size < 1e3) return fmt::format("{}{:.0f} ns", sign, size);
    if (size < 1e6) return fmt::format("{}{:.3g} us", sign, size / 1e3);
    if (size < 1e9) return fmt::format("{}{:.4g} ms", sign, size / 1e6);
    return fmt::format("{}{:.4g} s", sign, size / 1e9);
}

std::string drop_text(const Trace& trace, const Record& r) {
    const auto reason = static_cast<sim::DropReason>(r.code);
    return fmt::format("{} drops it ({}): {}", trace.place(r), to_string(reason), sim::explain(reason));
}

std::string line_text(const Session& session, std::uint32_t line_code) {
    const Lab* lab = session.lab();
    if (!lab || line_code == 0) return {};
    return sim::scenario::statement_text(lab->scenario.sources, sim::scenario::place_of(line_code));
}

Origin origin_of(const Session& session, PacketId packet) {
    const Trace& trace = session.trace();
    sim::CauseId cause = trace.cause_of(packet);
    constexpr int deepest = 10'000;
    for (int i = 0; i < deepest && cause != 0 && cause >> 40 != sim::script_origin; ++i) {
        const sim::CauseId before = trace.cause_of(cause);
        if (before == cause) break;
        cause = before;
    }
    Origin origin;
    if (const auto position = trace.beginning_of(cause)) {
        const Record& r = trace.log()[*position];
        Buffer scratch;
        const Bytes text = trace.log().bytes(*position, scratch);
        origin.text.assign(text.begin(), text.end());
        origin.line = r.line;
    } else if (cause >> 40 == sim::script_origin) {
        origin.text = "a step of the scenario";
    } else if (!trace.is_capture) {
        origin.text = "of its own accord: at its start, or by a timer";
    }
    // A step without a record of its own: what it made knows its line.
    const FrameNumber first = trace.first_frame_of(packet);
    if (origin.line == 0 && first != 0) origin.line = trace.frame(first).line;
    return origin;
}

OsiView osi_view(const Session& session) {
    OsiView view;
    const FrameNumber number = session.selected().number;
    const Trace& trace = session.trace();
    if (number == 0 || number > trace.frame_count()) return view;
    view.selected = number;
    view.node = trace.frame(number).node;
    const Flows* flows = &session.indices().flows;
    view.own = osi_frame(trace, number, flows);
    Passage passage = passage_of(trace, number);
    view.in = passage.in;
    for (const FrameNumber out : passage.outs)
        if (out == number || trace.position(out) < session.hidden_from()) view.outs.push_back(out);
    const bool is_sent = trace.frame(number).kind == RecordKind::frame_sent;
    const FrameNumber to = is_sent ? number : view.outs.empty() ? 0 : view.outs.front();
    if (view.in != 0 && to != 0 && view.in != to) {
        view.from = osi_frame(trace, view.in, flows);
        view.to = osi_frame(trace, to, flows);
        view.changes = changes_between(*view.from, *view.to);
    }
    const FrameNumber begin = view.in != 0 ? view.in : number;
    if (trace.is_capture)
        add_inferences(session, view);
    else
        add_remarks(session, view, trace.frame(begin).at);
    view.open = session.layer() != 0 ? session.layer() : interesting(session, view);
    return view;
}

}  // namespace layerlab::viewer
