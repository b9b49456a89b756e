// How far a TCP connection is that somebody on the path watches: a translator (RFC 5382 section 5) or a firewall. Looks
// at flags only, never at sequence numbers; a connection that is met half-way counts as opening until both sides were
// seen.
#pragma once

#include <cstdint>

namespace layerlab::proto::machine {

class TcpTracking {
  public:
    enum class Side : std::uint8_t { a, b };  // the caller's two sides
    enum class State : std::uint8_t { opening, established, closing };

    State state() const {
        if (reset_ || (fin_[0] && fin_[1])) return State::closing;
        return established_ ? State::established : State::opening;
    }
    // The first segment of a new connection on ports that were used before.
    bool would_reopen(std::uint8_t flags) const {
        return state() == State::closing && (flags & (syn | ack | rst)) == syn;
    }
    void see(Side from, std::uint8_t flags) {
        if (would_reopen(flags)) *this = TcpTracking();
        if (!started_) {
            started_ = true;
            opener_ = from;
        }
        const bool from_opener = from == opener_;
        if (!from_opener) answered_ = true;
        if (from_opener && answered_ && (flags & ack) && !(flags & syn)) established_ = true;
        if (flags & fin) fin_[from == Side::a ? 0 : 1] = true;
        if (flags & rst) reset_ = true;
    }

  private:
    static constexpr std::uint8_t fin = 1, syn = 2, rst = 4, ack = 16;
    Side opener_ = Side::a;
    bool started_ = false, answered_ = false, established_ = false, reset_ = false;
    bool fin_[2] = {};
};

inline const char* to_string(TcpTracking::State state) {
    switch (state) {
        case TcpTracking::State::opening: return "opening";
        case TcpTracking::State::established: return "established";
        case TcpTracking::State::closing: return "closing";
    }
    return "";
}

}  // namespace layerlab::proto::machine
