// The sequence diagram: who sent what to whom, in order, for a set of devices. Only the part around the present is
// made, so that it costs the same for a hundred frames and for a million. sequence_export.cpp makes documents of it.
#pragma once

#include <string>
#include <vector>

#include "viewer/model/palette.hpp"
#include "viewer/model/session.hpp"

namespace layerlab::viewer {

struct SequenceArrow {
    FrameNumber sent = 0, arrived = 0;  // 0: it never did, or nobody looked
    NodeId from = sim::no_node, to = sim::no_node;
    Time begin{}, end{};      // sent, and arrived or lost
    std::string lost;         // why it ended: "loss"; empty: it did not
    bool ends_there = false;  // lost, but only when it had come to `to`
    float y0 = 0, y1 = 0;     // where it stands, in the diagram's own units (about pixels)
};

struct SequenceTick {
    float y = 0;
    Time at{};
    bool is_break = false;  // long nothing before it
};

struct Sequence {
    std::vector<NodeId> participants;
    std::vector<SequenceArrow> arrows;  // in the order of their sending
    std::vector<SequenceTick> ticks;
    float height = 0;
    float present = 0;  // where the present instant stands
    bool has_earlier = false, has_later = false;
};

// Who may take part, and who does: those that the session names, else the hosts and routers that send the frames of
// the list.
std::vector<NodeId> participants_of(const Session& session);
inline constexpr std::size_t most_participants = 12;

// The rows of the list around the present: at most so many.
Sequence sequence_of(const Session& session, std::size_t most_rows = 500);

// What an arrow says.
struct ArrowText {
    std::string protocol, label;
    Colour colour;           // by a rule, or the protocol's
    bool is_repeat = false;  // a retransmission
};
ArrowText describe(const Session& session, const SequenceArrow& arrow);

// Whole documents. SVG in the colours of the session's theme.
std::string sequence_svg(const Session& session);
std::string sequence_mermaid(const Session& session);

}  // namespace layerlab::viewer
