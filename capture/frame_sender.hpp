// Sends whole frames onto an interface (packet(7)), many in one system call. Hears nothing; packet_socket.hpp does
// both.
#pragma once

#include <span>
#include <string>

#include "capture/descriptor.hpp"
#include "capture/frame.hpp"
#include "proto/base/address.hpp"

namespace layerlab::capture {

class FrameSender {
  public:
    static proto::Result<FrameSender> open(const std::string& interface);

    // In one system call; says how many of them, from the front, the system has taken: fewer when its queues are full,
    // and none when the first cannot be taken now.
    proto::Result<std::size_t> send(std::span<const proto::Bytes> frames);

    LinkType link_type() const { return link_type_; }
    proto::MacAddress mac() const { return mac_; }
    unsigned mtu() const { return mtu_; }

  private:
    FrameSender(Descriptor socket, std::string name) : socket_(std::move(socket)), name_(std::move(name)) {}

    Descriptor socket_;
    std::string name_;
    LinkType link_type_ = LinkType::ethernet;
    proto::MacAddress mac_;
    unsigned mtu_ = 1500;
};

}  // namespace layerlab::capture
