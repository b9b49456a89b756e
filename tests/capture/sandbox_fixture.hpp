// A sandbox to run lines in; tests are skipped, with the reason, where the rights for one are missing.
#pragma once

#include <array>
#include <chrono>
#include <gmock/gmock.h>
#include <optional>
#include <poll.h>
#include <string>
#include <unistd.h>

#include "capture/sandbox.hpp"

namespace layerlab::capture::test {

struct Said {
    int status = -1;
    std::string text;
};

class InSandbox : public testing::Test {
  protected:
    void open(const Sandbox::Settings& settings) {
        auto opened = Sandbox::open(settings);
        if (!opened) GTEST_SKIP() << opened.error().message << "; " << opened.error().hint;
        sandbox_.emplace(std::move(*opened));
    }

    // Until the program has ended, ten seconds at most.
    Said run(const std::string& line) {
        int ends[2];
        if (::pipe(ends) != 0) return {};
        const Descriptor output(ends[0]);
        Descriptor theirs(ends[1]);
        const std::uint64_t program = ++programs_;
        if (!sandbox_->run(program, line, theirs)) return {};
        theirs.close();
        Said said;
        said.status = await(program);
        std::array<char, 4096> block;
        pollfd ready{output.get(), POLLIN, 0};
        while (::poll(&ready, 1, 0) > 0) {
            const ssize_t n = ::read(output.get(), block.data(), block.size());
            if (n <= 0) break;
            said.text.append(block.data(), static_cast<std::size_t>(n));
        }
        return said;
    }

    int await(std::uint64_t program) {
        std::optional<int> status;
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!status && std::chrono::steady_clock::now() < patience) {
            pollfd ready{sandbox_->descriptor(), POLLIN, 0};
            ::poll(&ready, 1, 100);
            if (!sandbox_->hear({[&](std::uint64_t p, int s) {
                                     if (p == program) status = s;
                                 },
                                 [&](const std::string& text) { addresses_ = text; }}))
                break;
        }
        return status.value_or(-1);
    }

    std::optional<Sandbox> sandbox_;
    std::string addresses_;
    std::uint64_t programs_ = 0;
};

}  // namespace layerlab::capture::test
