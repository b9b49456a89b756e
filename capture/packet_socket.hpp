// A real Ethernet interface of this machine: whole frames in and out, beside whatever the kernel itself does with it
// (packet(7)). Promiscuous while it is open. Frames are as on the cable: VLAN tags that the card took off are put
// back, checksums and segments that the kernel leaves to the card are finished; what we write is not read back.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "capture/descriptor.hpp"
#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"

namespace layerlab::capture {

class PacketSocket {
  public:
    // Fails for what is no Ethernet interface, is down, or may not be opened by this user.
    static proto::Result<PacketSocket> open(const std::string& interface);

    // Readable when there is a frame or something has gone wrong.
    int descriptor() const { return socket_.get(); }
    // The largest packet that the interface carries, without the Ethernet header.
    unsigned mtu() const { return mtu_; }
    // Takes at most so many frames, without waiting. What went wrong with the interface since the last time: "is down".
    std::optional<std::string> read(std::size_t most, const std::function<void(proto::Bytes)>& on_frame);
    // False when the interface does not take it: it is down, its queue is full, the frame is too long.
    bool write(proto::Bytes frame);

  private:
    static void hand_out(proto::MutableBytes frame, std::uint16_t segment_size,
                         const std::function<void(proto::Bytes)>& on_frame);

    Descriptor socket_;
    unsigned mtu_ = 0;
};

}  // namespace layerlab::capture
