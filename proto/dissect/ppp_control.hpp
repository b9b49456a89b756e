// The tags of PPPoE's discovery, for the unit that dissects PPPoE.
#pragma once

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

void add_pppoe_tags(Context& c, Bytes tags);

}  // namespace layerlab::proto::dissect
