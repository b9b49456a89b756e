// The selected frame as seven layers, at the device where it is: what each layer put around the one above, what the
// device decided there and why, and what it changed between taking a frame in and sending it on.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "viewer/model/bit_diagram.hpp"
#include "viewer/model/session.hpp"

namespace layerlab::viewer {

// OSI layer 1..7 that a protocol belongs to.
int osi_layer(const proto::dissect::Protocol& protocol);
const char* layer_name(int layer);  // "Data link"

// A protocol's part of a layer: there may be several (Ethernet and ARP; IP and ICMP).
struct OsiPart {
    std::size_t layer = 0;               // index into Dissection::layers
    std::uint32_t offset = 0, size = 0;  // bytes of its header
};

struct OsiLayer {
    std::vector<OsiPart> parts;  // empty: the layer does nothing here
    const char* unit = "";       // "packet"
    std::string protocol;        // for the chip: "TCP"; of several the last
    std::string summary;
    std::uint32_t header = 0, payload = 0, trailer = 0;  // bytes
};

// A frame, taken apart. Owns what its items point into.
struct OsiFrame {
    FrameNumber number = 0;
    std::vector<std::uint8_t> bytes;
    proto::dissect::Dissection dissection;
    std::array<OsiLayer, 8> layers;  // 1..7
};

struct OsiChange {
    const proto::FieldInfo* field = nullptr;
    std::uint32_t offset = 0;  // bits, in the frame that was sent
    std::string title, from, to;
};

// A decision, or a drop.
struct OsiRemark {
    std::uint64_t position = 0;  // in the log
    Duration after{};            // since the frame came in, or since it was sent where it was made
    std::string text;
    std::uint32_t line = 0;
    bool is_drop = false, is_hidden = false;  // hidden: predict mode
    std::string table;                        // title of the table that has the row it is about; may be empty
};

struct OsiView {
    NodeId node = sim::no_node;
    FrameNumber selected = 0;
    FrameNumber in = 0;              // 0: made here
    std::vector<FrameNumber> outs;   // empty: ends here, or waits
    std::unique_ptr<OsiFrame> own;   // the selected one
    std::unique_ptr<OsiFrame> from;  // what came in, where it has been sent on; else nullptr
    std::unique_ptr<OsiFrame> to;    // what was sent on
    std::array<std::vector<OsiRemark>, 8> remarks;
    std::array<std::vector<OsiChange>, 8> changes;
    int open = 0;  // the layer to be shown whole: the chosen one, or the most interesting
};

// Nothing is selected: an empty view with selected == 0.
OsiView osi_view(const Session& session);

// The layers of one frame.
std::unique_ptr<OsiFrame> osi_frame(const Trace& trace, FrameNumber number, const Flows* flows = nullptr);
// The field values in which two frames differ, by layer.
std::array<std::vector<OsiChange>, 8> changes_between(const OsiFrame& from, const OsiFrame& to);
// "Time to Live 64 → 63"
std::string change_text(const OsiChange& change);

// Where the packet of this frame came to its device, and where it left it again. For a frame that was made there, in is
// 0; for one that ends there, outs is empty.
struct Passage {
    FrameNumber in = 0;
    std::vector<FrameNumber> outs;
};
Passage passage_of(const Trace& trace, FrameNumber number);

// What a packet goes back to: a command or another step of the scenario.
struct Origin {
    std::string text;        // "amy$ ping bob"; where nobody asked: "a timer, or its start"
    std::uint32_t line = 0;  // 0: none
};
Origin origin_of(const Session& session, PacketId packet);

// "+12 us", "+0"
std::string offset_text(Duration d);
// "drops it (ttl): its time to live ran out"
std::string drop_text(const Trace& trace, const Record& record);
// The line of the scenario, without blanks around it; empty where unknown.
std::string line_text(const Session& session, std::uint32_t line_code);

}  // namespace layerlab::viewer
