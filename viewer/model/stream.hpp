// What two programs said to each other: the payload of one TCP connection or UDP exchange, both directions, as text,
// as it was seen where the selected packet was first sent. Repeated and reordered segments are put in order.
#pragma once

#include <string>
#include <vector>

#include "viewer/model/flow.hpp"

namespace layerlab::viewer {

struct StreamPiece {
    bool from_client = false;
    FrameNumber frame = 0;
    std::string text;  // non-printables as dots; line ends stay
};

struct StreamText {
    bool is_there = false;  // the frame belongs to a stream
    std::string client, server;
    std::string filter;  // a display filter for it
    std::vector<StreamPiece> pieces;
    std::size_t client_bytes = 0, server_bytes = 0;
    bool is_cut = false;  // there is more than fits
};

inline constexpr std::size_t most_stream_bytes = 1 << 20;
inline constexpr FrameNumber stream_reach = 200'000;  // frames before and after that are looked at

StreamText stream_of(const Trace& trace, FrameNumber number);

}  // namespace layerlab::viewer
