// What comes out of a TCP connection: segments become packets of the stack, notes become decisions.
#pragma once

#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

class TcpOutput final : public machine::TcpOut {
  public:
    TcpOutput(TcpSocket::State& connection, Context& context) : connection_(connection), context_(context) {}

    std::uint64_t send(const machine::TcpSegment& segment) override;
    void note(machine::TcpNote note, std::uint64_t a, std::uint64_t b) override;

    // Makes the packet and sends it; returns its id. `cause` 0: the context's.
    static PacketId emit(Stack& stack, Context& context, Endpoint local, Endpoint remote,
                         const machine::TcpSegment& segment, CauseId cause);

  private:
    TcpSocket::State& connection_;
    Context& context_;
};

}  // namespace layerlab::sim
