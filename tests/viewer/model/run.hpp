// A scenario, run to its end: what tests of the viewer's model look at.
#pragma once

#include <memory>
#include <string>

#include "viewer/model/session.hpp"

namespace layerlab::viewer {

inline std::unique_ptr<Session> run(const std::string& text, Files files = {}) {
    auto session = std::make_unique<Session>(simulate("test.lab", text, files), files);
    session->finish();
    return session;
}

inline const char* const two_hosts = R"(title "two"
pc a 10.0.0.1/24
pc b 10.0.0.2/24
switch s
link a s rate 1Mbps delay 10ms
link b s rate 1Mbps delay 10ms
a$ ping -c 2 10.0.0.2
)";

}  // namespace layerlab::viewer
