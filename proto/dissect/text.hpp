// A dissected frame for people: one line with Wireshark's columns, or the whole tree.
#pragma once

#include <string>

#include "proto/dissect/dissect.hpp"

namespace layerlab::proto::dissect {

struct Columns {
    std::string number, time, source, destination, protocol, length, info;
};

// Time is relative to the first frame where that is known. An ICMP error speaks for itself, not for the packet that it
// quotes; a tunnel speaks for what is inside.
Columns columns_of(const FrameIn& in, const Dissection& dissection);

// "    1 0.000000000 10.0.0.1 → 10.0.0.2 ICMP 98 Echo (ping) request ...", with its line end.
void append_line(std::string& out, const FrameIn& in, const Dissection& dissection);

// One line for each layer and item, indented by four blanks a level; computed items in brackets; an empty line behind.
void append_tree(std::string& out, const FrameIn& in, const Dissection& dissection);

// The text of one item in the tree, without indentation: "Time to Live: 64".
std::string item_text(const Item& item);
// The heading of a layer: "User Datagram Protocol: 53 → 1024 Len=40".
std::string layer_text(const Dissection& dissection, std::size_t layer);

}  // namespace layerlab::proto::dissect
