// A capture file as a trace. Its devices are those who talk: by their IP addresses, else by their MAC addresses; what
// is sent to many goes to one device for each group. Frames are sendings; nothing is known of where they arrived.
#include <fmt/format.h>
#include <map>
#include <unordered_map>

#include "proto/dissect/text.hpp"
#include "viewer/model/feed.hpp"

namespace layerlab::viewer {
namespace {

using Clock = std::chrono::steady_clock;

class CaptureFeed final : public Feed {
  public:
    CaptureFeed(std::string path, std::unique_ptr<capture::FrameSource> source)
        : path_(std::move(path)), source_(std::move(source)), trace_(Topology{}) {
        trace_.is_capture = true;
    }

    Trace& trace() override { return trace_; }
    bool ended() const override { return ended_; }
    std::string problem() const override { return problem_; }

    bool advance(std::chrono::microseconds budget) override {
        const auto until = Clock::now() + budget;
        constexpr int frames_between_looks_at_the_clock = 64;
        while (!ended_) {
            for (int i = 0; i < frames_between_looks_at_the_clock && !ended_; ++i) read_one();
            if (Clock::now() >= until) break;
        }
        trace_.settle();
        return !ended_;
    }

  private:
    static constexpr std::size_t most_devices = 2000, most_cables = 8000;

    void read_one() {
        auto frame = source_->next();
        if (!frame) {
            problem_ = frame.error().message;
            ended_ = true;
        } else if (!*frame) {
            ended_ = true;
        } else {
            add(**frame);
            if (trace_.memory() < most_trace_memory) return;
            problem_ = fmt::format("{}: the first {} frames are shown, more than {} GiB are not kept", path_, count_,
                                   most_trace_memory >> 30);
            ended_ = true;
        }
    }

    void add(const capture::Frame& f) {
        const std::int64_t time = proto::nanoseconds(f.time);
        if (++count_ == 1) trace_.epoch_ns = time;
        const proto::Time own = proto::time_at(f.has_time ? time - trace_.epoch_ns : 0);
        last_ = std::max(last_, own);
        in_.number = f.number;
        in_.link_type = static_cast<std::uint16_t>(f.link_type);
        in_.bytes = f.bytes;
        in_.original_length = f.original_length;
        proto::dissect::dissect_alone(in_, dissection_);
        const auto columns = proto::dissect::columns_of(in_, dissection_);
        const NodeId from = device(columns.source), to = device(columns.destination);
        Record r;
        r.at = last_;
        r.kind = RecordKind::frame_sent;
        r.packet = proto::make_packet_id(1, count_);
        r.node = from;
        r.port = port(from, to);
        r.a = static_cast<std::uint64_t>(f.link_type) | std::uint64_t{f.original_length} << 16;
        r.b = static_cast<std::uint64_t>(proto::nanoseconds(own));
        r.size = static_cast<std::uint32_t>(f.bytes.size());
        trace_.reader().on_record(r, f.bytes);
    }

    static bool is_group(const std::string& address) {
        if (address == "Broadcast" || address == "ff:ff:ff:ff:ff:ff" || address == "255.255.255.255") return true;
        if (address.starts_with("ff") && address.find(':') != address.npos) return true;  // IPv6 multicast
        if (const auto ip = proto::Ipv4Address::parse(address)) return ip->is_multicast();
        if (const auto mac = proto::MacAddress::parse(address)) return (mac->octets[0] & 1) != 0;
        return false;
    }

    NodeId device(const std::string& address) {
        const auto found = devices_.find(address);
        if (found != devices_.end()) return found->second;
        auto& all = trace_.topology().devices;
        const bool is_full = all.size() >= most_devices;
        const std::string name = is_full ? "others" : address.empty() ? "?" : address;
        if (is_full && devices_.contains(name)) return devices_[name];
        TraceDevice d;
        d.name = name;
        d.look = is_group(name) ? DeviceLook::group : DeviceLook::host;
        all.push_back(std::move(d));
        return devices_[name] = static_cast<NodeId>(all.size() - 1);
    }

    PortId port(NodeId from, NodeId to) {
        const auto key = std::minmax(from, to);
        const auto found = cables_.find(key);
        Topology& t = trace_.topology();
        if (found != cables_.end()) {
            const TraceCable& c = t.cables[found->second];
            return c.ends[c.ends[0].node == from ? 0 : 1].port;
        }
        if (t.cables.size() >= most_cables || t.devices[from].ports.size() >= 0xfff0 ||
            t.devices[to].ports.size() >= 0xfff0)
            return sim::no_port;
        const auto cable = static_cast<std::uint32_t>(t.cables.size());
        TraceCable c;
        for (const NodeId end : {from, to}) {
            auto& ports = t.devices[end].ports;
            c.ends[end == from ? 0 : 1] = {end, static_cast<PortId>(ports.size())};
            ports.push_back({"", cable});
        }
        t.cables.push_back(c);
        cables_[key] = cable;
        return c.ends[0].port;
    }

    std::string path_, problem_;
    std::unique_ptr<capture::FrameSource> source_;
    Trace trace_;
    proto::dissect::FrameIn in_;
    proto::dissect::Dissection dissection_;
    std::unordered_map<std::string, NodeId> devices_;
    std::map<std::pair<NodeId, NodeId>, std::uint32_t> cables_;
    std::uint64_t count_ = 0;
    proto::Time last_{};
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<Feed> read_capture(std::string path, std::unique_ptr<capture::FrameSource> source) {
    return std::make_unique<CaptureFeed>(std::move(path), std::move(source));
}

}  // namespace layerlab::viewer
