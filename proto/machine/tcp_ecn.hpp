// Explicit congestion notification, the ends' part of the agreement and the receiver's echo (RFC 3168 sections 6.1.1
// and 6.1.3). How the sender answers an echo is TcpSender's affair.
#pragma once

#include <cstdint>

#include "proto/machine/tcp_segment.hpp"
#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

class TcpEcnState {
  public:
    static constexpr std::uint8_t asking = tcp_flag::ece | tcp_flag::cwr;

    // The flags of our SYN, which asks only the first time: something on the path may drop what it does not know.
    std::uint8_t syn_flags(TcpEcn setting, bool repeated) {
        asked_ = setting == TcpEcn::on && !repeated;
        return asked_ ? asking : std::uint8_t{0};
    }
    std::uint8_t syn_ack_flags() const { return agreed_ ? tcp_flag::ece : std::uint8_t{0}; }
    void on_syn(TcpEcn setting, std::uint8_t flags) { agreed_ = setting != TcpEcn::off && (flags & asking) == asking; }
    void on_syn_ack(std::uint8_t flags) { agreed_ = asked_ && (flags & asking) == tcp_flag::ece; }
    bool agreed() const { return agreed_; }

    // A segment has come; true when the sender should hear of it at once.
    bool on_segment(const TcpHeader& header) {
        const bool before = echoing_;
        if (header.has(tcp_flag::cwr)) echoing_ = false;
        if (header.congestion_experienced) echoing_ = true;
        return header.congestion_experienced && !before;
    }
    std::uint8_t echo_flags() const { return echoing_ ? tcp_flag::ece : std::uint8_t{0}; }

  private:
    bool asked_ = false, agreed_ = false, echoing_ = false;
};

}  // namespace layerlab::proto::machine
