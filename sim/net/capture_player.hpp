// A device that plays a capture: the packets of the hosts in it enter the model at their times, but those of hosts that
// are modelled are left out, because these answer by themselves. Addresses are mapped, checksums repaired, TCP follows
// the live peer (proto/machine/played_tcp.hpp). Answers ARP and neighbour solicitations for the addresses that it
// plays. Says where live hosts answer something else than the recorded ones. One port is used, the first. Does not:
// follow other protocols than TCP, play fragments of TCP segments in another order than they were recorded.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "proto/machine/address_map.hpp"
#include "proto/machine/played_packet.hpp"
#include "proto/machine/played_tcp.hpp"
#include "sim/net/node.hpp"
#include "sim/net/recording.hpp"

namespace layerlab::sim {

using proto::IpAddress;
using proto::Ipv6Address;
using PlayedDifference = proto::machine::PlayedDifference;

struct CaptureSettings {
    std::shared_ptr<const Recording> recording;
    proto::machine::AddressMap map;  // from the capture's addresses to those of the model
    // Addresses of the model whose hosts are live, and where they are reached.
    std::map<IpAddress, MacAddress> modelled;
    std::set<MacAddress> taken;  // MACs of the model: a recorded host that has one of them gets another
};

class CapturePlayer final : public Node {
  public:
    using Node::Node;

    void set(CaptureSettings settings);

    // Begins from the start. `on_end` is called when the last packet has left.
    void play(Context& context, std::uint32_t speed_percent);
    bool is_ready() const { return settings_.recording != nullptr; }
    bool is_playing() const { return is_playing_; }
    std::function<void()> on_end;

    // The differences that have been found since they were last asked for, by frames; at the `end`, also what was never
    // answered.
    std::vector<PlayedDifference> differences(bool end);

    void on_frame(Context& context, PortId port, PacketRef frame) override;
    void set_up(Context& context, bool up) override;

  private:
    using Flow = proto::machine::PlayedFlow;
    using Packet = proto::machine::PlayedPacket;
    using Segment = proto::machine::PlayedSegment;
    static constexpr std::uint32_t none = 0xffff'ffff;
    struct Played {  // a frame of the recording
        std::uint32_t frame = 0;
        std::uint32_t connection = none;
    };
    struct NextFrame : Timer {
        explicit NextFrame(CapturePlayer& p) : player(p) {}
        void on_timer(Context& context) override { player.play_due(context); }
        CapturePlayer& player;
    };
    struct ConnectionTimer : Timer {
        using Action = void (CapturePlayer::*)(Context&, std::uint32_t);
        ConnectionTimer(CapturePlayer& p, std::uint32_t c, Action a) : player(p), connection(c), action(a) {}
        void on_timer(Context& context) override { (player.*action)(context, connection); }
        CapturePlayer& player;
        std::uint32_t connection;
        Action action;
    };
    struct Connection {
        Connection(CapturePlayer& player, std::uint32_t index, const Flow& from_player)
            : flow(from_player),
              patience(player, index, &CapturePlayer::lose_patience),
              delayed_ack(player, index, &CapturePlayer::send_ack) {}
        proto::machine::PlayedTcp tcp;
        Flow flow;                          // from the player
        std::deque<std::uint32_t> waiting;  // frames whose time has come
        std::uint16_t live_port = 0;        // the peer's, where it is not the recorded one
        std::uint32_t last = none;  // the frame that was sent last: what an acknowledgment of our own looks like
        std::uint32_t player_syn = 0, peer_syn = 0;
        bool has_player_syn = false, has_peer_syn = false;
        bool is_dead = false;         // nobody answers
        unsigned unacknowledged = 0;  // segments
        ConnectionTimer patience, delayed_ack;
        bool holds_up_the_end() const { return !tcp.is_server() || tcp.is_bound(); }
    };
    // What modelled hosts answered in the recording beside TCP, flow by flow.
    struct Answers {
        std::vector<std::uint32_t> frames;
        std::size_t heard = 0;
        bool differs = false;
    };

    void find_macs();
    void sort_out();
    // Of a frame from this MAC.
    void sort_out_packet(std::uint32_t frame, MacAddress source, Bytes packet, const Packet& parsed);
    Connection& recorded_connection(const Flow& from_player, const Segment& segment, bool is_peer);
    // Of a played host.
    MacAddress played_mac(MacAddress recorded) const;
    // From the capture's addresses to those of the model.
    Flow mapped(Flow flow) const;
    IpAddress mapped(const IpAddress& address) const;
    bool is_modelled(const IpAddress& of_the_model) const { return settings_.modelled.count(of_the_model) != 0; }

    void play_due(Context& context);
    void release(Context& context, std::uint32_t connection);
    void lose_patience(Context& context, std::uint32_t connection);
    void send_ack(Context& context, std::uint32_t connection);
    void forget_waiting(Connection& connection);
    // The frame as it enters the model, but for what its connection changes.
    std::vector<std::uint8_t> made(std::uint32_t frame) const;
    // Where a recorded MAC is now.
    MacAddress mac_now(MacAddress recorded) const;
    void send_segment(Context& context, Connection& connection, std::uint32_t frame);
    void send_in_pieces(Context& context, std::vector<std::uint8_t> frame);
    void send_frame(Context& context, std::vector<std::uint8_t> frame);
    void end_if_over();
    Segment segment_of(std::uint32_t frame) const;

    void answer_arp(Context& context, PortId port, Bytes packet);
    void answer_solicitation(Context& context, PortId port, Bytes frame, Bytes packet);
    void hear_tcp(Context& context, const Packet& packet, Bytes tcp);
    void hear_other(const Packet& packet, Bytes bytes);
    void hear_error(const Packet& packet);

    CaptureSettings settings_;
    std::map<MacAddress, MacAddress> live_macs_;   // recorded MACs of modelled hosts alone, and where these are now
    std::map<MacAddress, MacAddress> other_macs_;  // instead of those that are taken
    std::map<IpAddress, MacAddress> played_;
    std::vector<Played> frames_;
    std::deque<Connection> connections_;
    std::map<Flow, std::uint32_t> by_flow_;
    std::map<proto::machine::PlayedEnd, std::deque<std::uint32_t>> listening_;
    std::deque<Answers> answers_;
    std::map<Flow, std::uint32_t> answers_of_;  // from the live host
    std::set<Flow> spoken_;                     // flows of the player, while the recording is read
    std::vector<PlayedDifference> found_;

    NextFrame next_{*this};
    std::size_t position_ = 0;
    Time began_{};
    std::uint32_t speed_percent_ = 100;
    std::uint32_t waiting_ = 0;  // frames that hold up the end
    bool is_playing_ = false;
    CauseId cause_ = 0;  // of what is played: the step of the script
    std::uint32_t line_ = 0;
};

}  // namespace layerlab::sim
