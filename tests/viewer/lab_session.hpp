// A session over a scenario that stands in the test, or over frames of a capture.
#pragma once

#include <memory>
#include <string>

#include "viewer/model/session.hpp"

namespace layerlab::viewer::test {

inline std::unique_ptr<Session> session_of(const std::string& lab) {
    auto session = std::make_unique<Session>(simulate("test.lab", lab, {}));
    session->finish();
    return session;
}

// Two hosts behind a router; one asks the other twice, then asks where nobody is.
inline const std::string two_lans =
    "title \"Two LANs\"\n"                  // 1
    "host a\nhost b\nrouter r\n"            // 2-4
    "link a r\nlink b r\n"                  // 5-6
    "a$ ping -c 2 b\n"                      // 7
    "note \"Now to nobody\"\n"              // 8
    "a$ ping -c 1 10.9.9.9\n"               // 9
    "expect b has address in 10.0.0.0/8\n"  // 10
    "expect 2 at b: icmp.type == 8\n";      // 11

inline NodeId node_of(const Session& session, const std::string& name) {
    const auto& devices = session.trace().topology().devices;
    for (NodeId n = 0; n < devices.size(); ++n)
        if (devices[n].name == name) return n;
    return sim::no_node;
}

class MemorySource final : public capture::FrameSource {
  public:
    struct Frame {
        std::int64_t ns;
        std::vector<std::uint8_t> bytes;
    };
    explicit MemorySource(std::vector<Frame> frames) : frames_(std::move(frames)) {}
    proto::Result<std::optional<capture::Frame>> next() override {
        if (at_ == frames_.size()) return std::nullopt;
        capture::Frame f;
        f.number = at_ + 1;
        f.time = proto::time_at(frames_[at_].ns);
        f.bytes = frames_[at_].bytes;
        f.original_length = static_cast<std::uint32_t>(f.bytes.size());
        ++at_;
        return f;
    }

  private:
    std::vector<Frame> frames_;
    std::size_t at_ = 0;
};

// An ARP request, 42 bytes: who has 10.0.0.<target>? Tell 10.0.0.<sender>.
inline std::vector<std::uint8_t> arp_request(std::uint8_t sender, std::uint8_t target) {
    return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,   2,  0, 0, 0,      0, sender, 8, 6,  // Ethernet
            0,    1,    8,    0,    6,    4,      0,  1,                              // hardware, protocol, request
            2,    0,    0,    0,    0,    sender, 10, 0, 0, sender,                   // sender
            0,    0,    0,    0,    0,    0,      10, 0, 0, target};                  // target
}

}  // namespace layerlab::viewer::test
