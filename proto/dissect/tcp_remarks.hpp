// Remarks on single TCP segments, and how serious those of the analysis (tcp_analysis.hpp) are, as Wireshark 4.0 has
// it.
#pragma once

#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/context.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/tcp_options.hpp"

namespace layerlab::proto::dissect {

struct TcpRemarks {
    static constexpr Field<void> checksum{"tcp.checksum_bad.expert", "Bad checksum"};
    static constexpr Field<void> syn{"tcp.connection.syn", "Connection establish request (SYN)"};
    static constexpr Field<void> syn_ack{"tcp.connection.synack", "Connection establish acknowledge (SYN+ACK)"};
    static constexpr Field<void> fin{"tcp.connection.fin", "Connection finish (FIN)"};
    static constexpr Field<void> reset{"tcp.connection.rst", "Connection reset (RST)"};
    static constexpr Field<void> acknowledgment{
        "tcp.ack.nonzero", "The acknowledgment number field is nonzero while the ACK flag is not set"};
    static constexpr Field<void> duplicate_sack{"tcp.options.sack.dsack", "D-SACK Sequence"};
    static constexpr auto table = table_of(checksum, syn, syn_ack, fin, reset, acknowledgment, duplicate_sack);
};

// On flags, checksum and SACK blocks; a quoted segment is not remarked on.
void remark_on_segment(Context& c, const View<wire::Tcp>& header, const wire::TcpOptions& options,
                       ChecksumStatus status, Bytes segment);
// The item of a bit of TcpVerdict, and what Wireshark says to it.
void remark_on_verdict(Context& c, std::size_t bit, std::uint32_t duplicate_acks);

}  // namespace layerlab::proto::dissect
