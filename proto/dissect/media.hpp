// What HTTP carries, by its media type (RFC 9110 section 8.3): named as a layer, text split into lines, not decoded.
#pragma once

#include <string_view>

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

struct MediaFields {
    static constexpr Field<std::string_view> line{"data-text-lines.line", "Line"};
};

// By a Content-Type, parameters included; an image that does not look like its type goes by its look. nullptr when
// there is no type: plain data.
const Protocol* media_protocol(std::string_view content_type, Bytes body);

}  // namespace layerlab::proto::dissect
