// A network namespace of the test's own with a pair of interfaces, va and vb, that are cabled to each other. It is left
// when the test ends. Tests are skipped, with the reason, where the rights or the tools for it are missing.
#pragma once

#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <unistd.h>

#include "tests/capture/cable.hpp"

namespace layerlab::capture::test {

class OwnNetwork {
  public:
    OwnNetwork() : before_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
        if (before_ < 0 || ::unshare(CLONE_NEWNET) != 0) {
            obstacle_ = "no right to make a network namespace";
            return;
        }
        inside_ = true;
        const bool made = shell(cable("va", "vb"));
        if (!made) obstacle_ = "no iproute2, or a kernel without veth";
    }
    OwnNetwork(const OwnNetwork&) = delete;
    OwnNetwork& operator=(const OwnNetwork&) = delete;
    ~OwnNetwork() {
        if (inside_) (void)::setns(before_, CLONE_NEWNET);
        if (before_ >= 0) ::close(before_);
    }

    // Empty: it is there.
    const std::string& obstacle() const { return obstacle_; }
    static bool shell(const std::string& line) { return std::system(("(" + line + ") >/dev/null 2>&1").c_str()) == 0; }

  private:
    int before_;
    bool inside_ = false;
    std::string obstacle_;
};

}  // namespace layerlab::capture::test
