#include "sim/net/capture_player.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/base/ip_address.hpp"
#include "sim/net/played_discovery.hpp"

namespace layerlab::sim {

using namespace proto::machine;
using namespace std::chrono_literals;
using proto::load_be16;
using proto::load_be32;
using proto::store_be16;
using proto::store_be32;

namespace {

// How long a recorded segment waits for a live peer that says nothing more: longer than it takes to find a loss.
constexpr Duration patience = 1s;
constexpr Duration ack_delay = 40ms;  // RFC 9293 section 3.8.6.3 allows 500

constexpr std::size_t ethernet_size = 14, arp_size = 28, ipv6_size = 40;
constexpr std::uint16_t type_ipv4 = 0x0800, type_arp = 0x0806, type_ipv6 = 0x86dd;

MacAddress mac_at(Bytes frame, std::size_t at) {
    MacAddress mac;
    std::memcpy(mac.octets.data(), frame.data() + at, 6);
    return mac;
}
void put_mac(MutableBytes frame, std::size_t at, const MacAddress& mac) {
    std::memcpy(frame.data() + at, mac.octets.data(), 6);
}
bool is_arp_for_ipv4(Bytes packet) {
    return packet.size() >= arp_size && load_be32(packet.data()) == 0x0001'0800 &&
           load_be16(packet.data() + 4) == 0x0604;
}
bool is_host_address(const IpAddress& a) { return !a.is_zero() && !a.is_multicast() && !a.v4().is_broadcast(); }

// Who sends it, by ARP or IP; none where it does not say so.
IpAddress sender_of(const EthernetPayload& payload, Bytes packet) {
    if (payload.ethertype == type_arp && is_arp_for_ipv4(packet)) return Ipv4Address::load(packet.data() + 14);
    if (payload.ethertype == type_ipv4 && packet.size() >= 20) return Ipv4Address::load(packet.data() + 12);
    if (payload.ethertype == type_ipv6 && packet.size() >= ipv6_size) return Ipv6Address::load(packet.data() + 8);
    return {};
}

// Of the family that the EtherType says.
std::optional<PlayedPacket> packet_in(const EthernetPayload& payload, Bytes packet) {
    const unsigned version = payload.ethertype == type_ipv4 ? 4 : payload.ethertype == type_ipv6 ? 6 : 0;
    return packet.empty() || packet[0] >> 4 != version ? std::nullopt : parse_played(packet);
}

// Of a frame whose content has been checked: TCP in IP of either family.
class TcpFrame {
  public:
    explicit TcpFrame(Bytes frame) : ip_(ethernet_payload(frame).offset), is_ipv6_(frame[ip_] >> 4 == 6) {
        tcp_ = ip_ + (is_ipv6_ ? ipv6_transport(frame.subspan(ip_)).offset : (frame[ip_] & 0xfu) * 4u);
    }
    std::size_t ip() const { return ip_; }
    std::size_t tcp() const { return tcp_; }
    // Of the packet.
    std::size_t length(Bytes frame) const {
        return is_ipv6_ ? ipv6_size + load_be16(frame.data() + ip_ + 4) : load_be16(frame.data() + ip_ + 2);
    }
    void set_length(MutableBytes frame, std::size_t length) const {
        store_be16(frame.data() + ip_ + (is_ipv6_ ? 4 : 2),
                   static_cast<std::uint16_t>(is_ipv6_ ? length - ipv6_size : length));
    }
    // The next piece of what was one packet: only IPv4 numbers its packets.
    void count_piece(MutableBytes frame, std::size_t piece) const {
        if (is_ipv6_) return;
        std::uint8_t* at = frame.data() + ip_ + 4;
        store_be16(at, static_cast<std::uint16_t>(load_be16(at) + piece));
    }

  private:
    std::size_t ip_, tcp_ = 0;
    bool is_ipv6_;
};

}  // namespace

IpAddress CapturePlayer::mapped(const IpAddress& address) const {
    return address.is_v6() ? IpAddress(settings_.map.of(address.v6())) : settings_.map.of(address.v4());
}

CapturePlayer::Flow CapturePlayer::mapped(Flow flow) const {
    flow.source.address = mapped(flow.source.address);
    flow.destination.address = mapped(flow.destination.address);
    return flow;
}

void CapturePlayer::set(CaptureSettings settings) {
    settings_ = std::move(settings);
    find_macs();
    sort_out();
}

// A modelled host's MAC in the recording is told by its address, if nobody else uses that MAC: a router's is not.
void CapturePlayer::find_macs() {
    std::map<MacAddress, MacAddress> modelled;
    std::map<MacAddress, bool> others;
    const Recording& recording = *settings_.recording;
    for (const Recording::Frame& f : recording.frames) {
        const Bytes frame = recording.of(f);
        const EthernetPayload payload = ethernet_payload(frame);
        const IpAddress source = sender_of(payload, frame.subspan(payload.offset));
        // A link-local address is a router's as well as a host's, and nobody maps it.
        if (!is_host_address(source) || (source.is_v6() && proto::is_link_local(source.v6()))) continue;
        const auto live = settings_.modelled.find(mapped(source));
        if (live != settings_.modelled.end())
            modelled[mac_at(frame, 6)] = live->second;
        else
            others[mac_at(frame, 6)] = true;
    }
    live_macs_.clear();
    for (const auto& [mac, live] : modelled)
        if (others.count(mac) == 0) live_macs_[mac] = live;
    other_macs_.clear();
    std::uint32_t made = 0;
    for (const Recording::Frame& f : recording.frames) {
        const MacAddress mac = mac_at(recording.of(f), 6);
        if (settings_.taken.count(mac) == 0 || live_macs_.count(mac) != 0 || other_macs_.count(mac) != 0) continue;
        MacAddress free;
        do {
            ++made;  // locally administered
            free = MacAddress::from_number(0x02ca'0000'0000u | std::uint64_t{id() & 0xffffu} << 16 | (made & 0xffffu));
        } while (settings_.taken.count(free) != 0 && made < 0xffff);
        other_macs_[mac] = free;
    }
}

MacAddress CapturePlayer::played_mac(MacAddress recorded) const {
    const auto other = other_macs_.find(recorded);
    return other == other_macs_.end() ? recorded : other->second;
}

// Which frames are played, and what belongs together.
void CapturePlayer::sort_out() {
    for (Connection& c : connections_) {
        clear_timer(c.patience);
        clear_timer(c.delayed_ack);
    }
    frames_.clear();
    connections_.clear();
    by_flow_.clear();
    listening_.clear();
    answers_.clear();
    answers_of_.clear();
    spoken_.clear();
    const Recording& recording = *settings_.recording;
    for (std::uint32_t i = 0; i < recording.frames.size(); ++i) {
        const Bytes frame = recording.of(recording.frames[i]);
        const EthernetPayload payload = ethernet_payload(frame);
        const Bytes packet = frame.subspan(payload.offset);
        const MacAddress recorded_source = mac_at(frame, 6), source = played_mac(recorded_source);
        const IpAddress sender = mapped(sender_of(payload, packet));
        const bool is_from_live = is_modelled(sender), is_ipv6 = payload.ethertype == type_ipv6;
        // A live host's MAC, too, tells what it speaks by itself: from a link-local address, by a protocol of its own.
        const bool has_live_mac = live_macs_.count(recorded_source) != 0;
        if (const auto parsed = packet_in(payload, packet)) {
            const bool is_link_local = is_ipv6 && !is_from_live && has_live_mac;
            if (!is_link_local) sort_out_packet(i, source, packet, *parsed);
            continue;
        }
        if (payload.ethertype != type_arp && has_live_mac) continue;
        if (is_from_live) continue;
        if (is_host_address(sender)) played_[sender] = source;
        frames_.push_back({i, none});
    }
    by_flow_.clear();
    spoken_.clear();
    for (std::uint32_t c = 0; c < connections_.size(); ++c)
        if (connections_[c].tcp.is_server()) listening_[connections_[c].flow.source].push_back(c);
}

void CapturePlayer::sort_out_packet(std::uint32_t frame, MacAddress source, Bytes packet, const Packet& parsed) {
    const Flow flow = mapped(parsed.flow);
    const bool is_live = is_modelled(flow.source.address), to_live = is_modelled(flow.destination.address);
    if (!is_live && is_host_address(flow.source.address)) played_[flow.source.address] = source;
    if (parsed.is_of_the_link()) {
        if (!is_live) frames_.push_back({frame, none});
        return;
    }
    if (parsed.is_tcp() && is_live != to_live) {
        auto segment = Segment::parse(packet.first(parsed.length).subspan(parsed.transport));
        if (segment) {
            segment->frame = settings_.recording->frames[frame].number;
            Connection& connection = recorded_connection(is_live ? flow.reversed() : flow, *segment, is_live);
            if (is_live) return connection.tcp.recorded_by_peer(*segment);
            connection.tcp.recorded_by_player(*segment);
            frames_.push_back({frame, by_flow_.at(flow)});
            return;
        }
    }
    if (!is_live) {
        spoken_.insert(flow);
        frames_.push_back({frame, none});
    } else if (!to_live && spoken_.count(flow.reversed()) != 0) {
        const auto [place, is_new] = answers_of_.emplace(flow, static_cast<std::uint32_t>(answers_.size()));
        if (is_new) answers_.emplace_back();
        answers_[place->second].frames.push_back(frame);
    }
}

// A second SYN with another number is another connection between the same ports.
CapturePlayer::Connection& CapturePlayer::recorded_connection(const Flow& from_player, const Segment& segment,
                                                              bool is_peer) {
    const auto known = by_flow_.find(from_player);
    const auto is_again = [&](const Connection& c) {
        if (!segment.syn) return false;
        return is_peer ? c.has_peer_syn && c.peer_syn != segment.seq : c.has_player_syn && c.player_syn != segment.seq;
    };
    if (known == by_flow_.end() || is_again(connections_[known->second])) {
        const auto index = static_cast<std::uint32_t>(connections_.size());
        connections_.emplace_back(*this, index, from_player);
        by_flow_[from_player] = index;
    }
    Connection& connection = connections_[by_flow_[from_player]];
    if (segment.syn && is_peer) {
        connection.has_peer_syn = true;
        connection.peer_syn = segment.seq;
    } else if (segment.syn) {
        connection.has_player_syn = true;
        connection.player_syn = segment.seq;
    }
    return connection;
}

// ---- playing ----

void CapturePlayer::play(Context& context, std::uint32_t speed_percent) {
    sort_out();  // also what an earlier turn has left
    found_.clear();
    position_ = 0;
    waiting_ = 0;
    began_ = context.now();
    speed_percent_ = std::max(speed_percent, 1u);
    cause_ = context.cause;
    line_ = context.line;
    is_playing_ = true;
    play_due(context);
}

void CapturePlayer::play_due(Context& from) {
    Context context{from.simulator, id(), cause_, line_};
    const Recording& recording = *settings_.recording;
    while (is_playing_ && position_ < frames_.size()) {
        const Played& played = frames_[position_];
        const Time due =
            began_ + Duration(recording.frames[played.frame].at.count() / speed_percent_ * 100 +
                              recording.frames[played.frame].at.count() % speed_percent_ * 100 / speed_percent_);
        if (due > context.now()) return set_timer(context.simulator, next_, due);
        ++position_;
        if (played.connection == none) {
            auto frame = made(played.frame);
            send_frame(context, std::move(frame));
            continue;
        }
        Connection& connection = connections_[played.connection];
        if (connection.is_dead) continue;
        connection.waiting.push_back(played.frame);
        if (connection.holds_up_the_end()) ++waiting_;
        if (!connection.tcp.is_server()) by_flow_[connection.flow] = played.connection;
        release(context, played.connection);
    }
    end_if_over();
}

void CapturePlayer::forget_waiting(Connection& connection) {
    if (connection.holds_up_the_end()) waiting_ -= static_cast<std::uint32_t>(connection.waiting.size());
    connection.waiting.clear();
}

// Sends what the live peer has given reason for.
void CapturePlayer::release(Context& context, std::uint32_t index) {
    Connection& c = connections_[index];
    if (c.tcp.is_over()) forget_waiting(c);
    while (!c.waiting.empty() && (c.tcp.is_bound() || !c.tcp.is_server())) {
        if (!c.tcp.is_ready(segment_of(c.waiting.front()))) break;
        const std::uint32_t frame = c.waiting.front();
        c.waiting.pop_front();
        --waiting_;
        send_segment(context, c, frame);
    }
    if (c.waiting.empty() || !c.holds_up_the_end())
        clear_timer(c.patience);
    else if (!c.patience.is_set())
        set_timer(context.simulator, c.patience, context.now() + patience);
}

void CapturePlayer::lose_patience(Context& from, std::uint32_t index) {
    Context context{from.simulator, id(), cause_, line_};
    Connection& c = connections_[index];
    if (!c.tcp.stop_waiting()) {
        c.is_dead = true;
        forget_waiting(c);
    }
    release(context, index);
    end_if_over();
}

void CapturePlayer::end_if_over() {
    if (!is_playing_ || position_ < frames_.size() || waiting_ > 0) return;
    is_playing_ = false;
    if (on_end) on_end();
}

CapturePlayer::Segment CapturePlayer::segment_of(std::uint32_t frame) const {
    const Recording& recording = *settings_.recording;
    const Bytes bytes = recording.of(recording.frames[frame]);
    const Bytes packet = bytes.subspan(ethernet_payload(bytes).offset);
    const auto parsed = parse_played(packet);  // has succeeded before
    return *Segment::parse(packet.first(parsed->length).subspan(parsed->transport));
}

MacAddress CapturePlayer::mac_now(MacAddress recorded) const {
    const auto known = live_macs_.find(recorded);
    return known == live_macs_.end() ? played_mac(recorded) : known->second;
}

std::vector<std::uint8_t> CapturePlayer::made(std::uint32_t index) const {
    const Recording& recording = *settings_.recording;
    const Bytes bytes = recording.of(recording.frames[index]);
    std::vector<std::uint8_t> frame(bytes.begin(), bytes.end());
    settings_.map.rewrite(frame);
    repair_checksums(frame);
    const MacAddress recorded = mac_at(frame, 0);
    const EthernetPayload payload = ethernet_payload(frame);
    const MutableBytes packet = MutableBytes(frame).subspan(payload.offset);
    const bool is_arp = payload.ethertype == type_arp && is_arp_for_ipv4(packet);
    put_mac(frame, 6, played_mac(mac_at(frame, 6)));
    if (is_arp) {
        put_mac(packet, 8, played_mac(mac_at(packet, 8)));
        put_mac(packet, 18, mac_now(mac_at(packet, 18)));
    }
    const bool is_ipv6 = payload.ethertype == type_ipv6 && packet.size() >= ipv6_size;
    if (is_ipv6) {
        adapt_discovery(frame, payload.offset, [this](MacAddress mac) { return mac_now(mac); });
        repair_checksums(frame);
    }
    if (recorded.is_multicast()) return frame;
    MacAddress to = mac_now(recorded);
    IpAddress destination;
    if (is_ipv6) destination = Ipv6Address::load(packet.data() + 24);
    const std::size_t address = is_arp ? 24 : payload.ethertype == type_ipv4 ? 16 : 0;
    if (address != 0 && packet.size() >= address + 4) destination = Ipv4Address::load(packet.data() + address);
    const auto host = settings_.modelled.find(destination);
    if (host != settings_.modelled.end()) to = host->second;
    put_mac(frame, 0, to);
    return frame;
}

void CapturePlayer::send_segment(Context& context, Connection& c, std::uint32_t index) {
    std::vector<std::uint8_t> frame = made(index);
    const std::size_t tcp = TcpFrame(frame).tcp();
    c.tcp.adapt(MutableBytes(frame).subspan(tcp));
    if (c.live_port != 0) store_be16(frame.data() + tcp + 2, c.live_port);
    c.tcp.said(segment_of(index));
    c.last = index;
    c.unacknowledged = 0;
    clear_timer(c.delayed_ack);
    send_in_pieces(context, std::move(frame));
}

// What a network card would have cut (segmentation offload) was recorded whole.
void CapturePlayer::send_in_pieces(Context& context, std::vector<std::uint8_t> frame) {
    repair_checksums(frame);
    const TcpFrame places(frame);
    const std::size_t ip = places.ip(), tcp = places.tcp();
    const std::size_t mtu = ports().empty() ? 1500 : ports()[0].mtu;
    const std::size_t total = places.length(frame), headers = tcp - ip + (frame[tcp + 12] >> 4) * 4u;
    if (total <= mtu || headers >= mtu) return send_frame(context, std::move(frame));
    const std::uint8_t flags = frame[tcp + 13];
    const std::uint32_t seq = load_be32(frame.data() + tcp + 4);
    std::size_t pieces = 0;
    for (std::size_t at = headers; at < total;) {
        const std::size_t size = std::min(total - at, mtu - headers);
        std::vector<std::uint8_t> piece(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(ip + headers));
        piece.insert(piece.end(), frame.begin() + static_cast<std::ptrdiff_t>(ip + at),
                     frame.begin() + static_cast<std::ptrdiff_t>(ip + at + size));
        places.set_length(piece, headers + size);
        places.count_piece(piece, pieces++);
        store_be32(piece.data() + tcp + 4, seq + static_cast<std::uint32_t>(at - headers));
        at += size;
        piece[tcp + 13] =
            at < total ? static_cast<std::uint8_t>(flags & ~0x09u) : flags;  // FIN and PSH are the last one's
        repair_checksums(piece);
        send_frame(context, std::move(piece));
    }
}

void CapturePlayer::send_frame(Context& context, std::vector<std::uint8_t> frame) {
    if (ports().empty() || !is_up()) return;
    const std::size_t most = ethernet_payload(frame).offset + ports()[0].mtu;
    if (frame.size() > most)
        return context.drop(0, next_packet_id(), DropReason::mtu, context.cause,
                            Bytes(frame).first(std::min<std::size_t>(frame.size(), 65535)));
    send(context, 0, context.simulator.packets().make(Bytes(frame)));
}

// An acknowledgment that the recording has no packet for.
void CapturePlayer::send_ack(Context& from, std::uint32_t index) {
    Context context{from.simulator, id(), cause_, line_};
    Connection& c = connections_[index];
    if (c.last == none || c.tcp.is_over()) return;
    std::vector<std::uint8_t> frame = made(c.last);
    const TcpFrame places(frame);
    const std::size_t tcp = places.tcp();
    // Of the options only the timestamps stay, at their usual place.
    const Segment segment = segment_of(c.last);
    bool has_stamps = false;
    std::uint8_t stamps[12] = {1, 1};
    for (std::size_t at = 0; at + 10 <= segment.options.size(); ++at)
        if (!has_stamps && segment.options[at] == 8 && segment.options[at + 1] == 10) {
            has_stamps = true;
            std::memcpy(stamps + 2, segment.options.data() + at, 10);
        }
    const std::size_t header = has_stamps ? 32 : 20;
    frame.resize(tcp + header);
    if (has_stamps) std::memcpy(frame.data() + tcp + 20, stamps, 12);
    store_be32(frame.data() + tcp + 4, c.tcp.next_seq());
    frame[tcp + 12] = static_cast<std::uint8_t>(header / 4 << 4);
    frame[tcp + 13] = 16;
    places.set_length(frame, tcp - places.ip() + header);
    c.tcp.adapt(MutableBytes(frame).subspan(tcp));
    if (c.live_port != 0) store_be16(frame.data() + tcp + 2, c.live_port);
    repair_checksums(frame);
    Segment said;
    said.seq = c.tcp.next_seq();
    said.has_ack = true;
    c.tcp.said(said);
    c.unacknowledged = 0;
    clear_timer(c.delayed_ack);
    send_frame(context, std::move(frame));
}

void CapturePlayer::set_up(Context& context, bool up) {
    Node::set_up(context, up);
    if (up || !is_playing_) return;
    clear_timer(next_);
    sort_out();
    position_ = frames_.size();
    waiting_ = 0;
    end_if_over();
}

// ---- hearing ----

void CapturePlayer::on_frame(Context& context, PortId port, PacketRef frame) {
    const Bytes bytes = frame.bytes();
    if (bytes.size() < ethernet_size) return context.drop(port, frame, DropReason::malformed);
    const EthernetPayload payload = ethernet_payload(bytes);
    const Bytes packet = bytes.subspan(payload.offset);
    context.cause = frame.id();
    if (payload.ethertype == type_arp && is_arp_for_ipv4(packet)) return answer_arp(context, port, packet);
    const auto parsed = packet_in(payload, packet);
    if (!parsed) return;
    if (parsed->is_of_the_link()) return answer_solicitation(context, port, bytes, packet);
    if (!is_modelled(parsed->flow.source.address)) return;
    if (parsed->kind == FlowKind::icmp_error) return hear_error(*parsed);
    const Bytes transport = packet.first(parsed->length).subspan(parsed->transport);
    if (parsed->is_tcp())
        hear_tcp(context, *parsed, transport);
    else
        hear_other(*parsed, transport);
}

void CapturePlayer::answer_arp(Context& context, PortId port, Bytes packet) {
    if (load_be16(packet.data() + 6) != 1) return;
    const auto asked = Ipv4Address::load(packet.data() + 24);
    const auto mine = played_.find(asked);
    if (mine == played_.end() || Ipv4Address::load(packet.data() + 14) == asked) return;
    std::vector<std::uint8_t> reply(14 + arp_size);
    const MutableBytes arp = MutableBytes(reply).subspan(14);
    put_mac(reply, 0, mac_at(packet, 8));
    put_mac(reply, 6, mine->second);
    store_be16(reply.data() + 12, type_arp);
    std::memcpy(arp.data(), packet.data(), 6);
    store_be16(arp.data() + 6, 2);
    put_mac(arp, 8, mine->second);
    asked.store(arp.data() + 14);
    std::memcpy(arp.data() + 18, packet.data() + 8, 10);  // who asked
    send(context, port, context.simulator.packets().make(Bytes(reply)));
}

void CapturePlayer::answer_solicitation(Context& context, PortId port, Bytes frame, Bytes packet) {
    const auto question = solicitation_in(packet);
    if (!question) return;
    const auto mine = played_.find(question->asked);
    if (mine == played_.end() || question->asker == Ipv6Address{}) return;
    const auto reply = advertisement(*question, mac_at(frame, 6), mine->second);
    send(context, port, context.simulator.packets().make(Bytes(reply)));
}

void CapturePlayer::hear_tcp(Context& context, const Packet& packet, Bytes tcp) {
    auto segment = Segment::parse(tcp);
    if (!segment) return;
    const Flow flow = packet.flow.reversed();
    auto known = by_flow_.find(flow);
    if (segment->syn && !segment->has_ack) {
        const auto waiting = listening_.find(flow.source);
        if (known == by_flow_.end() && waiting != listening_.end() && !waiting->second.empty()) {
            known = by_flow_.emplace(flow, waiting->second.front()).first;
            waiting->second.pop_front();
            connections_[known->second].live_port = flow.destination.port;
        }
    }
    if (known == by_flow_.end()) return;
    const std::uint32_t index = known->second;
    Connection& c = connections_[index];
    const bool was_bound = c.tcp.is_bound();
    const std::uint32_t before = c.tcp.acknowledgment();
    const bool wants_ack = c.tcp.heard(*segment);
    if (!was_bound && c.tcp.is_bound() && c.tcp.is_server()) waiting_ += static_cast<std::uint32_t>(c.waiting.size());
    if (auto found = c.tcp.difference(false)) found_.push_back(std::move(*found));
    clear_timer(c.patience);
    const std::uint32_t last = c.last;
    release(context, index);
    if (wants_ack && !segment->syn && (c.last == last || c.tcp.has_unsaid_ack())) {
        const bool is_new = c.tcp.acknowledgment() != before;
        if (++c.unacknowledged >= 2 || !is_new)
            send_ack(context, index);
        else
            set_timer(context.simulator, c.delayed_ack, context.now() + ack_delay);
    }
    end_if_over();
}

void CapturePlayer::hear_other(const Packet& packet, Bytes bytes) {
    const auto known = answers_of_.find(packet.flow);
    if (known == answers_of_.end() || packet.kind == FlowKind::later_fragment) return;
    Answers& answers = answers_[known->second];
    const std::size_t turn = answers.heard++;
    if (turn >= answers.frames.size() || answers.differs) return;
    const Recording& recording = *settings_.recording;
    const Recording::Frame& frame = recording.frames[answers.frames[turn]];
    const Bytes recorded_frame = recording.of(frame);
    const Bytes recorded_packet = recorded_frame.subspan(ethernet_payload(recorded_frame).offset);
    const auto parsed = parse_played(recorded_packet);
    const Bytes recorded = recorded_packet.first(parsed->length).subspan(parsed->transport);
    const std::size_t header = packet.kind == FlowKind::ports || packet.kind == FlowKind::icmp_query ? 8 : 0;
    const Bytes then = recorded.subspan(std::min(header, recorded.size())),
                now = bytes.subspan(std::min(header, bytes.size()));
    if (std::equal(then.begin(), then.end(), now.begin(), now.end())) return;
    answers.differs = true;
    const auto differing = std::mismatch(then.begin(), then.end(), now.begin(), now.end());
    found_.push_back(
        {frame.number,
         then.size() != now.size()
             ? fmt::format("the live host answers {} bytes, the recorded one {}", now.size(), then.size())
             : fmt::format("the live answer differs from byte {} of the data on", differing.first - then.begin())});
}

void CapturePlayer::hear_error(const Packet& packet) {
    const auto known = answers_of_.find(packet.quoted.reversed());
    if (known == answers_of_.end()) return;
    Answers& answers = answers_[known->second];
    if (answers.differs || answers.frames.empty()) return;
    answers.differs = true;
    const std::uint32_t frame = answers.frames[std::min(answers.heard, answers.frames.size() - 1)];
    found_.push_back(
        {settings_.recording->frames[frame].number,
         fmt::format("the live host answers an ICMP error of type {}, code {}", packet.icmp_type, packet.icmp_code)});
}

std::vector<PlayedDifference> CapturePlayer::differences(bool end) {
    for (Connection& c : connections_)
        if (auto found = c.tcp.difference(end)) found_.push_back(std::move(*found));
    if (end)
        for (Answers& a : answers_) {
            if (!a.differs && a.heard < a.frames.size())
                found_.push_back(
                    {settings_.recording->frames[a.frames[a.heard]].number, "the live host does not answer"});
            a.differs = true;
        }
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.frame < b.frame; });
    return std::exchange(found_, {});
}

}  // namespace layerlab::sim
